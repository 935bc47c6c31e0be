"""States of the admins' sign-in pages: the list with its chart, one attempt, the inspector."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.connections.model import Connection, Provider
from chalicelib.i18n.message import message
from chalicelib.identifier import new_id
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts import pages as admin_attempts
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.browser.site import LONG
from tests.browser.states.admin import enter_as_admin
from tests.browser.walk import Walk, state
from tests.support.identity_provider import Conditions, send
from tests.support.round_trip import Idp, identity_provider

CODES = ("saml_audience_mismatch", "user_not_provisioned", None, "temporarily_unavailable", None, None, "saml_expired")


def attempts(walk: Walk, number: int = 40) -> tuple[Connection, Attempt]:
    """A connection with sign-ins of all kinds, and one that was refused."""
    made = walk.site.deployment
    connection = made.connection(walk.site.acme, name="Okta", provider=Provider.OKTA)
    refused: Attempt | None = None
    for at in range(number):
        moment, code = made.now - timedelta(hours=at * 11), CODES[at % len(CODES)]
        attempt = Attempt(
            id=new_id("att", now=moment),
            organization_id=walk.site.acme.id,
            connection_id=connection.id,
            created_at=moment,
            result=AttemptResult.REFUSED if code else AttemptResult.SUCCEEDED,
            code=code,
            request_id=f"_{'0' * 32}",
            user_id=None if code else walk.site.member.id,
            email=None if at % 5 == 4 else walk.site.member.email,
            is_test=at % 9 == 8,
            checks=(
                Check(CheckName.SIGNATURE, True, None, "Assertion RSA-SHA256"),
                Check(CheckName.AUDIENCE, code != CODES[0], "https://ours.test/" + "x" * 90, "https://theirs.test"),
            ),
        )
        made.container.table.write(record_attempt(attempt))
        refused = attempt if refused is None or code == CODES[0] else refused
    assert refused is not None
    return connection, refused


def inspected(walk: Walk) -> Idp:
    """The inspector, open, with an identity provider whose responses verify."""
    idp = identity_provider(walk.site.deployment, walk.site.acme, provider=Provider.ENTRA)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{idp.connection.id}/inspector")
    return idp


@state("GET /admin/sso/{connection_id}/attempts")
def attempts_list(walk: Walk) -> None:
    connection, _ = attempts(walk)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts")
    walk.page.locator("details summary").click()


@state("GET /admin/sso/{connection_id}/attempts")
def attempts_filtered(walk: Walk) -> None:
    connection, _ = attempts(walk)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts?result=refused&from=2026-11-20")


@state("GET /admin/sso/{connection_id}/attempts")
def attempts_of_a_busy_customer(walk: Walk) -> None:
    connection, _ = attempts(walk)
    enter_as_admin(walk)
    most, admin_attempts._MAX_CHARTED = admin_attempts._MAX_CHARTED, 20  # type: ignore[misc]
    try:
        walk.go(f"/admin/sso/{connection.id}/attempts")
    finally:
        admin_attempts._MAX_CHARTED = most  # type: ignore[misc]


@state("GET /admin/sso/{connection_id}/attempts", 422)
def attempts_filter_unreadable(walk: Walk) -> None:
    connection, _ = attempts(walk, 1)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts?from=yesterday&result=maybe")


@state("GET /admin/sso/{connection_id}/attempts")
def attempts_none(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{walk.site.deployment.connection(walk.site.acme).id}/attempts")


@state("GET /admin/sso/{connection_id}/attempts/{attempt_id}")
def attempt_refused(walk: Walk) -> None:
    connection, refused = attempts(walk)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts/{refused.id}")


@state("GET /admin/sso/{connection_id}/attempts/{attempt_id}")
def attempt_of_a_claimed_person(walk: Walk) -> None:
    """Refused by the identity provider: only the typed address says who it was."""
    connection, refused = attempts(walk)
    urn = "urn:oasis:names:tc:SAML:2.0:status:"
    told = message("check.status.codes", top=f"{urn}Responder", second=f"{urn}RequestDenied")
    told = message("check.status.message", status=told, text="Invalid IP range: <b>203.0.113.9</b>")
    checks = (Check(CheckName.READABLE, True), Check(CheckName.STATUS, False, f"{urn}Success", told))
    kept = replace(refused, code="saml_status_not_success", email=None, claimed_email=LONG, checks=checks)
    walk.site.deployment.container.table.write(record_attempt(kept))
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts/{refused.id}")


@state("GET /admin/sso/{connection_id}/attempts/{attempt_id}")
def attempt_with_white_space(walk: Walk) -> None:
    connection, refused = attempts(walk)
    issuer = "https://idp.acme.example/saml/entity"
    checks = (
        Check(CheckName.ISSUER, False, issuer, f"{issuer}\n"),
        Check(CheckName.AUDIENCE, False, "https://ours.test/saml/metadata", "https://ours.test/saml\u00a0/metadata/"),
        Check(CheckName.EMAIL, False, message("check.email.domains", domains="acme.test"), " eve@evil.test"),
    )
    kept = replace(refused, code="saml_issuer_mismatch", checks=checks)
    walk.site.deployment.container.table.write(record_attempt(kept))
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts/{refused.id}")


@state("GET /admin/sso/{connection_id}/attempts/{attempt_id}")
def attempt_signed_in(walk: Walk) -> None:
    connection, _ = attempts(walk, 3)
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{connection.id}/attempts")
    walk.press("table.rows tbody tr:has(.tag.ok) a")


@state("GET /admin/sso/{connection_id}/inspector")
def inspector(walk: Walk) -> None:
    inspected(walk)


@state("POST /admin/sso/{connection_id}/inspector", 422)
def inspector_of_nothing(walk: Walk) -> None:
    inspected(walk)
    walk.press()


@state("POST /admin/sso/{connection_id}/inspector")
def inspector_holds(walk: Walk) -> None:
    idp = inspected(walk)
    walk.fill(text=send(idp.says(idp.start())))
    walk.press()


@state("POST /admin/sso/{connection_id}/inspector")
def inspector_would_refuse(walk: Walk) -> None:
    idp = inspected(walk)
    walk.fill(text=send(idp.says(None, conditions=Conditions(restrictions=(("https://other.test",),)))))
    walk.press()


@state("POST /admin/sso/{connection_id}/inspector")
def inspector_cannot_read(walk: Walk) -> None:
    inspected(walk)
    walk.fill(text="nothing of that kind")
    walk.press()
