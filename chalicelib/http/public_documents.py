"""Public documents of the API: health, OpenAPI, problem types."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.api_auth import PUBLIC
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.problem_types import PROBLEM_TYPES
from chalicelib.http.requests import request_of
from chalicelib.http.routing import Call, operation

documents = Blueprint(__name__)


@operation(documents, "health.get", "GET", "/healthz", auth=PUBLIC, answer="HealthAnswer")
def health(_call: Call[None, None]) -> Response:
    """Say that the deployment answers."""
    return Response({"status": "ok"}, headers={"Content-Type": "application/json"})


@documents.route("/openapi.json")
def openapi() -> Response:
    """Returns the OpenAPI 3.1 document of /v1."""
    from chalicelib.http.openapi import openapi_document

    return Response(openapi_document(current().settings.base_url), headers={"Content-Type": "application/json"})


@documents.route("/problems/{code}")
def problem(code: str) -> Response:
    """Describes a problem type; target of the `type` of problem documents."""
    found = PROBLEM_TYPES.get(code)
    if found is None:
        raise NotFound
    request = request_of(documents)
    if not wants_page(request.path, request.headers.get("accept")):
        facts = {"code": code, "title": found.title, "explanation": found.explanation}
        return Response(facts, headers={"Content-Type": "application/json", "Vary": "Accept"})
    from chalicelib.http.rendering import page

    return page("problem.html", None, headers={"Vary": "Accept"}, code=code, problem=found)
