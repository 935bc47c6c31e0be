"""A failure as a page, for people."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from chalice.app import Request, Response

from chalicelib.container import current
from chalicelib.errors import NotSignedIn, SignInRefused, SsoError
from chalicelib.http.problem_details import Problem
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import english, has, t
from chalicelib.return_path import safe_return_path
from chalicelib.sign_in.refusal_page import refusal_page

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
    again = _path_of(request) if problem.code in _WORTH_REPEATING and request.path != "/logout" else None
    return problem_page(problem, again)


def problem_page(problem: Problem, again: str | None = None) -> Response:
    """What happened, in words for people.

    Args:
        again: the path that is worth loading again.
    """
    title, detail = _words(problem)
    return page(
        "error.html",
        None,
        status=problem.status,
        headers=problem.headers,
        problem=problem,
        title=title,
        detail=detail,
        again=again,
    )


def _words(problem: Problem) -> tuple[str, str]:
    """Title and detail; of a code without words of its own, what programs are told."""
    key = f"error.{problem.code}"
    if not has(f"{key}.title"):
        return english(problem.title), english(problem.detail)
    values: dict[str, Any] = {"contact": current().settings.support_contact}
    if has(f"{key}.detail.other"):
        values["count"] = int(problem.headers.get("Retry-After", 1))
    return t(f"{key}.title"), t(f"{key}.detail", **values)


def _path_of(request: Request) -> str:
    path = request.path
    for name, value in (request.uri_params or {}).items():
        path = path.replace(f"{{{name}}}", value)
    query = request.query_params
    return f"{path}?{urlencode({name: query[name] for name in query})}" if query else path
