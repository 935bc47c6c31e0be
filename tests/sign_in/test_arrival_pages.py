"""A SAML response in a browser that already has a session."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from chalice.app import Chalice

from chalicelib.api_keys.model import secret_hash
from chalicelib.sessions.remembered_account import parse_remembered_account
from chalicelib.sessions.store import session_lookup
from chalicelib.sign_in.present_session import PresentSession, present_session
from tests.support.browser import Answer, Browser
from tests.support.deployment import Deployment
from tests.support.identity_provider import Attribute, send
from tests.support.round_trip import Idp, identity_provider

BASE = "https://sso.example.test/api"
SESSION, MARKER = "__Host-gatehouse_session", "__Host-gatehouse_present"
ACCOUNT, WAITING = "__Host-gatehouse_account", "__Host-gatehouse_unconfirmed"


@pytest.fixture
def acme(deployment: Deployment) -> Idp:
    return identity_provider(deployment)


@pytest.fixture
def evil(deployment: Deployment, acme: Idp) -> Idp:
    """Another customer, who calls themselves Acme too."""
    return identity_provider(deployment, deployment.organization("evilcorp.test"), allow_idp_initiated=True)


def posted(app: Chalice, browser: Browser, idp: Idp, **fields: str) -> Answer:
    """A form of another site: cookies without SameSite=None stay behind."""
    kept = {n: v for n, v in browser.cookies.items() if n.startswith("__Host-gh_") or n == MARKER}
    visiting = Browser(app, kept)
    answer = visiting.post(f"/saml/{idp.connection.id}/acs", **fields)
    for line in answer.cookies:
        name, _, value = line.partition(";")[0].partition("=")
        browser.cookies.pop(name, None) if "Max-Age=0" in line else browser.cookies.update({name: value})
    return answer


def begin(browser: Browser, idp: Idp, query: str = "", **headers: str) -> dict[str, str]:
    """Start at the login address; the RelayState and the request's ID."""
    sent = browser.get(f"/saml/{idp.connection.id}/login{query}", **headers)
    assert sent.status == 303
    (state,) = parse_qs(urlsplit(sent.location).query)["RelayState"]
    return {"RelayState": state, "id": "_" + state.partition(".")[0]}


def response(idp: Idp, begun: dict[str, str] | None, email: str, **changes: Any) -> dict[str, str]:
    """The form that the identity provider lets the browser post."""
    good = idp.says(None, email, **changes)
    if begun is not None:
        confirmation = replace(good.confirmations[0], in_response_to=begun["id"])
        good = replace(good, in_response_to=begun["id"], confirmations=(confirmation,))
    form = {"SAMLResponse": send(good)}
    return form | ({"RelayState": begun["RelayState"]} if begun else {})


def sign_in(app: Chalice, browser: Browser, idp: Idp, email: str, query: str = "", **headers: str) -> Answer:
    return posted(app, browser, idp, **response(idp, begin(browser, idp, query, **headers), email))


def who(browser: Browser) -> str | None:
    answer = browser.get("/v1/session", accept="application/json")
    return str(answer.json["user"]["email"]) if answer.status == 200 else None


def path_of(answer: Answer) -> str:
    assert answer.location.startswith(BASE)
    return answer.location.removeprefix(BASE)


@pytest.mark.parametrize("initiated", [False, True])
def test_another_persons_session_is_replaced_only_by_a_click_on_a_page_that_names_both(
    app: Chalice, browser: Browser, acme: Idp, evil: Idp, initiated: bool
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    before = dict(browser.cookies)
    form = response(evil, None if initiated else begin(browser, evil), "boss@evilcorp.test")
    asked = posted(app, browser, evil, **form)
    assert path_of(asked).startswith(f"/saml/{evil.connection.id}/confirm")
    assert {name: browser.cookies[name] for name in (SESSION, MARKER, ACCOUNT)} == {
        name: before[name] for name in (SESSION, MARKER, ACCOUNT)
    }
    assert who(browser) == "member@acme.test"
    shown = browser.follow(asked)
    assert shown.status == 200
    for said in ("member@<wbr>acme.test", "boss@<wbr>evilcorp.test", "<code>acme.test", "<code>evilcorp.test"):
        assert said in shown.text
    clicked = browser.post(path_of(asked), do="replace")
    assert (clicked.status, who(browser)) == (303, "boss@evilcorp.test")
    remembered = parse_remembered_account(browser.cookies[ACCOUNT])
    assert remembered is not None
    assert remembered.email == "boss@evilcorp.test"
    assert who(Browser(app, {SESSION: before[SESSION]})) is None


def test_who_stays_keeps_the_session_and_the_other_sign_in_is_gone(
    app: Chalice, browser: Browser, acme: Idp, evil: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    waiting = browser.cookies[WAITING]
    browser.follow(asked)
    assert browser.post(path_of(asked), do="keep").location == f"{BASE}/"
    assert who(browser) == "member@acme.test"
    assert WAITING not in browser.cookies
    browser.cookies[WAITING] = waiting
    assert browser.get(path_of(asked)).status == 303
    assert who(browser) == "member@acme.test"


def test_a_sign_in_that_waits_for_the_click_is_not_a_session(
    app: Chalice, browser: Browser, acme: Idp, evil: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    sign_in(app, browser, evil, "boss@evilcorp.test")
    assert who(Browser(app, {SESSION: browser.cookies[WAITING]})) is None


def test_a_session_is_not_a_sign_in_that_waits(app: Chalice, browser: Browser, acme: Idp, evil: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    other = Browser(app)
    sign_in(app, other, evil, "boss@evilcorp.test")
    browser.cookies[WAITING] = other.cookies[SESSION]
    assert browser.get(f"/saml/{evil.connection.id}/confirm").status == 303
    assert who(browser) == "member@acme.test"


def test_the_click_counts_for_ten_minutes(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp, evil: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    browser.follow(asked)
    deployment.later(minutes=10)
    assert browser.post(path_of(asked), do="replace").status == 303
    assert who(browser) == "member@acme.test"


def test_the_click_counts_once(app: Chalice, browser: Browser, acme: Idp, evil: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    waiting = browser.cookies[WAITING]
    browser.follow(asked)
    browser.post(path_of(asked), do="replace")
    first = browser.cookies[SESSION]
    browser.cookies[WAITING] = waiting
    browser.get(path_of(asked))
    assert (browser.cookies[SESSION], who(browser)) == (first, "boss@evilcorp.test")


def test_a_click_without_the_pages_token_changes_nothing(app: Chalice, browser: Browser, acme: Idp, evil: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    assert browser.post(path_of(asked), token="0" * 64, do="replace").status == 403
    assert who(browser) == "member@acme.test"


def test_without_another_session_no_page_asks_and_the_remembered_account_stays(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp, evil: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    account = browser.cookies[ACCOUNT]
    asked = sign_in(app, browser, evil, "boss@evilcorp.test", "?return_to=/v1/session")
    deployment.container.sessions.end(browser.cookies[SESSION])
    arrived = browser.follow(asked)
    assert path_of(arrived) == "/v1/session"
    assert (who(browser), browser.cookies[ACCOUNT]) == ("boss@evilcorp.test", account)


def test_signing_out_ends_a_sign_in_that_waits(app: Chalice, browser: Browser, acme: Idp, evil: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    account = browser.cookies[ACCOUNT]
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    waiting = browser.cookies[WAITING]
    browser.get("/")
    browser.post("/logout")
    assert WAITING not in browser.cookies
    browser.cookies[WAITING] = waiting
    browser.get(path_of(asked), **{"sec-fetch-site": "cross-site"})
    assert (who(browser), browser.cookies[ACCOUNT]) == (None, account)


def converted(app: Chalice, browser: Browser, idp: Idp, email: str) -> Answer:
    """The answer to the request that an unsolicited response led to."""
    asked = posted(app, browser, idp, **response(idp, None, email))
    assert asked.status == 303
    (state,) = parse_qs(urlsplit(asked.location).query)["RelayState"]
    begun = {"RelayState": state, "id": "_" + state.partition(".")[0]}
    return posted(app, browser, idp, **response(idp, begun, email))


@pytest.mark.parametrize("allowed", [True, False])
def test_an_answer_that_this_browser_did_not_ask_for_replaces_no_session_whose_marker_is_lost(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp, allowed: bool
) -> None:
    evil = identity_provider(deployment, deployment.organization("evil2.test"), allow_idp_initiated=allowed)
    sign_in(app, browser, acme, "member@acme.test")
    before = {name: browser.cookies[name] for name in (SESSION, ACCOUNT)}
    del browser.cookies[MARKER]
    if allowed:
        asked = posted(app, browser, evil, **response(evil, None, "boss@evil2.test"))
    else:
        asked = converted(app, browser, evil, "boss@evil2.test")
    assert path_of(asked).startswith(f"/saml/{evil.connection.id}/confirm")
    assert browser.follow(asked).status == 200
    assert {name: browser.cookies[name] for name in (SESSION, ACCOUNT)} == before
    assert who(browser) == "member@acme.test"


def test_a_session_that_waited_keeps_its_groups(app: Chalice, browser: Browser, evil: Idp) -> None:
    attributes = (Attribute(name="email", values=("a@evilcorp.test",)), Attribute(name="groups", values=("x", "y")))
    arrived = posted(app, browser, evil, **response(evil, None, "a@evilcorp.test", attributes=attributes))
    browser.follow(arrived)
    assert browser.get("/v1/session", accept="application/json").json["groups"] == ["x", "y"]


@pytest.mark.parametrize("allowed", [True, False])
def test_an_answer_that_this_browser_did_not_ask_for_signs_in_by_one_more_redirect(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp, allowed: bool
) -> None:
    idp = identity_provider(deployment, deployment.organization("more.test"), allow_idp_initiated=allowed)
    for _ in range(2):
        if allowed:
            arrived = posted(app, browser, idp, **response(idp, None, "a@more.test"))
        else:
            arrived = converted(app, browser, idp, "a@more.test")
        former = browser.cookies.get(SESSION, "")
        assert path_of(browser.follow(arrived)) == "/"
        assert who(browser) == "a@more.test"
        assert who(Browser(app, {SESSION: former})) is None
        assert WAITING not in browser.cookies


def test_a_session_whose_marker_is_lost_is_not_replaced_either(
    app: Chalice, browser: Browser, acme: Idp, evil: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    del browser.cookies[MARKER]
    asked = sign_in(app, browser, evil, "boss@evilcorp.test")
    assert path_of(asked).startswith(f"/saml/{evil.connection.id}/confirm")
    assert who(browser) == "member@acme.test"


def test_a_response_that_waits_for_the_click_is_used_up(app: Chalice, browser: Browser, acme: Idp, evil: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    form = response(evil, begin(browser, evil), "boss@evilcorp.test")
    posted(app, browser, evil, **form)
    again = posted(app, Browser(app, {}), evil, **form)
    assert again.status == 403


def test_signing_in_again_ends_the_same_persons_former_session(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    former = browser.cookies[SESSION]
    assert sign_in(app, browser, acme, "member@acme.test", "?return_to=/x").location == f"{BASE}/x"
    assert browser.cookies[SESSION] != former
    assert who(Browser(app, {SESSION: former})) is None
    assert who(browser) == "member@acme.test"


def test_a_marker_ends_no_session_but_the_one_that_it_knows(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp
) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    victim = browser.cookies[SESSION]
    user = browser.cookies[MARKER].partition(".")[0]
    stranger = Browser(app, {MARKER: f"{user}.{'0' * 64}"})
    sign_in(app, stranger, acme, "member@acme.test")
    assert who(Browser(app, {SESSION: victim})) == "member@acme.test"


@pytest.mark.parametrize("marker", ["", ".", "x", "x.y", "é.é", f"{'0' * 32}.{'g' * 64}", f"{'0' * 32}.{'0' * 65}"])
def test_a_made_up_marker_is_none(marker: str) -> None:
    assert present_session(None, marker) is None
    assert present_session("a.b", marker) is None


def test_the_marker_opens_nothing(app: Chalice, browser: Browser, deployment: Deployment, acme: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    secret = browser.cookies[SESSION].rpartition(".")[2]
    assert secret not in browser.cookies[MARKER]
    (stored,) = deployment.container.table.read(session_lookup(secret_hash(secret), deployment.now))
    assert stored is not None
    assert browser.cookies[MARKER] == PresentSession(stored.user_id, stored.secret_sha256).marker
    assert who(Browser(app, {SESSION: browser.cookies[MARKER]})) is None


def test_signing_out_takes_the_marker_along(app: Chalice, browser: Browser, acme: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    browser.get("/")
    browser.post("/logout")
    assert not {SESSION, MARKER} & set(browser.cookies)


def test_the_account_that_is_offered_changes_only_by_a_choice_on_our_pages(
    app: Chalice, browser: Browser, acme: Idp, evil: Idp
) -> None:
    def offered() -> str:
        found = parse_remembered_account(browser.cookies[ACCOUNT])
        assert found is not None
        return found.email

    def sign_out() -> None:
        browser.get("/")
        browser.post("/logout")

    sign_in(app, browser, acme, "member@acme.test")
    sign_out()
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}, {}):
        sign_in(app, browser, evil, "boss@evilcorp.test", **headers)
        assert (who(browser), offered()) == ("boss@evilcorp.test", "member@acme.test")
        sign_out()
    browser.follow(posted(app, browser, evil, **response(evil, None, "boss@evilcorp.test")))
    assert (who(browser), offered()) == ("boss@evilcorp.test", "member@acme.test")
    sign_out()
    sign_in(app, browser, evil, "boss@evilcorp.test", **{"sec-fetch-site": "same-origin"})
    assert offered() == "boss@evilcorp.test"


def test_a_second_post_leads_to_the_page_that_was_wanted(app: Chalice, browser: Browser, acme: Idp) -> None:
    form = response(acme, begin(browser, acme, "?return_to=/deep%3Fx=1"), "member@acme.test")
    assert path_of(posted(app, browser, acme, **form)) == "/deep?x=1"
    again = posted(app, browser, acme, **form)
    assert again.status == 303
    assert path_of(browser.follow(again)) == "/deep?x=1"


def test_a_second_post_without_a_session_is_refused_in_full(
    app: Chalice, browser: Browser, deployment: Deployment, acme: Idp
) -> None:
    form = response(acme, begin(browser, acme), "member@acme.test")
    posted(app, browser, acme, **form)
    deployment.container.sessions.end(browser.cookies[SESSION])
    refused = browser.follow(posted(app, browser, acme, **form))
    assert (refused.status, "saml_replayed" in refused.text) == (403, True)
    assert re.search(r"att_[0-9a-z]{32}", refused.text)


def test_a_response_to_a_forgotten_request_redirects_a_signed_in_browser_home(
    app: Chalice, browser: Browser, acme: Idp
) -> None:
    old = response(acme, begin(browser, acme), "member@acme.test")
    sign_in(app, browser, acme, "member@acme.test")
    for name in [name for name in browser.cookies if name.startswith("__Host-gh_")]:
        del browser.cookies[name]
    assert path_of(browser.follow(posted(app, browser, acme, **old))) == "/"


def test_a_program_gets_the_refusal_of_a_second_post(app: Chalice, browser: Browser, acme: Idp) -> None:
    form = response(acme, begin(browser, acme), "member@acme.test")
    posted(app, browser, acme, **form)
    refused = browser.post(f"/saml/{acme.connection.id}/acs", accept="application/json", **form)
    assert (refused.status, refused.json["code"]) == (403, "saml_replayed")


def test_another_refusal_stays_one_in_a_browser_with_a_session(app: Chalice, browser: Browser, acme: Idp) -> None:
    sign_in(app, browser, acme, "member@acme.test")
    refused = sign_in(app, browser, acme, "stranger@elsewhere.test")
    assert (refused.status, "email_domain_not_allowed" in refused.text) == (403, True)


@pytest.mark.parametrize(
    "change", [{"token": "0" * 64}, {"code": "user_disabled"}, {"attempt": "att_x"}, {"token": ""}]
)
def test_a_forged_refusal_address_is_refused(app: Chalice, browser: Browser, acme: Idp, change: dict[str, str]) -> None:
    form = response(acme, begin(browser, acme), "member@acme.test")
    posted(app, browser, acme, **form)
    led = urlsplit(path_of(posted(app, browser, acme, **form)))
    query = {name: values[0] for name, values in parse_qs(led.query).items()} | change
    assert Browser(app).get(f"{led.path}?{urlencode(query)}").status == 404


def test_a_used_response_in_another_browser_is_refused_at_once(app: Chalice, browser: Browser, acme: Idp) -> None:
    form = response(acme, begin(browser, acme), "member@acme.test")
    posted(app, browser, acme, **form)
    assert posted(app, Browser(app), acme, **form).status == 403


@pytest.mark.parametrize("tabs", [8, 20])
def test_a_browser_that_is_reopened_with_many_tabs_is_signed_in_in_each(
    app: Chalice, browser: Browser, acme: Idp, tabs: int
) -> None:
    started = [begin(browser, acme, f"?return_to=/t{n}") for n in range(tabs)]
    for number, begun in enumerate(started):
        assert path_of(posted(app, browser, acme, **response(acme, begun, "member@acme.test"))) == f"/t{number}"
    assert who(browser) == "member@acme.test"


def test_the_cookies_of_many_sign_ins_fit_a_gateways_header_limit(app: Chalice, browser: Browser, acme: Idp) -> None:
    for number in range(40):
        begin(browser, acme, f"?return_to=/{number}{'x' * 500}")
    header = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    assert len(header) < 5_200


@pytest.mark.parametrize("kind", ["iframe", "image", "empty", "script", "embed", "object", "frame"])
def test_nothing_but_a_window_of_its_own_starts_a_sign_in(browser: Browser, acme: Idp, kind: str) -> None:
    refused = browser.get(f"/saml/{acme.connection.id}/login", **{"sec-fetch-dest": kind})
    assert (refused.status, refused.cookies) == (403, [])


@pytest.mark.parametrize("site", ["cross-site", "same-origin", "none"])
def test_a_sign_in_starts_from_any_site(browser: Browser, acme: Idp, site: str) -> None:
    headers = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": site}
    assert browser.get(f"/saml/{acme.connection.id}/login", **headers).status == 303


def test_a_test_link_is_not_used_up_by_a_frame(browser: Browser, deployment: Deployment, acme: Idp) -> None:
    offer = deployment.container.connection_tests.offer(acme.connection, deployment.now)
    path = offer.url.removeprefix(BASE)
    assert browser.get(path, **{"sec-fetch-dest": "iframe"}).status == 403
    assert browser.get(path).status == 303
