"""The browser behind a request: its session, and the forms it submits."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar
from urllib.parse import parse_qs

from chalicelib import container
from chalicelib.errors import Invalid, NotAllowed, NotSignedIn
from chalicelib.http.cookies import account_cookie_name, cookies_in, form_cookie_name, session_cookie_name
from chalicelib.http.csrf import MASK_LENGTH, form_token, masked, token_by_key, unmasked
from chalicelib.http.framework import Request
from chalicelib.http.requests import MULTIPART
from chalicelib.i18n.message import message

if TYPE_CHECKING:
    from chalicelib.aws.dynamodb import Lookup
    from chalicelib.http.uploaded_file import FormWithFiles

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_MAX_FIELDS: Final = 200
MAX_FORM_LENGTH: Final = 32_000
"""Bytes of a form without a document. Decoding the escapes of six megabytes takes a second."""
MAX_PASTED_LENGTH: Final = 3_200_000  # bytes: a megabyte with each character escaped


class SignedIn(Protocol):
    """The session of a signed-in user, as far as this package knows it."""

    @property
    def secret(self) -> str:
        """The secret that the CSRF tokens are derived from."""

    @property
    def organization_id(self) -> str:
        """The user's organization."""

    @property
    def is_admin(self) -> bool:
        """The user administers the organization."""

    @property
    def is_enterprise(self) -> bool:
        """The organization's plan includes single sign-on."""


S = TypeVar("S", bound=SignedIn, covariant=True)
A = TypeVar("A", covariant=True)


@dataclass(frozen=True, slots=True)
class BrowserSession(Generic[S, A]):
    """A browser.

    Attributes:
        cookie: value of the session cookie, if sent; not necessarily valid.
        secret: the secret that this browser's CSRF tokens are derived from.
        new_secret: the response must set the secret's cookie.
        address: source IP address reported by the gateway.
        remembered: the last account to sign in here; looked up only without a session.
        mask: of the CSRF token in this response.
    """

    signed_in: S | None
    cookie: str | None = field(repr=False)
    secret: str = field(repr=False)
    new_secret: bool
    address: str
    remembered: A | None = None
    mask: bytes = field(default_factory=lambda: secrets.token_bytes(MASK_LENGTH), repr=False)

    @property
    def who(self) -> S:
        """The signed-in user.

        Raises:
            NotSignedIn: there is no session.
        """
        if self.signed_in is None:
            raise NotSignedIn("not_signed_in")
        return self.signed_in

    @property
    def source(self) -> str:
        """The key under which this browser's attempts are counted."""
        from chalicelib.client_network import client_network

        return client_network(self.address)

    @property
    def token(self) -> str:
        """The CSRF token for every form of the response."""
        return masked(form_token(self.secret), self.mask)

    def knows(self, token: str) -> bool:
        """True if the posted token belongs to this browser."""
        return hmac.compare_digest(form_token(self.secret), unmasked(token))


def token_of(name: str) -> str:
    """The CSRF token of forms that belong to a named object; the name need not be secret."""
    made = container.current()
    token = token_by_key(made.keys.load(made.clock()).cookies.current, name)
    return masked(token, secrets.token_bytes(MASK_LENGTH))


def is_token_of(name: str, token: str) -> bool:
    """True if the token was created with the current or the previous key."""
    made = container.current()
    keys = made.keys.load(made.clock()).cookies.all
    given = unmasked(token)
    right = [hmac.compare_digest(token_by_key(key, name), given) for key in keys]
    return any(right)


def browser_session_of(request: Request, also: Sequence[Lookup[Any]] = ()) -> BrowserSession[Any, Any]:
    """Returns the browser of this request. Takes one read if a session cookie was sent.

    Args:
        also: what the page needs besides, read in the same batch; see `SignedInSession.found`.

    Raises:
        Unavailable: the store did not respond.
    """
    made = container.current()
    cookies = cookies_in(request.headers.get("cookie"))
    cookie = cookies.get(session_cookie_name(made.settings))
    address = str(request.context.get("identity", {}).get("sourceIp", ""))
    if cookie is not None:
        try:
            signed_in = made.sessions.find(cookie, made.clock(), also)
        except NotSignedIn:
            pass
        else:
            return BrowserSession(signed_in, cookie, signed_in.secret, new_secret=False, address=address)
    secret, account = cookies.get(form_cookie_name(made.settings), ""), cookies.get(account_cookie_name(made.settings))
    known = _SECRET.fullmatch(secret) is not None
    return BrowserSession(
        None,
        cookie,
        secret if known else secrets.token_urlsafe(32),
        new_secret=not known,
        address=address,
        remembered=None if account is None else made.remembered_account(account),
    )


def form_of(
    request: Request, visitor: BrowserSession[Any, Any], *, max_length: int = MAX_FORM_LENGTH
) -> Mapping[str, str]:
    """Returns the posted fields; the last value of a repeated one.

    Args:
        max_length: bytes of a form without files.

    Raises:
        NotAllowed: `csrf_failed`: the form was not rendered for this browser (ASVS 5.0, 3.5.1).
        Invalid: the body isn't a form, or is too large.
    """
    fields = every_field(request, visitor, max_length=max_length)
    return {name: values[-1] for name, values in fields.items()}


def every_field(
    request: Request, visitor: BrowserSession[Any, Any], *, max_length: int = MAX_FORM_LENGTH
) -> Mapping[str, list[str]]:
    """Like `form_of`, with every value of a repeated field."""
    fields = posted_fields(request, max_length=max_length)
    if not visitor.knows(fields.get("form_token", [""])[-1]):
        raise form_out_of_date()
    return fields


def posted_fields(request: Request, *, max_length: int = MAX_FORM_LENGTH) -> Mapping[str, list[str]]:
    """Returns every value of every posted field without checking the CSRF token, which the caller must do.

    Raises:
        Invalid: the body isn't a form, or is too large.
    """
    return _with_files(request).fields if _is_multipart(request) else _parse_urlencoded(request, max_length)


def file_of(request: Request, name: str) -> bytes | None:
    """Returns the file uploaded in a field, if any. Call it after `every_field`, which checks the CSRF token."""
    if not _is_multipart(request):
        return None
    file = _with_files(request).files.get(name)
    return file.content if file else None


def _parse_urlencoded(request: Request, max_length: int) -> dict[str, list[str]]:
    raw = request.raw_body
    if len(raw) > max_length:
        raise Invalid("body_too_large", message("problem.body_too_large.form", most=max_length))
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise Invalid("unreadable_form", private=str(error)) from error


def _is_multipart(request: Request) -> bool:
    return str(request.headers.get("content-type", "")).partition(";")[0].strip().lower() == MULTIPART


def _with_files(request: Request) -> FormWithFiles:
    from chalicelib.http.uploaded_file import form_with_files

    return form_with_files(request)


def query_of(request: Request, name: str) -> str:
    """Returns a query parameter, or ""."""
    return str(request.query_params.get(name, "")) if request.query_params else ""


def form_out_of_date() -> NotAllowed:
    """The form was not rendered for this browser."""
    return NotAllowed("csrf_failed")
