from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from time import process_time

import pytest

from chalicelib.connections.model import Connection, Provider
from chalicelib.i18n.message import message
from chalicelib.identifier import new_id
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization, Plan
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from chalicelib.users.model import Role
from tests.support.browser import Answer, Browser, sign_in
from tests.support.deployment import Deployment

HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization(active_admins=1)


@pytest.fixture
def connection(deployment: Deployment, acme: Organization) -> Connection:
    return deployment.connection(acme, provider=Provider.OKTA)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    """The browser of Acme's only admin."""
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


@pytest.fixture
def keep(deployment: Deployment, connection: Connection) -> Callable[..., Attempt]:
    """Keeps an attempt that came a second after the one before."""

    def kept(code: str | None = None, email: str | None = "ada@acme.test", **values: object) -> Attempt:
        deployment.later(seconds=1)
        attempt = Attempt(
            id=new_id("att", now=deployment.now),
            organization_id=connection.organization_id,
            connection_id=connection.id,
            created_at=deployment.now,
            result=AttemptResult.REFUSED if code else AttemptResult.SUCCEEDED,
            code=code,
            email=email,
        )
        attempt = replace(attempt, **values)  # type: ignore[arg-type]
        deployment.container.table.write(record_attempt(attempt))
        return attempt

    return kept


def listed(shown: Answer) -> int:
    return shown.text.count("/attempts/att_")


def test_the_list_says_who_came_and_why_some_were_refused(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    keep()
    refused = keep("saml_audience_mismatch", None)
    shown = admin.get(f"/admin/sso/{connection.id}/attempts")
    assert shown.status == 200
    assert "ada@acme.test" in shown.text
    assert "The response was meant for another application" in shown.text
    assert f"/attempts/{refused.id}" in shown.text
    assert "Unidentified" in shown.text


def test_the_picture_has_its_numbers_beside_it(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    keep()
    keep()
    keep("saml_audience_mismatch")
    keep("saml_audience_mismatch", is_test=True)
    shown = admin.get(f"/admin/sso/{connection.id}/attempts")
    label = "Sign-ins of the last 30 days: 2 signed in, 1 refused, 3 on the busiest day"
    assert f'role="img" aria-label="{label}"' in shown.text
    assert '<rect class="idp_admin"' in shown.text
    assert "23 November: 2 signed in, 1 refused" in shown.text
    assert '<time datetime="2026-11-23">' in shown.text
    assert "?code=saml_audience_mismatch" in shown.text


def test_an_empty_list_is_explained(admin: Browser, connection: Connection) -> None:
    shown = admin.get(f"/admin/sso/{connection.id}/attempts")
    assert "No one has signed in through this connection" in shown.text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("result=refused", 2),
        ("result=succeeded", 1),
        ("code=saml_expired", 1),
        ("who=BOB", 1),
        ("who=nobody", 0),
        ("from=2026-11-23&to=2026-11-23", 3),
        ("to=2026-11-22", 0),
        ("from=2026-11-24", 0),
        ("result=refused&who=ada", 1),
    ],
)
def test_a_filter_leaves_what_fits(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt], query: str, number: int
) -> None:
    keep()
    keep("saml_expired")
    keep("saml_replayed", "bob@acme.test")
    shown = admin.get(f"/admin/sso/{connection.id}/attempts?{query}")
    assert shown.status == 200
    assert listed(shown) == number
    assert ("No sign-ins match these filters." in shown.text) is (number == 0)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("result=maybe", "result"),
        ("code=%3Cscript%3E", "code"),
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=20261123", "from"),
        ("from=2026-11-23&to=2026-11-22", "to"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named_at_its_field(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt], query: str, field: str
) -> None:
    keep()
    shown = admin.get(f"/admin/sso/{connection.id}/attempts?{query}")
    assert shown.status == 422
    assert "<title>Error: Sign-ins" in shown.text
    assert f'<a href="#{field}">' in shown.text
    assert listed(shown) == 0
    assert "<script>" not in shown.text


def test_an_id_leads_straight_to_its_attempt_also_of_another_connection(
    admin: Browser, deployment: Deployment, acme: Organization, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    attempt = keep("saml_expired")
    other = deployment.connection(acme)
    for asked in (connection, other):
        went = admin.get(f"/admin/sso/{asked.id}/attempts?who={attempt.id}")
        assert went.location.endswith(f"/admin/sso/{connection.id}/attempts/{attempt.id}")
    unknown = admin.get(f"/admin/sso/{other.id}/attempts?who=att_{'0' * 32}")
    assert "No sign-ins match these filters." in unknown.text


def test_pages_keep_the_filter_and_show_each_once(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    for number in range(28):
        keep("saml_expired" if number < 27 else None)
    path = f"/admin/sso/{connection.id}/attempts?result=refused"
    first = admin.get(path)
    older = next(part for part in unescape(first.text).split('"') if "after=att_" in part)
    second = admin.get(older.removeprefix("/api"))
    assert (listed(first), listed(second)) == (25, 2)
    assert "result=refused" in older
    assert "<figure" not in second.text


@pytest.mark.parametrize("after", ["nonsense", "att_x", "%00", "%F4%8F%BF%BF" * 400])
def test_a_position_that_cannot_be_one_is_the_beginning(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt], after: str
) -> None:
    keep()
    assert listed(admin.get(f"/admin/sso/{connection.id}/attempts?after={after}")) == 1


def test_a_refused_attempt_shows_every_check_and_where_to_click(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    checks = (
        Check(CheckName.SIGNATURE, True, None, "RSA-SHA256"),
        Check(CheckName.AUDIENCE, False, "https://ours.test", "https://theirs.test"),
    )
    attempt = keep("saml_audience_mismatch", checks=checks, request_id="_request")
    shown = admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}")
    assert shown.status == 200
    for told in ("Audience matches", "https://ours.test", "https://theirs.test", "RSA-SHA256", "_request", attempt.id):
        assert told in shown.text
    assert "Where in Okta" in shown.text
    assert "Audience URI (SP Entity ID)" in shown.text
    assert shown.text.count('<li class="failed">') == 1
    assert shown.text.count('<li class="passed">') == 1


def test_the_text_for_the_identity_providers_admin_names_no_user(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    checks = (
        Check(CheckName.ISSUER, False, "https://idp.test", "ada@acme.test"),
        Check(CheckName.EMAIL, True, None, "ada@acme.test"),
    )
    attempt = keep("saml_issuer_mismatch", checks=checks)
    shown = admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}")
    report = unescape(shown.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    assert attempt.id in report
    assert connection.id in report
    assert "Another identity provider answered" in report
    assert "…@acme.test" in report
    assert "ada@" not in report


def test_a_sign_in_that_worked_needs_no_advice(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    attempt = keep(user_id="usr_" + "0" * 32)
    shown = admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}")
    assert "ada@acme.test signed in" in shown.text
    assert "<textarea" not in shown.text
    assert f"/admin/users/{attempt.user_id}" in shown.text


@pytest.mark.parametrize("code", [*RefusalCode, "no_longer_known"])
def test_every_code_has_a_page_also_one_that_is_not_known_any_more(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt], code: str
) -> None:
    attempt = keep(str(code))
    assert admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}").status == 200
    assert listed(admin.get(f"/admin/sso/{connection.id}/attempts")) == 1


def test_nothing_that_a_stranger_sent_is_markup(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    checks = tuple(Check(name, False, HOSTILE, HOSTILE) for name in CheckName)
    attempt = keep("saml_malformed", HOSTILE, checks=checks, request_id=HOSTILE)
    for path in (f"/attempts/{attempt.id}", "/attempts", "/attempts?who=%3Cscript%3E&result=%22%3E%3Cscript%3E"):
        assert "<script>" not in admin.get(f"/admin/sso/{connection.id}{path}").text


def test_an_admin_who_reads_german_opens_a_strangers_text_at_the_cost_of_any_other(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    """A text that fits the start of a sentence of ours in many ways is compared with no sentence."""

    def seconds(text: str) -> float:
        checks = (Check(CheckName.SIGNATURE, False, message("check.signature.algorithms"), text),)
        attempt = keep("saml_weak_algorithm", None, checks=checks)
        took = []
        for _ in range(5):
            began = process_time()
            shown = admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}", **{"accept-language": "de"})
            took.append(process_time() - began)
            assert text[:300] in unescape(shown.text)
        return min(took)

    ordinary = seconds("x" * 1_000)
    for crafted in ("a b by c, " * 100, " by " * 250, "a , " * 250):
        assert seconds(crafted) < 5 * ordinary


def test_in_german_every_sentence_is_german(
    admin: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    attempt = keep("saml_audience_mismatch")
    shown = admin.get(f"/admin/sso/{connection.id}/attempts/{attempt.id}", **{"accept-language": "de"})
    assert '<html lang="de">' in shown.text
    assert "Was zu tun ist" in shown.text
    assert "23. November" in admin.get(f"/admin/sso/{connection.id}/attempts", **{"accept-language": "de"}).text


def test_another_organizations_admin_finds_nothing(
    deployment: Deployment, browser: Browser, connection: Connection, keep: Callable[..., Attempt]
) -> None:
    attempt = keep("saml_expired")
    other = deployment.organization("other.test")
    own = deployment.connection(other)
    deployment.user(other, "admin@other.test", Role.ADMIN)
    sign_in(browser, "admin@other.test")
    for path in (
        f"/admin/sso/{connection.id}/attempts",
        f"/admin/sso/{connection.id}/attempts/{attempt.id}",
        f"/admin/sso/{own.id}/attempts/{attempt.id}",
    ):
        shown = browser.get(path)
        assert shown.status == 404
        assert "ada@acme.test" not in shown.text
    searched = browser.get(f"/admin/sso/{own.id}/attempts?who={attempt.id}")
    assert (searched.status, listed(searched)) == (200, 0)


def test_an_attempt_belongs_to_its_own_connection(
    admin: Browser, deployment: Deployment, acme: Organization, keep: Callable[..., Attempt]
) -> None:
    other = deployment.connection(acme)
    assert admin.get(f"/admin/sso/{other.id}/attempts/{keep().id}").status == 404
    assert admin.get(f"/admin/sso/{other.id}/attempts/nonsense").status == 404


def test_members_strangers_and_other_plans_see_none(
    deployment: Deployment,
    new_browser: Callable[[], Browser],
    acme: Organization,
    connection: Connection,
    keep: Callable[..., Attempt],
) -> None:
    paths = (f"/admin/sso/{connection.id}/attempts", f"/admin/sso/{connection.id}/attempts/{keep().id}")
    deployment.user(acme, "member@acme.test")
    basic = deployment.organization("basic.test", Plan.STANDARD)
    deployment.user(basic, "admin@basic.test", Role.ADMIN)
    member, other_plan, stranger = new_browser(), new_browser(), new_browser()
    deployment.container.login_policies.put(acme, LoginPolicy(Mode.OPTIONAL), deployment.now)
    sign_in(member, "member@acme.test")
    sign_in(other_plan, "admin@basic.test")
    for path in paths:
        assert "/login?return_to=" in stranger.get(path).location
        assert "enterprise_plan_required" in other_plan.get(path).text
        shown = member.get(path)
        assert (shown.status, "admin_required" in shown.text, "ada@acme.test" in shown.text) == (403, True, False)
