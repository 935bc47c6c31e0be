"""A failure as a page, for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from chalice.app import Request, Response

from chalicelib.domain.return_path import safe_return_path
from chalicelib.errors import NotSignedIn, SignInRefused, SsoError
from chalicelib.routes.page import page, redirect
from chalicelib.routes.problems import Problem
from chalicelib.routes.refusal_page import refusal_page


@dataclass(frozen=True, slots=True)
class Words:
    """A problem's title and detail, where people need others than programmers."""

    title: str
    detail: str


_FOR_PEOPLE: Final = {
    "csrf_failed": Words(
        "This form is out of date",
        "You signed in or out since it was shown, or your browser keeps no cookies. Nothing was done: load it again, "
        "then repeat what you did.",
    ),
    "not_found": Words("There is nothing here", "The address is wrong, or what it led to is gone."),
    "link_is_void": Words(
        "This link doesn't work any more",
        "It has been used, or its 24 hours are over. Ask an admin of your organization for a new one.",
    ),
    "setup_link_is_void": Words(
        "This setup link doesn't work any more",
        "It works once, in the browser that opens it first, until it expires or is revoked. Ask whoever sent it for a "
        "new one.",
    ),
    "sso_required": Words(
        "Use single sign-on instead",
        "Your organization requires single sign-on, so you need no password here.",
    ),
    "internal_error": Words("Something went wrong", "It is our fault, and it has been noted. Try again in a minute."),
    "temporarily_unavailable": Words("We'll be back in a moment", "Nothing was changed. Try again in a few seconds."),
    "method_not_allowed": Words("There is nothing here", "This address can't be opened in this way."),
}
_WORTH_REPEATING: Final = frozenset({"csrf_failed", "stale", "user_changed", "temporarily_unavailable"})


def error_page(problem: Problem, error: SsoError | None, request: Request) -> Response:
    """The facts of a problem document as HTML; who isn't signed in is sent to do so, and comes back afterwards.

    Args:
        error: what was raised; None for an error answer of the framework's.
        request: whose answer it is.
    """
    if isinstance(error, SignInRefused):
        return refusal_page(problem, error, request)
    if isinstance(error, NotSignedIn):
        return redirect("/login", return_to=safe_return_path(_path_of(request) if request.method == "GET" else None))
    words = _FOR_PEOPLE.get(problem.code, Words(problem.title, problem.detail))
    again = _path_of(request) if problem.code in _WORTH_REPEATING and request.path != "/logout" else None
    return page(
        "error.html", None, status=problem.status, headers=problem.headers, problem=problem, words=words, again=again
    )


def _path_of(request: Request) -> str:
    path = request.path
    for name, value in (request.uri_params or {}).items():
        path = path.replace(f"{{{name}}}", value)
    query = request.query_params
    return f"{path}?{urlencode({name: query[name] for name in query})}" if query else path
