"""An AuthnRequest of one connection, and the namespaces to read it with."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.connections.model import Connection
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.service_provider import service_provider
from chalicelib.sign_in.authn_state import new_request
from tests.support.identity_provider import key

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


CONNECTION = Connection(
    id="conn_0123456789abcdefghjkmnpqrstvwxyz",
    organization_id="org_0123456789abcdefghjkmnpqrstvwxyz",
    created_at=NOW,
    updated_at=NOW,
    identity_provider_url="https://idp.acme.test/sso",
)


PROVIDER = service_provider("https://sso.example.test/api", CONNECTION.id)


REQUEST = new_request(CONNECTION.id, 1, "/", NOW)


PAIR = KeyPair(key("service").private_pem, key("service").der)


NAMES = {"p": "urn:oasis:names:tc:SAML:2.0:protocol", "a": "urn:oasis:names:tc:SAML:2.0:assertion"}
