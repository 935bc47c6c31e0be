"""States before and after a SAML response: questions, self-posting pages and messages at the ACS."""

from __future__ import annotations

from chalicelib.organizations.model import Organization
from chalicelib.saml.service_provider import service_provider
from chalicelib.users.model import Role
from tests.browser.site import LONG
from tests.browser.states.refusals import answered, provider_of
from tests.browser.walk import Walk, state
from tests.support.identity_provider import Confirmation, send
from tests.support.round_trip import Idp, identity_provider


def other_customer(walk: Walk) -> tuple[Organization, Idp]:
    """Another customer, who calls themselves Acme too."""
    made = walk.site.deployment
    evil = made.organization("evilcorp-with-a-long-name.test", name="Acme", active_admins=1)
    return evil, identity_provider(made, evil, identity_provider_url=f"{walk.site.provider}/sso")


@state("GET /saml/{connection_id}/confirm")
def asked_before_a_session_is_replaced(walk: Walk) -> None:
    signed_in_already(walk)


def signed_in_already(walk: Walk) -> Idp:
    """Signed in as Acme's admin, with a sign-in of another customer that has just arrived."""
    idp = provider_of(walk)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", walk.site.admin.email)
    evil, other = other_customer(walk)
    walk.site.deployment.user(evil, "boss@evilcorp-with-a-long-name.test", Role.ADMIN)
    answered(walk, other, f"/saml/{other.connection.id}/login", "boss@evilcorp-with-a-long-name.test")
    return other


@state("POST /saml/{connection_id}/confirm", 403)
def a_click_that_is_out_of_date(walk: Walk) -> None:
    idp = signed_in_already(walk)
    walk.send(f"/saml/{idp.connection.id}/confirm", do="replace")


@state("GET /saml/{connection_id}/answered", 403)
def a_second_post_after_signing_out(walk: Walk) -> None:
    idp = provider_of(walk)
    answered(walk, idp, f"/saml/{idp.connection.id}/login")
    walk.page.context.clear_cookies(name="gatehouse_session")
    acs = service_provider(walk.site.base, idp.connection.id).acs_url
    bound = (Confirmation(recipient=acs, in_response_to="_forgotten"),)
    said = idp.says(None, LONG, in_response_to="_forgotten", confirmations=bound)
    walk.send(f"/saml/{idp.connection.id}/acs", from_elsewhere=True, SAMLResponse=send(said))


@state("GET /saml/{connection_id}/acs", 405)
def the_acs_address_opened(walk: Walk) -> None:
    walk.go(f"/saml/{provider_of(walk).connection.id}/acs?SAMLResponse=fZFBa8MwDIX&RelayState=x")


@state("GET /saml/{connection_id}/acs", 405)
def a_logout_at_the_acs(walk: Walk) -> None:
    walk.go(f"/saml/{provider_of(walk).connection.id}/acs?SAMLRequest=PExvZ291dFJlcXVlc3QvPg==")


@state("GET /saml/{connection_id}/login")
def a_request_that_posts_itself(walk: Walk) -> None:
    walk.page.route("**/static/post.*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    walk.go(f"/saml/{provider_of(walk, request_binding='post').connection.id}/login")
