"""Setup links: the customer's IT person, who has no account."""

from __future__ import annotations

from datetime import datetime

from chalicelib.connections.model import Connection, LastTest, Provider
from chalicelib.connections.store import record_test
from chalicelib.identifier import new_id
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.browser.walk import Walk, state
from tests.support.wrong_imports import ONE, describe


def link(walk: Walk, connection_id: str | None = None) -> str:
    """A new one."""
    links, now = walk.site.deployment.container.setup_links, walk.site.deployment.now
    return str(links.create(walk.site.acme.id, created_by="key_1", now=now, connection_id=connection_id).url)


def refused_test(connection: Connection, now: datetime) -> Attempt:
    """A test that failed for its audience."""
    return Attempt(
        new_id("att", now=now),
        connection.organization_id,
        connection.id,
        now,
        AttemptResult.REFUSED,
        "saml_audience_mismatch",
        email="lee@acme.test",
        is_test=True,
        checks=(
            Check(CheckName.SIGNATURE, True, None, f"Assertion RSA-SHA256 by {'ab' * 32}"),
            Check(CheckName.AUDIENCE, False, "https://ours.test/metadata", "https://" + "other." * 20 + "test"),
            Check(CheckName.TIMES, True, "2026-11-23T09:00:00Z, 180 s either way", "IssueInstant 2026-11-23T09:00:00Z"),
            Check(CheckName.SUBJECT, True, "a Subject that is somebody"),
        ),
    )


@state("GET /setup/{code}")
def setup_link(walk: Walk) -> None:
    walk.go(link(walk))


@state("GET /setup/{code}", 404)
def setup_link_void(walk: Walk) -> None:
    walk.go("/setup/void")


@state("POST /setup/{code}", 404)
def setup_link_revoked_meanwhile(walk: Walk) -> None:
    setup_link(walk)
    made = walk.site.deployment
    (found,) = made.container.setup_links.recent_for_admins(walk.site.acme.id, made.now)
    made.container.setup_links.revoke(walk.site.acme.id, found.id, made.now)
    walk.press()


@state("GET /setup")
def setup_begun(walk: Walk) -> None:
    setup_link(walk)
    walk.press()


@state("POST /setup")
def setup_understood(walk: Walk) -> None:
    setup_begun(walk)
    walk.page.locator("#idp-okta").check(force=True)
    walk.page.locator(".for-okta summary").click()
    walk.fill(import_text=describe(ONE))
    walk.press(".drop button")


@state("GET /setup")
def setup_of_a_connection_in_use(walk: Walk) -> None:
    live = walk.site.deployment.connection(walk.site.acme, provider=Provider.KEYCLOAK)
    walk.go(link(walk, live.id))
    walk.press()
    walk.page.locator(".for-keycloak summary").click()


@state("GET /setup")
def setup_tested_in_vain(walk: Walk) -> None:
    setup_understood(walk)
    walk.press("button[value=save]")
    made = walk.site.deployment
    (connection,) = made.container.connections.list(walk.site.acme.id)
    attempt = refused_test(connection, made.now)
    test = LastTest(attempt.id, made.now, attempt.code, connection.version, of_pending=True)
    made.container.table.write(record_attempt(attempt), record_test(connection, test, proves=False))
    walk.go("/setup")


@state("POST /setup", 422)
def setup_refused(walk: Walk) -> None:
    setup_begun(walk)
    walk.fill(identity_provider_url="http://idp.acme.test", x509_certificates="nothing of that kind")
    walk.press("button[value=save]")


@state("GET /setup")
def setup_saved(walk: Walk) -> None:
    setup_begun(walk)
    walk.fill(identity_provider_url="https://idp.acme.test/sso", identity_provider_issuer="https://idp.acme.test")
    walk.press("button[value=save]")


@state("POST /setup", 412)
def setup_overtaken(walk: Walk) -> None:
    setup_begun(walk)
    walk.page.locator("input[name=version]").first.evaluate("field => { field.value = '0' }")
    walk.fill(identity_provider_issuer="https://idp.acme.test")
    walk.press("button[value=save]")


@state("POST /setup")
def setup_finished(walk: Walk) -> None:
    setup_begun(walk)
    walk.press("button[value=finish]")
