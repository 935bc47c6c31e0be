"""Renders errors as pages."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from chalicelib.container import current
from chalicelib.errors import NotSignedIn, SignInRefused, SsoError
from chalicelib.http.framework import Request, Response
from chalicelib.http.problem_details import Problem
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import english, has, t
from chalicelib.return_path import safe_return_path

_WORTH_REPEATING: Final = frozenset({"csrf_failed", "stale", "user_changed", "temporarily_unavailable"})


def error_page(problem: Problem, error: SsoError | None, request: Request) -> Response:
    """Renders a problem as HTML. Without a session, the page links to sign-in, with the current path to return to.

    Args:
        error: the raised error; None for an error response of the framework.
        request: the failed request.
    """
    if isinstance(error, SignInRefused):
        return current().refusals.refusal_page(problem, error, request)
    if isinstance(error, NotSignedIn):
        return redirect("/login", return_to=safe_return_path(_path_of(request) if request.method == "GET" else None))
    again = _path_of(request) if problem.code in _WORTH_REPEATING and request.path != "/logout" else None
    return problem_page(problem, again)


def problem_page(problem: Problem, again: str | None = None) -> Response:
    """Renders the problem for users.

    Args:
        again: the path to reload, if that can help.
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
    """Returns title and detail: localized if the catalog has the code, else those of the API."""
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
