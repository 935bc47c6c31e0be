"""The request that is being handled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chalice.app import Blueprint, MultiDict, Request

from chalicelib.decimal_number import parse_decimal
from chalicelib.errors import FieldError, Invalid, PreconditionMissing, Stale, WrongContentType
from chalicelib.identifier import Prefix, is_id

FORM: Final = "application/x-www-form-urlencoded"


def request_of(blueprint: Blueprint) -> Request:
    """The current request.

    Raises:
        LookupError: none is being handled: a bug.
    """
    request = blueprint.current_request
    if request is None:
        raise LookupError("no request is being handled")
    return request


MAX_BODY_BYTES: Final = 65_536
MAX_LARGE_BODY_BYTES: Final = 2_000_000
"""Where metadata or certificates come in: metadata of a megabyte, escaped. No body of /v1 may be larger."""
MAX_LIMIT: Final = 100
LIMIT_DEFAULT: Final = 25
MAX_IDEMPOTENCY_KEY_LENGTH: Final = 255
NO_FIELDS: Final = b"{}"
"""What no body stands for where an object is created of which nothing must be said."""
_MAX_ERRORS: Final = 20
_LONGEST_NAME: Final = 100
_ETAG: Final = re.compile(r'(?P<weak>W/)?"(?P<tag>[\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')


def json_bytes(request: Request) -> bytes:
    """The body of a request that says it is JSON, or says nothing. A route's own limit stands with its model.

    Raises:
        WrongContentType: it says that it is something else.
        Invalid: `body_too_large`.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongContentType("unsupported_media_type", "Send the body as application/json.")
    raw = request.raw_body
    body = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(body) > MAX_LARGE_BODY_BYTES:
        raise body_too_large(MAX_LARGE_BODY_BYTES)
    return body


def body_too_large(most: int) -> Invalid:
    """The body has more octets than its route takes."""
    return Invalid("body_too_large", f"The body may have {most} bytes at most.")


def no_fields(request: Request) -> None:
    """The body of an action that takes no fields: nothing, or an empty object. A misspelt wish must not seem granted.

    Raises:
        WrongContentType: it says that it is something else than JSON.
        Unreadable, Invalid: it holds something; see `routes.models.body.parsed`.
    """
    if not request.raw_body or (body := json_bytes(request)).strip() == NO_FIELDS:
        return
    from chalicelib.http.schemas import RequestModel, parse_body

    parse_body(RequestModel, body)


def page_of(request: Request, prefix: Prefix, *, filters: Sequence[str] = ()) -> tuple[int, str | None]:
    """`limit` and `after` of a list.

    Args:
        filters: the list's other query parameters. Anything else is refused: a filter that is ignored shows everything.

    Raises:
        Invalid: one of them can't be used; `unknown_parameter`.
    """
    require_known_parameters(request, ("limit", "after", *filters))
    text = parameter_of(request, "limit")
    limit = LIMIT_DEFAULT if text is None else parse_decimal(text, digits=3)
    if limit is None or not 1 <= limit <= MAX_LIMIT:
        detail = f"`limit` is a whole number from 1 to {MAX_LIMIT}."
        raise Invalid("invalid_request", detail, errors=(FieldError("/limit", "invalid_value", detail),))
    return limit, cursor_of(request, prefix)


def cursor_of(request: Request, prefix: Prefix) -> str | None:
    """`after` of a list.

    Raises:
        Invalid: it is no ID of this kind.
    """
    after = parameter_of(request, "after")
    if after is not None and not is_id(after, prefix):
        raise Invalid("invalid_cursor", "`after` must be the value that the page before gave.")
    return after


def parameter_of(request: Request, name: str) -> str | None:
    """A query parameter, None where it is absent."""
    query: Mapping[str, str] = request.query_params or {}
    return query.get(name)


def require_known_parameters(request: Request, known: Sequence[str]) -> None:
    """Each query parameter is one of these, and stands once.

    Raises:
        Invalid: `unknown_parameter`.
    """
    query = request.query_params or MultiDict({})
    errors = [
        FieldError(f"/{name[:_LONGEST_NAME]}", "unknown_parameter", "There is no such query parameter.")
        if name not in known
        else FieldError(f"/{name}", "duplicate", "Send this query parameter once.")
        for name in query
        if name not in known or len(query.getlist(name)) > 1
    ]
    if errors:
        detail = f"Known query parameters: {', '.join(known)}."
        raise Invalid("unknown_parameter", detail, errors=tuple(errors[:_MAX_ERRORS]))


def require_match(request: Request, etag: str, *, exact: bool = False) -> None:
    """If-Match (RFC 9110 section 13.1.1) names the object's present state, by strong comparison.

    Args:
        exact: `*` is no answer: what is put in force must be what the caller saw.

    Raises:
        PreconditionMissing: there is no If-Match.
        Stale: it names another state.
    """
    header = request.headers.get("if-match")
    if header is None or (exact and header.strip() == "*"):
        raise PreconditionMissing(
            "precondition_required", "Read it first and send its ETag as If-Match, so that nobody's change is lost."
        )
    if header.strip() == "*":
        return
    tags = [f'"{found["tag"]}"' for found in _ETAG.finditer(header) if not found["weak"]]
    if etag not in tags:
        raise Stale("stale", "Somebody else saved since you read this. Read it again, then repeat your change.")


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key, if one was sent.

    Raises:
        Invalid: it is empty, too long or not printable ASCII.
    """
    key: str | None = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise Invalid(
            "invalid_request", f"An Idempotency-Key is 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters."
        )
    return key
