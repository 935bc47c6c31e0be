"""Refused sign-ins, tests that ended, and what programs are told as a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.connections.model import Provider
from chalicelib.saml.service_provider import service_provider
from tests.browser.site import LONG
from tests.browser.walk import Walk, state
from tests.support.identity_provider import Attribute, Conditions, Confirmation, Encryption, names, send
from tests.support.round_trip import Idp, identity_provider


def provider_of(walk: Walk, **settings: Any) -> Idp:
    """Acme's identity provider, whose page is on another site."""
    url = f"{walk.site.provider}/sso"
    return identity_provider(walk.site.deployment, walk.site.acme, identity_provider_url=url, **settings)


def answered(walk: Walk, idp: Idp, path: str, email: str = LONG, **changes: Any) -> None:
    """Begin at this path, and let the identity provider answer about this person."""
    walk.go(path)
    (relay_state,) = parse_qs(urlsplit(walk.page.url).query)["RelayState"]
    request = f"_{relay_state.partition('.')[0]}"
    acs = service_provider(walk.site.base, idp.connection.id).acs_url
    bound = (Confirmation(recipient=acs, in_response_to=request),)
    said = idp.says(None, email, in_response_to=request, confirmations=bound, **changes)
    walk.send(f"/saml/{idp.connection.id}/acs", from_elsewhere=True, SAMLResponse=send(said), RelayState=relay_state)


def tested(walk: Walk, **changes: Any) -> None:
    """A test sign-in from its link to its end."""
    idp, made = provider_of(walk), walk.site.deployment
    offer = made.container.connection_tests.offer(idp.connection, made.now)
    answered(walk, idp, offer.url, **changes)


@state("GET /saml/{connection_id}/login", 403)
def connection_switched_off(walk: Walk) -> None:
    connection = walk.site.deployment.connection(walk.site.acme, disabled=True)
    walk.go(f"/saml/{connection.id}/login")


@state("POST /saml/{connection_id}/acs", 403)
def refused_for_its_audience(walk: Walk) -> None:
    idp = provider_of(walk, provider=Provider.OKTA)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", conditions=Conditions(restrictions=(("https://other",),)))
    walk.page.locator("details summary").click()


@state("POST /saml/{connection_id}/acs", 403)
def refused_for_the_wrong_person(walk: Walk) -> None:
    idp = provider_of(walk)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", "somebody@elsewhere.test")


@state("POST /saml/{connection_id}/acs", 403)
def refused_without_a_destination(walk: Walk) -> None:
    idp = provider_of(walk, provider=Provider.ENTRA)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", destination=None)


@state("POST /saml/{connection_id}/acs", 403)
def refused_by_the_name_id_policy(walk: Walk) -> None:
    idp = provider_of(walk, provider=Provider.ADFS)
    status = ("urn:oasis:names:tc:SAML:2.0:status:Requester", "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy")
    answered(walk, idp, f"/saml/{idp.connection.id}/login", status=status)


@state("POST /saml/{connection_id}/acs", 403)
def refused_for_two_addresses(walk: Walk) -> None:
    idp = provider_of(walk, provider=Provider.KEYCLOAK)
    both = (Attribute(name="email", values=("one@acme.test", "two@acme.test")),)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", attributes=both)


@state("POST /saml/{connection_id}/acs", 403)
def refused_for_its_encryption(walk: Walk) -> None:
    idp = provider_of(walk, provider=Provider.ONELOGIN)
    outdated = Encryption(transport=names.RSA_1_5)
    answered(walk, idp, f"/saml/{idp.connection.id}/login", encryption=outdated)


@state("POST /saml/{connection_id}/acs", 403)
def check_failed_by_a_line_break(walk: Walk) -> None:
    tested(walk, assertion_issuer="https://idp.acme.test/entity\n", response_issuer=None)


@state("POST /saml/{connection_id}/acs", 403)
def check_failed_for_the_person(walk: Walk) -> None:
    tested(walk, email="somebody@elsewhere.test")


@state("POST /saml/{connection_id}/acs")
def check_passed(walk: Walk) -> None:
    tested(walk)


@state("POST /saml/{connection_id}/acs", 403)
def check_failed(walk: Walk) -> None:
    tested(walk, conditions=Conditions(restrictions=(("https://other",),)))


@state("GET /saml/{connection_id}/test/{code}", 404)
def check_begun_twice(walk: Walk) -> None:
    idp, made = provider_of(walk), walk.site.deployment
    offer = made.container.connection_tests.offer(idp.connection, made.now)
    walk.go(offer.url)
    walk.go(offer.url)


@state("GET /problems/{code}")
def problem_type(walk: Walk) -> None:
    walk.go("/problems/saml_audience_mismatch")


@state("GET (unknown path)", 404)
def nowhere(walk: Walk) -> None:
    walk.go("/nowhere")
