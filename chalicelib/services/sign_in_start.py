"""Journey 2: sign-in starts. At most one read, no write: what must come back travels in a sealed cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chalicelib.adapters.connection_cache import ConnectionCache
from chalicelib.adapters.deployment_keys import DeploymentKeysSecret
from chalicelib.domain.connection import Connection, ConnectionStatus, service_provider
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.key_set import DeploymentKeys
from chalicelib.domain.metric import Metric
from chalicelib.domain.pending_request import (
    PENDING_MOST,
    PendingRequest,
    new_request,
    number_in,
    relay_state,
    seal,
    unseal,
)
from chalicelib.domain.refusal import RefusalCode
from chalicelib.domain.refusal_check import connection_disabled, connection_incomplete
from chalicelib.errors import SignInRefused
from chalicelib.settings import Settings
from chalicelib.trace import trace

COOKIE_PREFIX: Final = "__Host-gh_"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the browser goes, the cookie it takes along, and the cookies it may drop."""

    url: str
    request: PendingRequest
    relay_state: str
    cookie_name: str
    cookie_value: str = field(repr=False)
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInStart:
    """Makes AuthnRequests."""

    connections: ConnectionCache
    keys: DeploymentKeysSecret
    settings: Settings

    def begin(
        self,
        connection_id: str,
        cookies: Mapping[str, str],
        now: datetime,
        *,
        return_path: str,
        login_hint: str | None = None,
        force_authn: bool = False,
    ) -> Start:
        """A round trip through the connection's identity provider.

        Args:
            return_path: already judged by `safe_return_path`.

        Raises:
            NotFound: no such connection.
            SignInRefused: the connection is a draft or disabled.
            Unavailable: the store did not answer.
        """
        connection = self.connections.get(connection_id, now)
        if connection.status in (ConnectionStatus.DRAFT, ConnectionStatus.DISABLED):
            connection = self.connections.refresh(connection_id, now)
        require_usable(connection)
        claimed = canonical_address(login_hint) if login_hint else None
        request = new_request(connection.id, connection.version, return_path, now, claimed_email=claimed)
        trace().count(Metric.SIGN_IN_STARTED)
        trace().facts["organization_id"] = connection.organization_id
        return self.send(connection, request, cookies, now, login_hint=login_hint, force_authn=force_authn)

    def send(
        self,
        connection: Connection,
        request: PendingRequest,
        cookies: Mapping[str, str],
        now: datetime,
        *,
        login_hint: str | None = None,
        force_authn: bool = False,
    ) -> Start:
        """The redirect and the cookie for one request."""
        from chalicelib.adapters.saml.authn_request import redirect_url

        keys = self.keys.load(now)
        state = relay_state(request, keys.cookies.current)
        url = redirect_url(
            request,
            connection=connection,
            provider=service_provider(self.settings.base_url, connection.id),
            relay_state=state,
            signing_key=keys.signing.current if connection.sign_requests else None,
            login_hint=login_hint,
            force_authn=force_authn or connection.force_authn,
            now=now,
        )
        return Start(
            url=url,
            request=request,
            relay_state=state,
            cookie_name=f"{COOKIE_PREFIX}{request.number}",
            cookie_value=seal(request, keys.cookies.current),
            dropped=_oldest(cookies),
        )


def pending_request(
    connection_id: str, sent_relay_state: str | None, cookies: Mapping[str, str], keys: DeploymentKeys
) -> PendingRequest | None:
    """The request that this browser has under way under this RelayState."""
    number = number_in(sent_relay_state or "", connection_id, keys.cookies.all)
    sealed = cookies.get(f"{COOKIE_PREFIX}{number}") if number else None
    if number is None or sealed is None:
        return None
    return unseal(sealed, number, connection_id, keys.cookies.all)


def has_converted_request(connection_id: str, cookies: Mapping[str, str], keys: DeploymentKeys) -> bool:
    """Whether this browser has a request under way that was made of an unsolicited response."""
    for name, sealed in cookies.items():
        if name.startswith(COOKIE_PREFIX):
            request = unseal(sealed, name.removeprefix(COOKIE_PREFIX), connection_id, keys.cookies.all)
            if request is not None and request.converted:
                return True
    return False


def require_usable(connection: Connection) -> None:
    """Refuse connections that nobody can sign in through.

    Raises:
        SignInRefused: it is a draft or disabled.
    """
    if connection.status is ConnectionStatus.DRAFT:
        raise SignInRefused(RefusalCode.CONNECTION_NOT_CONFIGURED, checks=(connection_incomplete(),))
    if connection.status is ConnectionStatus.DISABLED:
        raise SignInRefused(RefusalCode.CONNECTION_DISABLED, checks=(connection_disabled(),))


def _oldest(cookies: Mapping[str, str]) -> tuple[str, ...]:
    """Names beyond the newest three, so that with the new one there are four: numbers sort by time."""
    ours = sorted((name for name in cookies if name.startswith(COOKIE_PREFIX)), reverse=True)
    return tuple(ours[PENDING_MOST - 1 :])
