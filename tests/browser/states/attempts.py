"""What admins see of sign-ins: all of them, one, and a response that they paste."""

from __future__ import annotations

import contextlib

from chalicelib.domain.connection import Provider
from chalicelib.errors import SignInRefused
from tests.browser.site import LONG
from tests.browser.states.refusals import provider_of
from tests.browser.walk import Walk, state
from tests.identity_provider import Conditions, send
from tests.round_trip import Idp

ELSEWHERE = Conditions(restrictions=(("https://other.test/saml",),))


def after_a_while(walk: Walk) -> Idp:
    """A connection through which people came, or tried to."""
    idp = provider_of(walk, provider=Provider.OKTA, proven=True)
    for email in (LONG, "lee@acme.test", "lee@acme.test"):
        idp.sign_in(email)
    for changes in ({"conditions": ELSEWHERE}, {"assertion_issuer": "https://other.test"}):
        with contextlib.suppress(SignInRefused):
            idp.sign_in("somebody@acme.test", **changes)
    walk.enter(walk.site.admin)
    return idp


def last_attempt(walk: Walk, idp: Idp) -> str:
    """The ID of the one that was refused last."""
    made = walk.site.deployment
    acme = made.container.organizations.get(walk.site.acme.id)
    return made.container.attempts.page(acme, idp.connection.id, made.now, limit=1, after=None).values[0].id


@state("GET /admin/sso/{connection_id}/attempts")
def attempts(walk: Walk) -> None:
    walk.go(f"/admin/sso/{after_a_while(walk).connection.id}/attempts")


@state("GET /admin/sso/{connection_id}/attempts")
def attempts_of_nobody(walk: Walk) -> None:
    walk.enter(walk.site.admin)
    walk.go(f"/admin/sso/{provider_of(walk).connection.id}/attempts?who=nobody")


@state("GET /admin/sso/{connection_id}/attempts", 422)
def attempts_of_no_day(walk: Walk) -> None:
    walk.go(f"/admin/sso/{after_a_while(walk).connection.id}/attempts?from=yesterday")


@state("GET /admin/sso/{connection_id}/attempts/{attempt_id}")
def attempt(walk: Walk) -> None:
    idp = after_a_while(walk)
    walk.go(f"/admin/sso/{idp.connection.id}/attempts/{last_attempt(walk, idp)}")


@state("GET /admin/sso/{connection_id}/inspector")
def inspector(walk: Walk) -> None:
    walk.enter(walk.site.admin)
    walk.go(f"/admin/sso/{provider_of(walk).connection.id}/inspector")


@state("POST /admin/sso/{connection_id}/inspector", 422)
def inspector_of_nothing(walk: Walk) -> None:
    inspector(walk)
    walk.press()


@state("POST /admin/sso/{connection_id}/inspector")
def inspector_of_a_good_response(walk: Walk) -> None:
    walk.enter(walk.site.admin)
    idp = provider_of(walk)
    walk.go(f"/admin/sso/{idp.connection.id}/inspector")
    walk.fill(text=send(idp.says(None, LONG)))
    walk.press()


@state("POST /admin/sso/{connection_id}/inspector")
def inspector_of_a_bad_response(walk: Walk) -> None:
    walk.enter(walk.site.admin)
    idp = provider_of(walk)
    walk.go(f"/admin/sso/{idp.connection.id}/inspector")
    walk.fill(text=send(idp.says(None, LONG, conditions=ELSEWHERE)))
    walk.press()
