"""AuthnRequests by HTTP-POST: how a connection comes to it, and the page that posts itself."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.host_name import origin_of
from chalicelib.http.rendering import _content_security_policy
from chalicelib.http.static_files import static_path
from chalicelib.organizations.model import Organization
from tests.support.api import Caller, key_of
from tests.support.browser import Answer, Browser
from tests.support.deployment import Deployment
from tests.support.identity_provider import key, send
from tests.support.metadata_text import POST, endpoint, entity
from tests.support.metadata_text import key as descriptor
from tests.support.round_trip import Idp, identity_provider

CERTIFICATE = base64.b64encode(key("acme").der).decode()
POST_ONLY = entity(descriptor(CERTIFICATE) + endpoint(POST, "https://idp.test/post"))
BOTH = entity(descriptor(CERTIFICATE) + endpoint(POST, "https://idp.test/post") + endpoint())


@pytest.fixture
def api(deployment: Deployment) -> Caller:
    return key_of(deployment)


@pytest.fixture
def draft(api: Caller, acme: Organization) -> str:
    connections = f"/v1/organizations/{acme.id}/connections"
    return f"{connections}/{api('POST', connections, {}).json['id']}"


def save(api: Caller, path: str, changes: dict[str, Any], method: str = "PATCH") -> Any:
    answer = api(method, path, changes, if_match=api("GET", path.removesuffix("/pending")).etag)
    assert answer.status == 200, answer.json
    return answer.json


def bindings(saved: Any) -> tuple[str, str | None, str]:
    return saved["identity_provider_url"], saved["request_binding"], saved["effective_request_binding"]


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    url = "https://idp.test:8443/sso?a=b#top"
    return identity_provider(deployment, identity_provider_url=url, request_binding="post")


def login(browser: Browser, connection: Connection, query: str = "") -> Answer:
    return browser.get(f"/saml/{connection.id}/login{query}")


def stored(deployment: Deployment, path: str) -> Connection:
    (found,) = deployment.container.table.read(connection_lookup(path.rpartition("/")[2]))
    assert found is not None
    return found


def test_metadata_that_takes_requests_by_post_only_is_imported_and_sent_by_post(
    api: Caller, draft: str, browser: Browser, deployment: Deployment
) -> None:
    shown = api("POST", f"{draft}/import", {"text": POST_ONLY})
    assert (shown.status, shown.json["request_binding"]) == (200, "post")
    saved = save(api, draft, {"metadata_xml": POST_ONLY})
    assert bindings(saved) == ("https://idp.test/post", None, "post")
    assert login(browser, stored(deployment, draft)).status == 200


def test_a_redirect_endpoint_is_preferred_and_the_admin_may_choose_the_other(
    api: Caller, draft: str, browser: Browser, deployment: Deployment
) -> None:
    assert bindings(save(api, draft, {"metadata_xml": BOTH})) == ("https://idp.test/sso", None, "redirect")
    assert login(browser, stored(deployment, draft)).status == 303
    chosen = save(api, draft, {"metadata_xml": BOTH, "request_binding": "post"})
    assert bindings(chosen) == ("https://idp.test/post", "post", "post")
    assert bindings(save(api, draft, {"metadata_xml": BOTH})) == ("https://idp.test/post", "post", "post")
    assert bindings(save(api, draft, {"request_binding": None}))[1:] == (None, "post")


def test_a_typed_url_goes_back_to_redirect_and_the_same_url_does_not(api: Caller, draft: str) -> None:
    save(api, draft, {"metadata_xml": POST_ONLY})
    assert save(api, draft, {"identity_provider_url": "https://idp.test/post"})["effective_request_binding"] == "post"
    typed = save(api, draft, {"identity_provider_url": "https://idp.test/other"})
    assert bindings(typed) == ("https://idp.test/other", None, "redirect")


@pytest.mark.parametrize(
    "host",
    [
        "a.test;script-src-elem",
        "a.test;sandbox",
        "a.test,b",
        "a test",
        "a.test'",
        "a_.test",
        "[::1%25;sandbox]",
        "*.a.test",
    ],
)
def test_a_host_that_is_no_host_is_not_saved_and_gets_into_no_policy(api: Caller, draft: str, host: str) -> None:
    url = f"https://{host}/x"
    refused = api("PATCH", draft, {"identity_provider_url": url}, if_match=api("GET", draft).etag)
    assert refused.field_codes == {"/identity_provider_url": "invalid_url"}
    assert origin_of(url) is None
    metadata = POST_ONLY.replace("https://idp.test/post", url)
    assert api("PATCH", draft, {"metadata_xml": metadata}, if_match=api("GET", draft).etag).status == 422


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://IdP.test:8443/a;b", "https://idp.test:8443"),
        ("https://xn--bcher-kva.test/", "https://xn--bcher-kva.test"),
        ("https://192.0.2.1/x", "https://192.0.2.1"),
        ("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444"),
        ("http://localhost:8000/x", "http://localhost:8000"),
        ("ftp://a.test/", None),
        ("https://a.test:99999/", None),
    ],
)
def test_the_policy_names_the_parsed_origin(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


def test_a_policy_without_an_origin_has_the_general_form_target(idp: Idp, deployment: Deployment) -> None:
    for target in ("https://a.test;script-src-elem/x", "https://a.test;sandbox"):
        policy = _content_security_policy(deployment.container.settings, to_provider=False, form_target=target)
        assert "form-action 'self' https:; base-uri" in policy
        assert "sandbox" not in policy
        assert "script-src-elem" not in policy


def test_a_binding_that_is_none_is_refused(api: Caller, draft: str) -> None:
    refused = api("PATCH", draft, {"request_binding": "artifact"}, if_match=api("GET", draft).etag)
    assert (refused.status, list(refused.field_codes)) == (422, ["/request_binding"])
    refused = api("PATCH", draft, {"metadata_binding": "post"}, if_match=api("GET", draft).etag)
    assert refused.status == 422


def test_the_page_posts_request_and_relay_state_to_the_identity_provider(browser: Browser, idp: Idp) -> None:
    page = login(browser, idp.connection, "?return_to=/reports")
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert 'method="post" action="https://idp.test:8443/sso?a=b"' in page.text
    request = etree.fromstring(base64.b64decode(page.hidden["SAMLRequest"]))
    assert request.get("Destination") == "https://idp.test:8443/sso?a=b#top"
    assert f"__Host-gh_{str(request.get('ID'))[1:]}" in browser.cookies
    assert page.hidden["RelayState"].startswith(str(request.get("ID"))[1:])
    assert "<button" in page.text


def test_the_page_runs_one_file_of_ours_and_its_form_may_go_to_the_identity_provider(
    browser: Browser, idp: Idp
) -> None:
    page = login(browser, idp.connection)
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["form-action"] == "'self' https://idp.test:8443 https:"
    assert page.text.count("<script") == page.text.count(f'<script src="/api{static_path("post.js")}" defer></script>')
    assert page.text.count("<script") == 1
    assert browser.get(static_path("post.js")).status == 200
    elsewhere = browser.get("/login").headers["Content-Security-Policy"]
    assert "idp.test" not in elsewhere


def test_an_answer_to_a_posted_request_signs_in(browser: Browser, idp: Idp) -> None:
    hidden = login(browser, idp.connection, "?return_to=/reports").hidden
    start = idp.start()
    browser.cookies |= idp.jar
    form = {"SAMLResponse": send(idp.says(start)), "RelayState": start.relay_state}
    assert browser.post(f"/saml/{idp.connection.id}/acs", **form).location.endswith("/deep?x=1")
    assert hidden["RelayState"] != start.relay_state


def test_an_unsolicited_response_begins_a_posted_round_trip(browser: Browser, idp: Idp) -> None:
    page = browser.post(f"/saml/{idp.connection.id}/acs", SAMLResponse=send(idp.says(None)), RelayState="/x")
    assert (page.status, "SAMLRequest" in page.hidden) == (200, True)


def test_pending_values_are_tested_applied_and_rolled_back_with_their_binding(
    api: Caller, browser: Browser, deployment: Deployment
) -> None:
    idp = identity_provider(deployment, proven=True)
    path = f"/v1/organizations/{idp.organization.id}/connections/{idp.connection.id}"
    pending = save(api, f"{path}/pending", {"request_binding": "post"}, "PUT")["pending"]
    assert pending["request_binding"] == "post"
    assert login(browser, idp.connection).status == 303
    offer = deployment.container.connection_tests.offer(idp.reload_connection(), deployment.now, of_pending=True)
    page = browser.get(offer.url.removeprefix("https://sso.example.test/api"))
    assert page.status == 200
    number = page.hidden["RelayState"].partition(".")[0]
    answer = idp.says(None)
    confirmation = replace(answer.confirmations[0], in_response_to=f"_{number}")
    answer = replace(answer, in_response_to=f"_{number}", confirmations=(confirmation,))
    shown = browser.post(
        f"/saml/{idp.connection.id}/acs", SAMLResponse=send(answer), RelayState=page.hidden["RelayState"]
    )
    assert shown.status == 200
    etag = api("GET", path).etag
    applied = api("POST", f"{path}/pending/apply", {}, if_match=etag).json
    assert bindings(applied)[1:] == ("post", "post")
    back = api("POST", f"{path}/roll-back", {}, if_match=api("GET", path).etag).json
    assert bindings(back)[1:] == (None, "redirect")


def test_metadata_for_post_is_imported_saved_and_kept_on_the_page(
    admin: Browser, path: str, deployment: Deployment
) -> None:
    admin.get(path)
    kept = admin.post(path, do="import", import_text=POST_ONLY, provider="other")
    assert kept.hidden["metadata_binding"] == "post https://idp.test/post"
    fields = {"identity_provider_url": "https://idp.test/post", "identity_provider_issuer": "https://idp.test"}
    assert admin.post(path, do="save", provider="other", added=CERTIFICATE, **fields).status == 303
    assert stored(deployment, path).binding == "post"
    admin.get(path)
    admin.post(path, do="save", provider="other", **fields | {"identity_provider_url": "https://idp.test/typed"})
    assert stored(deployment, path).binding == "redirect"
