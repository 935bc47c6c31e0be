"""The /v1 handler of the browser's session."""

from __future__ import annotations

from chalicelib.http import api_auth as caller
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import request_of
from chalicelib.http.responses import unversioned_answer

session = Blueprint(__name__)


@session.route("/v1/session", methods=["GET"], content_types=["*/*"])
def show() -> Response:
    """Returns the browser's session and its user."""
    from chalicelib.sessions.schemas import SessionAnswer

    return unversioned_answer(SessionAnswer.of(caller.session(request_of(session))))
