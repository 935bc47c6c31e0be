"""The response to an unknown path, for servers that match paths before they call the application."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.framework import Response
from chalicelib.http.problem_details import problem_json, problem_of
from chalicelib.http.security_headers import complete
from chalicelib.i18n.catalog import set_language
from chalicelib.identifier import new_id


def unknown_path(path: str, headers: Mapping[str, str]) -> Response:
    """Returns a 404, as a page or as a problem document.

    Args:
        headers: of the request, with lower-case names.
    """
    request_id = new_id("req", now=current().clock())
    set_language(headers.get("accept-language"))
    problem = problem_of(NotFound(), request_id)
    if wants_page(path, headers.get("accept")):
        from chalicelib.http.error_pages import problem_page

        response = problem_page(problem)
    else:
        response = problem_json(problem)
    complete(response, current().settings, request_id)
    return response
