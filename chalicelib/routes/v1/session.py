"""/v1/session."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.routes import caller
from chalicelib.routes.request import request_of
from chalicelib.routes.v1.answers import unversioned_answer

session = Blueprint(__name__)


@session.route("/v1/session", methods=["GET"], content_types=["*/*"])
def show() -> Response:
    """Who is signed in in this browser."""
    from chalicelib.routes.models.session import SessionAnswer

    return unversioned_answer(SessionAnswer.of(caller.session(request_of(session))))
