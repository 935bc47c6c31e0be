"""Authenticates callers of the API: an API key, or the browser session of an organization's admin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chalicelib.api_keys.authentication import ApiKeyAuthenticator, invalid_api_key
from chalicelib.api_keys.model import ApiKey, Scope, secret_hash
from chalicelib.credentials import Credentials
from chalicelib.errors import NotAllowed, NotFound, NotSignedIn
from chalicelib.i18n.message import message
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role

if TYPE_CHECKING:
    from chalicelib.aws.dynamodb import Lookup
    from chalicelib.sessions.service import Sessions
    from chalicelib.sessions.signed_in import SignedInSession

_MAX_KEY_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller and the organization that the request is about.

    Attributes:
        id: the key's or the user's.
        has_deployment_key: the caller may access the whole deployment.
        found: what was read together with the caller.
    """

    id: str
    organization: Organization
    has_deployment_key: bool
    found: tuple[Any, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Callers:
    """Authenticates and authorizes callers.

    Args:
        sessions: returns the service of browser sessions; a caller with an API key doesn't load it.
    """

    authenticator: ApiKeyAuthenticator
    sessions: Callable[[], Sessions]

    def organization(
        self, credentials: Credentials, organization_id: str, now: datetime, also: Sequence[Lookup[Any]] = ()
    ) -> Caller:
        """Requires a key of the deployment, or a key or admin of this organization.

        Args:
            also: what the request needs besides, read in the same batch.

        Raises:
            NotSignedIn: no valid key and no session.
            NotFound: no such organization, or not this caller's.
            NotAllowed: not an admin, or a write from another site's page.
            Unavailable: the store did not respond.
        """
        secret = key_hash(credentials)
        if secret is None:
            signed_in = self.session(credentials, now, also)
            if signed_in.organization.id != organization_id:
                raise NotFound
            _require_admin(credentials, signed_in)
            return Caller(signed_in.user.id, signed_in.organization, has_deployment_key=False, found=signed_in.found)
        if not is_id(organization_id, "org"):
            self._key(credentials, secret, now)
            raise NotFound
        scope = _scope_of(credentials)
        key, organization, found = self.authenticator.key_and_organization(secret, organization_id, scope, now, also)
        if organization is None or key.organization_id not in {None, organization_id}:
            raise NotFound
        return Caller(key.id, organization, has_deployment_key=key.organization_id is None, found=found)

    def deployment(self, credentials: Credentials, now: datetime) -> ApiKey:
        """Requires a key of the whole deployment.

        Raises:
            NotSignedIn: no valid key and no session.
            NotAllowed: an organization's key or session.
            Unavailable: the store did not respond.
        """
        secret = key_hash(credentials)
        if secret is None:
            self.session(credentials, now)
            raise deployment_key_required()
        key = self._key(credentials, secret, now)
        if key.organization_id is not None:
            raise deployment_key_required()
        return key

    def key_manager(self, credentials: Credentials, now: datetime) -> KeyManager:
        """Requires a key of the deployment, or a key or admin of one organization.

        Raises:
            NotSignedIn: no valid key and no session.
            NotAllowed: not an admin, or a write from another site's page.
            Unavailable: the store did not respond.
        """
        secret = key_hash(credentials)
        if secret is not None:
            key = self._key(credentials, secret, now)
            return KeyManager(key.id, key.organization_id, key)
        signed_in = self.session(credentials, now)
        _require_admin(credentials, signed_in)
        return KeyManager(signed_in.user.id, signed_in.organization.id)

    def deletion(self, credentials: Credentials, organization_id: str, now: datetime) -> None:
        """Requires a caller that `organization` accepts, or a key of the deployment even if the organization is
        deleted, so that its deletion can be resumed.

        Raises:
            NotSignedIn, NotFound, NotAllowed, Unavailable: as `organization`.
        """
        try:
            self.organization(credentials, organization_id, now)
        except NotFound:
            secret = key_hash(credentials)
            if secret is None or self._key(credentials, secret, now).organization_id is not None:
                raise

    def session(self, credentials: Credentials, now: datetime, also: Sequence[Lookup[Any]] = ()) -> SignedInSession:
        """Returns the browser's session.

        Args:
            also: what the request needs besides, read in the same batch.

        Raises:
            NotSignedIn: there is none; or an API key was sent, which takes precedence.
            Unavailable: the store did not respond.
        """
        secret = key_hash(credentials)
        if secret is not None:
            self._key(credentials, secret, now)
            raise NotSignedIn("not_signed_in", message("problem.not_signed_in.key"))
        return self.sessions().find(credentials.session_cookie, now, also)

    def unverified_key(self, credentials: Credentials) -> str:
        """Returns the hash of the API key, for a use case that reads the key together with its own items.

        Raises:
            NotSignedIn: there is no API key.
        """
        secret = key_hash(credentials)
        if secret is None:
            raise NotSignedIn("not_signed_in", message("problem.not_signed_in.no_key"))
        return secret

    def policy_check(self, secret_sha256: str, now: datetime) -> ApiKey:
        """Requires a key with the scope of the policy check.

        Raises:
            NotSignedIn, NotAllowed, Unavailable: see `ApiKeyAuthenticator.key`.
        """
        return self.authenticator.key(secret_sha256, Scope.POLICY_CHECK, now)

    def _key(self, credentials: Credentials, secret: str, now: datetime) -> ApiKey:
        return self.authenticator.key(secret, _scope_of(credentials), now)


def key_hash(credentials: Credentials) -> str | None:
    """Returns the hash of the API key; None without an Authorization header.

    Raises:
        NotSignedIn: the header contains no API key.
    """
    if credentials.authorization is None:
        return None
    scheme, _, secret = credentials.authorization.partition(" ")
    secret = secret.strip(" ")
    if scheme.lower() != "bearer" or not secret.startswith("gh_") or len(secret) > _MAX_KEY_LENGTH:
        raise invalid_api_key()
    return secret_hash(secret)


def deployment_key_required() -> NotAllowed:
    """The request requires a key of the whole deployment."""
    return NotAllowed("deployment_key_required")


def _scope_of(credentials: Credentials) -> Scope:
    return Scope.WRITE if credentials.is_write else Scope.READ


def _require_admin(credentials: Credentials, signed_in: SignedInSession) -> None:
    if signed_in.user.role is not Role.ADMIN:
        raise NotAllowed("admin_required")
    if credentials.is_write and not credentials.is_same_origin:
        raise NotAllowed("csrf_failed", message("problem.csrf_failed.origin"))
