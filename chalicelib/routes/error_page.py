"""A failure as a page, for people."""

from __future__ import annotations

from html import escape

from chalice.app import Request, Response

from chalicelib.errors import SsoError
from chalicelib.routes.problems import Problem


def error_page(problem: Problem, error: SsoError | None, request: Request) -> Response:
    """The facts of a problem document as HTML.

    Args:
        error: what was raised; None for an error answer of the framework's.
        request: whose answer it is.
    """
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(problem.title)}</title></head>'
        f"<body><main><h1>{escape(problem.title)}</h1><p>{escape(problem.detail)}</p>"
        f"<p>Code: {escape(problem.code)}. Reference: {escape(problem.request_id)}</p></main></body></html>"
    )
    headers = {"Content-Type": "text/html; charset=utf-8", **problem.headers}
    return Response(body, status_code=problem.status, headers=headers)
