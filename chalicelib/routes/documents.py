"""What the API says of itself: health, its description, its problem types."""

from __future__ import annotations

from html import escape

from chalice.app import Blueprint, Response

from chalicelib.container import current
from chalicelib.domain.problem import PROBLEM_TYPES
from chalicelib.errors import NotFound
from chalicelib.routes.request import request_of

documents = Blueprint(__name__)


@documents.route("/healthz", methods=["GET"], content_types=["*/*"])
def health() -> Response:
    """Whether the code runs; asks nobody else."""
    return Response({"status": "ok"}, headers={"Content-Type": "application/json"})


@documents.route("/openapi.json", methods=["GET"], content_types=["*/*"])
def openapi() -> Response:
    """The description of /v1, OpenAPI 3.1."""
    from chalicelib.routes.openapi import openapi_document

    return Response(openapi_document(current().settings.base_url), headers={"Content-Type": "application/json"})


@documents.route("/problems/{code}", methods=["GET"], content_types=["*/*"])
def problem(code: str) -> Response:
    """What one problem type means: what the `type` of a problem document leads to."""
    found = PROBLEM_TYPES.get(code)
    if found is None:
        raise NotFound
    if "text/html" not in request_of(documents).headers.get("accept", ""):
        facts = {"code": code, "title": found.title, "explanation": found.explanation}
        return Response(facts, headers={"Content-Type": "application/json", "Vary": "Accept"})
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(found.title)}</title></head>'
        f"<body><main><h1>{escape(found.title)}</h1><p><code>{escape(code)}</code></p>"
        f"<p>{escape(found.explanation)}</p></main></body></html>"
    )
    return Response(page, headers={"Content-Type": "text/html; charset=utf-8", "Vary": "Accept"})
