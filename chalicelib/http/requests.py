"""Reads the current request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chalice.app import MultiDict

from chalicelib.decimal_number import parse_decimal
from chalicelib.errors import FieldError, Invalid, PreconditionMissing, Stale, WrongContentType, invalid_field
from chalicelib.http.framework import Blueprint, Request
from chalicelib.i18n.message import message
from chalicelib.identifier import Prefix, is_id

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


def request_of(blueprint: Blueprint) -> Request:
    """Returns the current request.

    Raises:
        LookupError: there is none, which is a bug.
    """
    request = blueprint.current_request
    if request is None:
        raise LookupError("no request is being handled")
    return request


MAX_BODY_BYTES: Final = 65_536
MAX_LARGE_BODY_BYTES: Final = 2_000_000
"""For metadata and certificates: a megabyte of metadata, escaped. No body of /v1 may be larger."""
MAX_LIMIT: Final = 100
LIMIT_DEFAULT: Final = 25
MAX_IDEMPOTENCY_KEY_LENGTH: Final = 255
NO_FIELDS: Final = b"{}"
"""Replaces an absent body when creating an object without required fields."""
_MAX_ERRORS: Final = 20
_LONGEST_NAME: Final = 100
_ETAG: Final = re.compile(r'(?P<weak>W/)?"(?P<tag>[\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')


def json_bytes(request: Request) -> bytes:
    """Returns the body if its content type is JSON or absent. The limit of a route is defined by its model.

    Raises:
        WrongContentType: the content type isn't JSON.
        Invalid: `body_too_large`.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongContentType("unsupported_media_type")
    raw = request.raw_body
    body = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(body) > MAX_LARGE_BODY_BYTES:
        raise body_too_large(MAX_LARGE_BODY_BYTES)
    return body


def body_too_large(most: int) -> Invalid:
    """The body is larger than its route allows."""
    return Invalid("body_too_large", message("problem.body_too_large", most=most))


def no_fields(request: Request) -> None:
    """Requires an empty body or an empty object, so that a misspelled field isn't silently ignored.

    Raises:
        WrongContentType: the content type isn't JSON.
        Unreadable, Invalid: the body isn't empty; see `http/schemas.py: parse_body`.
    """
    if not request.raw_body or (body := json_bytes(request)).strip() == NO_FIELDS:
        return
    from chalicelib.http.schemas import RequestModel, parse_body

    parse_body(RequestModel, body)


def limit_of(request: Request) -> int:
    """Returns `limit` of a list.

    Raises:
        Invalid: it isn't a number from 1 to `MAX_LIMIT`.
    """
    text = parameter_of(request, "limit")
    limit = LIMIT_DEFAULT if text is None else parse_decimal(text, digits=3)
    if limit is None or not 1 <= limit <= MAX_LIMIT:
        detail = message("problem.field.limit", most=MAX_LIMIT)
        raise invalid_field("/limit", "invalid_value", detail)
    return limit


def cursor_of(request: Request, prefix: Prefix) -> str | None:
    """Returns `after` of a list.

    Raises:
        Invalid: it isn't an ID of this kind.
    """
    after = parameter_of(request, "after")
    if after is not None and not is_id(after, prefix):
        raise Invalid("invalid_cursor")
    return after


def parameter_of(request: Request, name: str) -> str | None:
    """Returns a query parameter; None if absent."""
    query: Mapping[str, str] = request.query_params or {}
    return query.get(name)


def require_known_parameters(request: Request, known: Sequence[str]) -> None:
    """Requires that every query parameter is known and occurs once: ignoring a filter would return everything.

    Raises:
        Invalid: `unknown_parameter`.
    """
    query = request.query_params or MultiDict({})
    errors = [
        FieldError(f"/{name[:_LONGEST_NAME]}", "unknown_parameter", message("problem.field.unknown_parameter"))
        if name not in known
        else FieldError(f"/{name}", "duplicate", message("problem.field.duplicate_parameter"))
        for name in query
        if name not in known or len(query.getlist(name)) > 1
    ]
    if errors:
        detail = message("problem.unknown_parameter", known=", ".join(known))
        raise Invalid("unknown_parameter", detail, errors=tuple(errors[:_MAX_ERRORS]))


def require_match(request: Request, etag: str, *, exact: bool = False) -> None:
    """Requires that If-Match (RFC 9110 section 13.1.1) matches the object's current state, by strong comparison.

    Args:
        exact: refuse `*`, so that exactly what the caller saw takes effect.

    Raises:
        PreconditionMissing: there is no If-Match.
        Stale: it doesn't match.
    """
    header = request.headers.get("if-match")
    if header is None or (exact and header.strip() == "*"):
        raise PreconditionMissing("precondition_required")
    if header.strip() == "*":
        return
    tags = [f'"{found["tag"]}"' for found in _ETAG.finditer(header) if not found["weak"]]
    if etag not in tags:
        raise Stale(message("problem.stale_etag"))


def idempotency_key(request: Request) -> str | None:
    """Returns the Idempotency-Key, if one was sent.

    Raises:
        Invalid: it is empty, too long or not printable ASCII.
    """
    key: str | None = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise Invalid(
            "invalid_request", message("problem.invalid_request.idempotency_key", most=MAX_IDEMPOTENCY_KEY_LENGTH)
        )
    return key
