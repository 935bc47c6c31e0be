"""The trusted values of the test identity provider: the other arguments of `verify`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.connections.model import Connection
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.service_provider import ServiceProvider, service_provider
from chalicelib.sign_in.authn_state import PendingRequest
from tests.support.identity_provider.description import BASE_URL, CONNECTION_ID, IDP_ISSUER, NOW, REQUEST_ID
from tests.support.identity_provider.keys import key


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A connection, its certificates, the request that is under way, and the clock."""

    connection: Connection
    provider: ServiceProvider
    certificates: tuple[Certificate, ...]
    pending: PendingRequest | None
    decryption_keys: tuple[KeyPair, ...]
    now: datetime = NOW
    size_limit: int = field(default=256_000)


def trust(
    *,
    keys: tuple[str, ...] = ("acme",),
    issuer: str = IDP_ISSUER,
    solicited: bool = True,
    decryption: tuple[str, ...] = ("service",),
    now: datetime = NOW,
    **settings: object,
) -> Trust:
    """Trust in the named keys; `settings` are fields of the connection."""
    certificates = tuple(key(name).certificate for name in keys)
    connection = Connection(
        id=CONNECTION_ID,
        organization_id="org_0123456789abcdefghjkmnpqrstvwxyz",
        created_at=NOW - timedelta(days=90),
        updated_at=NOW - timedelta(days=30),
        identity_provider_url=f"{IDP_ISSUER}/sso",
        identity_provider_issuer=issuer,
        certificates=tuple(certificate.facts for certificate in certificates),
        secret_version="version-1",
    )
    return Trust(
        connection=replace(connection, **settings),  # type: ignore[arg-type]
        provider=service_provider(BASE_URL, CONNECTION_ID),
        certificates=certificates,
        pending=_pending() if solicited else None,
        decryption_keys=tuple(KeyPair(key(name).private_pem, key(name).der) for name in decryption),
        now=now,
    )


def _pending() -> PendingRequest:
    return PendingRequest(
        attempt_id=f"att_{REQUEST_ID.removeprefix('_')}",
        connection_id=CONNECTION_ID,
        return_path="/",
        expires_at=NOW + timedelta(minutes=9),
        connection_version=1,
    )
