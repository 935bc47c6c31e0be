"""Creates a customer over the API whose connection trusts an identity provider inside this process."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from ops.local.demo_idp.answer import SCENARIOS, answer_to
from ops.local.demo_idp.authn_request import from_redirect
from ops.local.demo_idp.metadata import metadata
from ops.local.demo_idp.response import encode_response
from ops.local.demo_idp.signing_key import SigningKey
from tools.load.http_client import Client

_ADDRESS: Final = "http://127.0.0.1:9"
"""A URL without a server: the simulated browsers send the responses themselves."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Answers every request with one scenario of the demo identity provider.

    Attributes:
        stranger: an untrusted key.
    """

    key: SigningKey
    stranger: SigningKey
    scenario: str

    @classmethod
    def new(cls, scenario: str) -> Self:
        """Creates a provider with new keys."""
        return cls(SigningKey.new("Load"), SigningKey.new("Nobody"), scenario)

    @property
    def metadata_xml(self) -> str:
        """Returns the provider's values for a connection."""
        return metadata(f"{_ADDRESS}/metadata", f"{_ADDRESS}/sso", self.key).decode()

    def form(self, location: str, email: str, now: datetime) -> str:
        """Returns the form that a browser posts after a redirect to `location`."""
        asked = parse_qs(urlsplit(location).query)
        question = from_redirect(asked["SAMLRequest"][0])
        correct = answer_to(question, issuer=f"{_ADDRESS}/metadata", email=email, now=now)
        response = encode_response(SCENARIOS[self.scenario].change(correct), self.key, self.stranger)
        return urlencode({"SAMLResponse": response, "RelayState": asked["RelayState"][0]})


@dataclass(frozen=True, slots=True)
class Customer:
    """An organization with one connection, ready for its first sign-in."""

    organization_id: str
    domain: str
    login_url: str
    acs_url: str


def new_customer(client: Client, base_url: str, api_key: str, metadata_xml: str) -> Customer:
    """Make one.

    Raises:
        Unexpected: the API refused.
        OSError, http.client.HTTPException: it didn't answer.
    """
    headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}

    def created(step: str, url: str, **values: Any) -> tuple[Any, str]:
        answered = client.ask(step, "POST", url, 201, headers, json.dumps(values))
        return answered.document, answered.headers.get("ETag", "")

    domain = f"{secrets.token_hex(6)}.test"
    organizations = f"{base_url}/v1/organizations"
    organization, _ = created("organization", organizations, name="Load", plan="enterprise", domains=[domain])
    connections = f"{organizations}/{organization['id']}/connections"
    connection, etag = created("connection", connections, name="Load")
    trust = json.dumps({"metadata_xml": metadata_xml})
    client.ask("trust", "PATCH", f"{connections}/{connection['id']}", 200, {**headers, "If-Match": etag}, trust)
    return Customer(organization["id"], domain, connection["login_url"], connection["single_sign_on_url"])
