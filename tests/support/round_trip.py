"""Round trips through the test identity provider, at a deployment in the test's process."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.connections.testing_result import ConnectionTestResult
from chalicelib.organizations.model import Organization
from chalicelib.saml.service_provider import service_provider
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in.acs_context import AcsRequest
from chalicelib.sign_in.start import AuthnRedirect
from tests.support.deployment import Deployment
from tests.support.identity_provider import (
    GOOD,
    NOW,
    Attribute,
    Conditions,
    Confirmation,
    Description,
    Subject,
    key,
    send,
)

_numbers = itertools.count(1)


@dataclass
class Idp:
    """The test identity provider as one connection sees it. The deployment's clock is set to the provider's."""

    deployment: Deployment
    organization: Organization
    connection: Connection
    jar: dict[str, str] = field(default_factory=dict)

    def start(self, path: str = "/deep?x=1") -> AuthnRedirect:
        """Starts a round trip in this browser."""
        start = self.deployment.container.sign_in_start.begin(
            self.connection.id, self.jar, self.deployment.now, return_path=path
        )
        self.jar[start.cookie_name] = start.cookie_value
        return start

    def says(self, start: AuthnRedirect | None, email: str = "member@acme.test", **changes: Any) -> Description:
        """Returns a valid response to this request (or to none) for this user, with named changes."""
        provider = service_provider(self.deployment.container.settings.base_url, self.connection.id)
        answered = start.request.id if start else None
        number = next(_numbers)
        good = replace(
            GOOD,
            response_id=f"_response-{number}",
            assertion_id=f"_assertion-{number}",
            destination=provider.acs_url,
            in_response_to=answered,
            subject=Subject(value=email),
            confirmations=(Confirmation(recipient=provider.acs_url, in_response_to=answered),),
            conditions=Conditions(restrictions=((provider.entity_id,),)),
            attributes=(Attribute(name="email", values=(email,)),),
        )
        return replace(good, **changes)

    def post(
        self,
        description: Description,
        relay_state: str | None = None,
        *,
        cookies: Mapping[str, str] | None = None,
        navigating: bool = True,
        source: str = "192.0.2.7",
        to: str | None = None,
    ) -> SignedInByAssertion | AuthnRedirect | ConnectionTestResult:
        """Posts the response to the ACS."""
        posted = AcsRequest(
            connection_id=to or self.connection.id,
            response=send(description),
            relay_state=relay_state,
            cookies=self.jar if cookies is None else cookies,
            source=source,
            navigating=navigating,
        )
        return self.deployment.container.assertion_consumer.consume(posted, self.deployment.now)

    def sign_in(self, email: str = "member@acme.test", **changes: Any) -> SignedInByAssertion:
        """Makes a complete round trip."""
        start = self.start()
        outcome = self.post(self.says(start, email, **changes), start.relay_state)
        assert isinstance(outcome, SignedInByAssertion)
        return outcome

    def reload_connection(self) -> Connection:
        """The connection as the store has it now."""
        (found,) = self.deployment.container.table.read(connection_lookup(self.connection.id))
        assert found is not None
        return found


def identity_provider(deployment: Deployment, organization: Organization | None = None, **settings: Any) -> Idp:
    """A connection of this organization (Acme if none is given) that trusts the test identity provider's key."""
    deployment.clock[0] = NOW
    organization = organization or deployment.organization()
    certificate = key("acme").certificate
    connection = deployment.connection(
        organization,
        **{
            "proven": False,
            "identity_provider_issuer": GOOD.assertion_issuer,
            "certificates": (certificate.facts,),
            **settings,
        },
    )
    deployment.container.certificates.save(connection, [certificate], deployment.now)
    return Idp(deployment, organization, connection)
