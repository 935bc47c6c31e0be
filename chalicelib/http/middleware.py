"""The middleware: adds headers to every response, and converts errors to responses."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

from chalicelib.container import current
from chalicelib.errors import SsoError
from chalicelib.http.access_log import note_request
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.framework import HandlerFailed, Request, Response
from chalicelib.http.security_headers import complete
from chalicelib.i18n.catalog import set_language
from chalicelib.identifier import new_id
from chalicelib.request_context import RequestContext, bind

if TYPE_CHECKING:
    from chalicelib.http.problem_details import Problem

_Failure: TypeAlias = "tuple[Problem, str | None]"


def answer(request: Request | None, get_response: Callable[[Request | None], Response]) -> Response:
    """Calls the handler and completes its response."""
    request_id, started = new_id("req", now=current().clock()), perf_counter()
    with bind(RequestContext(request_id, source=_source(request))):
        response, failure = _run_handler(request, get_response, request_id)
        note_request(request, response, failure, milliseconds=(perf_counter() - started) * 1000)
    return response


def _run_handler(
    request: Request | None, get_response: Callable[[Request | None], Response], request_id: str
) -> tuple[Response, _Failure | None]:
    failure: _Failure | None = None
    set_language(request.headers.get("accept-language") if request else None)
    try:
        response = get_response(request)
    except HandlerFailed as failed:
        error = failed.error
        failure = (_problem_for(error, request_id), error.private)
        response = _render(failure[0], error, request)
    else:
        if (found := _problem_in(response, request_id)) is not None:
            failure = (found, None)
            response = _render(found, None, request)
    complete(response, current().settings, request_id)
    if request is not None and request.method == "HEAD":
        response.body = ""
    return response, failure


def _problem_in(response: Response, request_id: str) -> Problem | None:
    """Parses the framework's own error responses, which have this form; Gatehouse's never do."""
    body = response.body
    if response.status_code < 400 or not isinstance(body, dict) or body.keys() != {"Code", "Message"}:
        return None
    from chalicelib.http.problem_details import problem_of_chalice

    return problem_of_chalice(response.status_code, str(body["Message"]), response.headers, request_id)


def _problem_for(error: SsoError, request_id: str) -> Problem:
    from chalicelib.http.problem_details import problem_of

    return problem_of(error, request_id)


def _render(problem: Problem, error: SsoError | None, request: Request | None) -> Response:
    if request is None or not wants_page(request.path, request.headers.get("accept")):
        from chalicelib.http.problem_details import problem_json

        return problem_json(problem)
    from chalicelib.http.error_pages import error_page

    return error_page(problem, error, request)


def _source(request: Request | None) -> str | None:
    return str(request.context.get("identity", {}).get("sourceIp", "")) or None if request else None
