"""What the assertion consumer service answers to anything but a SAML Response by HTTP-POST.

Such a message says that something is set wrongly at the identity provider. It is no sign-in attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import SsoError, Unreadable, WrongContentType, WrongMethod
from chalicelib.http.framework import Request
from chalicelib.sign_in.misdirected_message import Misdirected, misdirected

if TYPE_CHECKING:
    from collections.abc import Mapping


def other_method(request: Request) -> SsoError:
    """The answer to a method other than POST; a query tells what the identity provider tried to send."""
    query: Mapping[str, str] = request.query_params or {}
    found = misdirected({name: query[name] for name in query}) if request.method == "GET" else None
    error = WrongMethod(request.method, ("POST",), (found or Misdirected.METHOD).value)
    error.public = _explained(error.code)
    return error


def other_content_type() -> SsoError:
    """The answer to a body that is no form."""
    code = Misdirected.CONTENT_TYPE.value
    return WrongContentType(code, _explained(code))


def other_message(fields: Mapping[str, str]) -> SsoError | None:
    """The answer to a form that carries another message than a Response; None for a Response."""
    found = misdirected(fields)
    return None if found is None else Unreadable(found.value, _explained(found.value))


def _explained(code: str) -> str:
    from chalicelib.http.problem_types import PROBLEM_TYPES

    return PROBLEM_TYPES[code].explanation
