"""Authenticates callers of /v1: an API key, or the browser session of an organization's admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chalice.app import Request

from chalicelib.api_keys.model import ApiKey, Scope, secret_hash
from chalicelib.container import current
from chalicelib.errors import NotAllowed, NotFound, NotSignedIn
from chalicelib.http.cookies import cookies_in, session_cookie_name
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role

if TYPE_CHECKING:
    from chalicelib.sessions.service import SignedInSession

_READS: Final = frozenset({"GET", "HEAD"})
_MAX_KEY_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller and the organization that the request is about.

    Attributes:
        id: the key's or the user's.
        has_deployment_key: the caller may access the whole deployment.
    """

    id: str
    organization: Organization
    has_deployment_key: bool


def organization_caller(request: Request, organization_id: str) -> Caller:
    """Requires a key of the deployment, or a key or admin of this organization.

    Raises:
        NotSignedIn: no valid key and no session.
        NotFound: no such organization, or not this caller's.
        NotAllowed: not an admin, or a write from another site's page.
        Unavailable: the store did not respond.
    """
    secret = key_hash(request)
    if secret is None:
        signed_in = _admin(request, organization_id)
        return Caller(signed_in.user.id, signed_in.organization, has_deployment_key=False)
    if not is_id(organization_id, "org"):
        _key(request, secret)
        raise NotFound
    scope, now = _scope_of(request), current().clock()
    key, organization = current().api_key_authenticator.key_and_organization(secret, organization_id, scope, now)
    if organization is None or key.organization_id not in {None, organization_id}:
        raise NotFound
    return Caller(key.id, organization, has_deployment_key=key.organization_id is None)


def deployment_key(request: Request) -> ApiKey:
    """Requires a key of the whole deployment.

    Raises:
        NotSignedIn: no valid key and no session.
        NotAllowed: an organization's key or session.
        Unavailable: the store did not respond.
    """
    secret = key_hash(request)
    if secret is None:
        session(request)
        raise deployment_key_required()
    key = _key(request, secret)
    if key.organization_id is not None:
        raise deployment_key_required()
    return key


@dataclass(frozen=True, slots=True)
class KeyManager:
    """A caller that manages API keys.

    Attributes:
        id: the key's or the user's ID.
        organization_id: the organization whose keys it manages; None for all keys.
        key: the API key; None for an admin's session.
    """

    id: str
    organization_id: str | None
    key: ApiKey | None = None

    def manages(self, key: ApiKey) -> bool:
        """Returns True if the caller may list and revoke this key."""
        return self.organization_id in {None, key.organization_id}


def key_manager(request: Request) -> KeyManager:
    """A key of the deployment, or a key or admin of one organization.

    Raises:
        NotSignedIn: no valid key and no session.
        NotAllowed: not an admin, or a write from another site's page.
        Unavailable: the store did not answer.
    """
    secret = key_hash(request)
    if secret is not None:
        key = _key(request, secret)
        return KeyManager(key.id, key.organization_id, key)
    signed_in = _require_admin(request, session(request))
    return KeyManager(signed_in.user.id, signed_in.organization.id)


def require_may_delete(request: Request, organization_id: str) -> None:
    """Requires a caller that `organization_caller` accepts, or a key of the deployment even if the organization is
    deleted, so that its deletion can be resumed.

    Raises:
        NotSignedIn, NotFound, NotAllowed, Unavailable: as `organization_caller`.
    """
    try:
        organization_caller(request, organization_id)
    except NotFound:
        secret = key_hash(request)
        if secret is None or _key(request, secret).organization_id is not None:
            raise


def session(request: Request) -> SignedInSession:
    """Returns the browser's session.

    Raises:
        NotSignedIn: there is none; or an API key was sent, which takes precedence.
        Unavailable: the store did not respond.
    """
    container = current()
    secret = key_hash(request)
    if secret is not None:
        _key(request, secret)
        raise NotSignedIn("not_signed_in", "An API key has no session. Send the browser's cookie alone.")
    cookie = cookies_in(request.headers.get("cookie")).get(session_cookie_name(container.settings))
    return container.sessions.find(cookie, container.clock())


def key_hash(request: Request) -> str | None:
    """Returns the hash of the API key; None without an Authorization header.

    Raises:
        NotSignedIn: the header contains no API key.
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    secret = secret.strip(" ")
    if scheme.lower() != "bearer" or not secret.startswith("gh_") or len(secret) > _MAX_KEY_LENGTH:
        from chalicelib.api_keys.authentication import invalid_api_key

        raise invalid_api_key()
    return secret_hash(secret)


def deployment_key_required() -> NotAllowed:
    """The request requires a key of the whole deployment."""
    return NotAllowed("deployment_key_required", "This needs an API key of the whole deployment.")


def _key(request: Request, secret: str) -> ApiKey:
    return current().api_key_authenticator.key(secret, _scope_of(request), current().clock())


def _scope_of(request: Request) -> Scope:
    """Returns the scope that a key needs for this request; the policy check has its own."""
    return Scope.READ if request.method in _READS else Scope.WRITE


def _admin(request: Request, organization_id: str) -> SignedInSession:
    signed_in = session(request)
    if signed_in.organization.id != organization_id:
        raise NotFound
    return _require_admin(request, signed_in)


def _require_admin(request: Request, signed_in: SignedInSession) -> SignedInSession:
    if signed_in.user.role is not Role.ADMIN:
        raise NotAllowed("admin_required", "Only an admin of your organization may do this.")
    if request.method not in _READS and not _is_same_origin(request):
        raise NotAllowed("csrf_failed", "This request doesn't come from our own pages. Nothing was changed.")
    return signed_in


def _is_same_origin(request: Request) -> bool:
    """True if a page of this deployment sent the request (Fetch Metadata; RFC 6454 section 7). A cookie alone doesn't
    prove that.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return bool(request.headers.get("sec-fetch-site") == "same-origin")
    ours = urlsplit(current().settings.base_url)
    return bool(origin == f"{ours.scheme}://{ours.netloc}")
