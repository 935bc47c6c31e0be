"""The credentials in a request to the API, not yet verified."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """The parts of a request by which its caller is authenticated.

    Attributes:
        authorization: the Authorization header. If present, it takes precedence over the cookie.
        session_cookie: the value of the session cookie.
        is_write: the method may change something.
        is_same_origin: a page of this deployment sent the request. A cookie alone doesn't prove that.
    """

    authorization: str | None = field(repr=False)
    session_cookie: str | None = field(repr=False)
    is_write: bool
    is_same_origin: bool
