"""Starts sign-ins. At most one read and no write: the request's state travels in a signed cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.errors import SignInRefused
from chalicelib.metrics import Metric
from chalicelib.request_context import current_context
from chalicelib.return_path import safe_return_path
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.saml.service_provider import service_provider
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import (
    MAX_PENDING_BYTES,
    MAX_PENDING_REQUESTS,
    PendingRequest,
    new_request,
    number_in,
    relay_state,
    sign_request,
    verify_request,
)
from chalicelib.sign_in.refusal_check import connection_disabled, connection_incomplete
from chalicelib.signing_keys.model import DeploymentKeys
from chalicelib.signing_keys.secrets import DeploymentKeysSecret
from chalicelib.users.email_address import canonical_address

COOKIE_PREFIX: Final = "__Host-gh_"


@dataclass(frozen=True, slots=True)
class AuthnRedirect:
    """The redirect to the identity provider, with the cookies to set and to delete.

    Attributes:
        form: the fields that the browser posts to `url`; None for a redirect.
    """

    url: str
    request: PendingRequest
    relay_state: str
    cookie_name: str
    cookie_value: str = field(repr=False)
    dropped: tuple[str, ...] = ()
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SignInStart:
    """Starts sign-ins with an AuthnRequest."""

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
        signed_in: bool = False,
        remembers: bool = True,
    ) -> AuthnRedirect:
        """Starts a sign-in through the connection's identity provider.

        Args:
            return_path: already validated by `safe_return_path`.
            signed_in: the browser has a session cookie.
            remembers: the sign-in may change the account that the sign-in page offers.

        Raises:
            NotFound: no such connection.
            SignInRefused: the connection is a draft or disabled, or its organization's plan has no single sign-on.
            Unavailable: the store did not answer.
        """
        connection = self._load_startable(connection_id, now)
        claimed = canonical_address(login_hint) if login_hint else None
        request = new_request(
            connection.id,
            connection.version,
            return_path,
            now,
            claimed_email=claimed,
            began_signed_in=signed_in,
            remembers=remembers,
        )
        current_context().count(Metric.SIGN_IN_STARTED)
        current_context().facts["organization_id"] = connection.organization_id
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
    ) -> AuthnRedirect:
        """Returns the redirect or form, and the cookie, for one request."""
        keys = self.keys.load(now)
        state = relay_state(request, keys.cookies.current)
        name, value = f"{COOKIE_PREFIX}{request.flow_id}", sign_request(request, keys.cookies.current)
        url, form = self._message(
            connection,
            request,
            login_hint,
            relay_state=state,
            signing_key=keys.signing.current if connection.sign_requests else None,
            force_authn=force_authn or connection.force_authn,
            now=now,
        )
        return AuthnRedirect(
            url=url,
            request=request,
            relay_state=state,
            cookie_name=name,
            cookie_value=value,
            dropped=_excess_cookies(cookies, beside=_cookie_size(name, value)),
            form=form,
        )

    def _load_startable(self, connection_id: str, now: datetime) -> Connection:
        """Returns the connection. A cached copy that forbids the sign-in is refreshed first."""
        connection = self.connections.get(connection_id, now)
        if connection.status in (ConnectionStatus.DRAFT, ConnectionStatus.DISABLED) or not connection.in_plan:
            connection = self.connections.refresh(connection_id, now)
        require_startable(connection)
        return connection

    def _message(
        self,
        connection: Connection,
        request: PendingRequest,
        login_hint: str | None,
        *,
        relay_state: str,
        signing_key: KeyPair | None,
        force_authn: bool,
        now: datetime,
    ) -> tuple[str, Mapping[str, str] | None]:
        """Returns the URL of the AuthnRequest, and the form fields if it is posted."""
        provider = service_provider(self.settings.base_url, connection.id)
        if connection.binding is RequestBinding.POST:
            from chalicelib.saml.authn_request_form import form_fields

            fields = form_fields(
                request,
                connection=connection,
                provider=provider,
                relay_state=relay_state,
                signing_key=signing_key,
                force_authn=force_authn,
                now=now,
            )
            return (connection.identity_provider_url or "").partition("#")[0], fields
        from chalicelib.saml.authn_request import redirect_url

        url = redirect_url(
            request,
            connection=connection,
            provider=provider,
            relay_state=relay_state,
            signing_key=signing_key,
            login_hint=login_hint,
            force_authn=force_authn,
            now=now,
        )
        return url, None


def pending_request(
    connection_id: str, sent_relay_state: str | None, cookies: Mapping[str, str], keys: DeploymentKeys
) -> PendingRequest | None:
    """Returns this browser's pending request for this RelayState."""
    number = number_in(sent_relay_state or "", connection_id, keys.cookies.all)
    sealed = cookies.get(f"{COOKIE_PREFIX}{number}") if number else None
    if number is None or sealed is None:
        return None
    return verify_request(sealed, number, connection_id, keys.cookies.all)


def has_converted_request(connection_id: str, cookies: Mapping[str, str], keys: DeploymentKeys) -> bool:
    """Returns True if this browser has a pending request that restarts an unsolicited response."""
    for name, sealed in cookies.items():
        if name.startswith(COOKIE_PREFIX):
            request = verify_request(sealed, name.removeprefix(COOKIE_PREFIX), connection_id, keys.cookies.all)
            if request is not None and request.restarted:
                return True
    return False


def require_startable(connection: Connection) -> None:
    """Requires a connection through which sign-ins can start.

    Raises:
        SignInRefused: as `require_usable`, and `enterprise_plan_required`.
    """
    require_usable(connection)
    if not connection.in_plan:
        raise SignInRefused(RefusalCode.ENTERPRISE_PLAN_REQUIRED)


def require_usable(connection: Connection) -> None:
    """Requires a connection through which users can sign in.

    Raises:
        SignInRefused: it is a draft or disabled.
    """
    if connection.status is ConnectionStatus.DRAFT:
        raise SignInRefused(RefusalCode.CONNECTION_NOT_CONFIGURED, checks=(connection_incomplete(),))
    if connection.status is ConnectionStatus.DISABLED:
        raise SignInRefused(RefusalCode.CONNECTION_DISABLED, checks=(connection_disabled(),))


def return_path_of(
    connection_id: str, sent_relay_state: str | None, cookies: Mapping[str, str], keys: DeploymentKeys
) -> str:
    """Returns the return path of a sign-in, for a response that is refused."""
    pending = pending_request(connection_id, sent_relay_state, cookies, keys)
    return pending.return_path if pending is not None else safe_return_path(sent_relay_state)


def _excess_cookies(cookies: Mapping[str, str], *, beside: int) -> tuple[str, ...]:
    """Returns the names of the oldest request cookies that exceed the Cookie header's limits. Numbers sort by time.

    Args:
        beside: size of the new cookie in bytes.
    """
    ours = sorted((name for name in cookies if name.startswith(COOKIE_PREFIX)), reverse=True)
    taken, kept = beside, 0
    for name in ours:
        taken += _cookie_size(name, cookies[name])
        if taken > MAX_PENDING_BYTES or kept == MAX_PENDING_REQUESTS - 1:
            break
        kept += 1
    return tuple(ours[kept:])


def _cookie_size(name: str, value: str) -> int:
    """Returns the bytes of one cookie in a Cookie header, with equals sign and separator."""
    return len(name) + len(value) + len("=; ")
