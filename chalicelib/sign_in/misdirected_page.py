"""Errors for requests to the assertion consumer service that are no SAML Response by HTTP-POST.

Such a request indicates a configuration error at the identity provider. It is no sign-in attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import SsoError, Unreadable, WrongContentType, WrongMethod
from chalicelib.http.framework import Request
from chalicelib.i18n.message import Message, message
from chalicelib.sign_in.misdirected_message import Misdirected, misdirected

if TYPE_CHECKING:
    from collections.abc import Mapping


def other_method(request: Request) -> SsoError:
    """Returns the error for a method other than POST. The query shows what the identity provider tried to send."""
    query: Mapping[str, str] = request.query_params or {}
    found = misdirected({name: query[name] for name in query}) if request.method == "GET" else None
    code = (found or Misdirected.METHOD).value
    return WrongMethod(request.method, ("POST",), code, _explain(code))


def other_content_type() -> SsoError:
    """Returns the error for a body that is no form."""
    code = Misdirected.CONTENT_TYPE.value
    return WrongContentType(code, _explain(code))


def other_message(fields: Mapping[str, str]) -> SsoError | None:
    """Returns the error for a form with another message than a Response, or None for a Response."""
    found = misdirected(fields)
    return None if found is None else Unreadable(found.value, _explain(found.value))


def _explain(code: str) -> Message:
    return message(f"error.{code}.detail")
