"""The kinds of callers that an operation of the API accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from chalicelib.container import current
from chalicelib.credentials import Credentials
from chalicelib.http.cookies import cookies_in, session_cookie_name
from chalicelib.http.framework import Request

C = TypeVar("C")

_READS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Auth(Generic[C]):
    """Authentication of an operation.

    Attributes:
        description: the accepted callers, for the OpenAPI document.
        authenticate: returns the caller, given its credentials and the path parameters.
        verify: completes an authentication that reads nothing, before an invalid body is reported.
        accepts_keys: API keys are accepted.
        scope: the scope that a scoped API key needs; None for the one of the method.
    """

    description: str
    authenticate: Callable[[Credentials, Mapping[str, str]], C]
    verify: Callable[[C], object] | None = None
    accepts_keys: bool = True
    scope: str | None = None

    def scope_of(self, method: str) -> str | None:
        """Returns the scope that a scoped API key needs; None if no API key is accepted."""
        if not self.accepts_keys:
            return None
        return self.scope or ("read" if method in _READS else "write")


PUBLIC: Final = Auth("Everybody.", lambda _credentials, _path: None, accepts_keys=False)
_ADMINS: Final = "Deployment key, organization key, organization's admin."

ORGANIZATION: Final = Auth(
    _ADMINS,
    lambda credentials, path: current().callers.organization(credentials, path["organization_id"], current().clock()),
)
"""A key of the deployment, or a key or admin of the organization in the path."""

DELETION: Final = Auth(
    _ADMINS,
    lambda credentials, path: current().callers.deletion(credentials, path["organization_id"], current().clock()),
)
"""Like `ORGANIZATION`, and for a key of the deployment even if the organization is deleted."""

DEPLOYMENT_KEY: Final = Auth(
    "Deployment key.", lambda credentials, _path: current().callers.deployment(credentials, current().clock())
)

KEY_MANAGER: Final = Auth(
    _ADMINS, lambda credentials, _path: current().callers.key_manager(credentials, current().clock())
)

SESSION: Final = Auth(
    "Browser session.",
    lambda credentials, _path: current().callers.session(credentials, current().clock()),
    accepts_keys=False,
)

POLICY_CHECK: Final = Auth(
    "Deployment key, organization key.",
    lambda credentials, _path: current().callers.unverified_key(credentials),
    verify=lambda secret: current().callers.policy_check(secret, current().clock()),
    scope="policy_check",
)
"""The use case verifies the key, in one read with the address."""


def credentials_of(request: Request) -> Credentials:
    """Returns the credentials of a request."""
    headers, settings = request.headers, current().settings
    return Credentials(
        authorization=headers.get("authorization"),
        session_cookie=cookies_in(headers.get("cookie")).get(session_cookie_name(settings)),
        is_write=request.method not in _READS,
        is_same_origin=_is_same_origin(headers, settings.base_url),
    )


def _is_same_origin(headers: Mapping[str, str], base_url: str) -> bool:
    """True if a page of this deployment sent the request (Fetch Metadata; RFC 6454 section 7)."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    ours = urlsplit(base_url)
    return origin == f"{ours.scheme}://{ours.netloc}"
