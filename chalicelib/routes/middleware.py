"""The one middleware: gives every answer its headers, and every failure its shape."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from chalice.app import Request, Response

from chalicelib.container import current
from chalicelib.domain.identifier import new_id
from chalicelib.errors import SsoError
from chalicelib.routes.accept import wants_page
from chalicelib.routes.problems import Problem, problem_json, problem_of, problem_of_chalice
from chalicelib.routes.security_headers import complete
from chalicelib.routes.words import speak

_LOG: Final = logging.getLogger("gatehouse")


def answer(request: Request | None, get_response: Callable[[Request | None], Response]) -> Response:
    """Pass the request on; shape what comes back."""
    request_id = new_id("req", now=current().clock())
    speak(request.headers.get("accept-language") if request else None)
    try:
        response = get_response(request)
    except SsoError as error:
        problem = problem_of(error, request_id)
        _log(problem, request, error.private)
        response = _rendered(problem, error, request)
    else:
        if (found := _problem_in(response, request_id)) is not None:
            _log(found, request, None)
            response = _rendered(found, None, request)
    complete(response, current().settings, request_id)
    if request is not None and request.method == "HEAD":
        response.body = ""
    return response


def _problem_in(response: Response, request_id: str) -> Problem | None:
    """The framework's own error answers have this body; ours never do."""
    body = response.body
    if response.status_code < 400 or not isinstance(body, dict) or body.keys() != {"Code", "Message"}:
        return None
    return problem_of_chalice(response.status_code, str(body["Message"]), response.headers, request_id)


def _rendered(problem: Problem, error: SsoError | None, request: Request | None) -> Response:
    if request is None or not wants_page(request.path, request.headers.get("accept")):
        return problem_json(problem)
    from chalicelib.routes.error_page import error_page

    return error_page(problem, error, request)


def _log(problem: Problem, request: Request | None, private: str | None) -> None:
    """One line for each failure. The route's template, never the path: IDs and codes may be secrets."""
    facts = {
        "request_id": problem.request_id,
        "status": problem.status,
        "code": problem.code,
        "route": f"{request.method} {request.path}" if request else "none",
        "private": private,
    }
    level = logging.ERROR if problem.status >= 500 else logging.INFO
    _LOG.log(level, "refused %s", facts)
