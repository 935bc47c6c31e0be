"""The /v1 handler of the browser's session."""

from __future__ import annotations

from chalicelib.http.api_auth import SESSION
from chalicelib.http.framework import Blueprint
from chalicelib.http.routing import Call, operation
from chalicelib.sessions.schemas import SessionAnswer
from chalicelib.sessions.signed_in import SignedInSession

session = Blueprint(__name__)


@operation(session, "session.get", "GET", "/v1/session", auth=SESSION, answer=SessionAnswer, etag=True)
def show(call: Call[SignedInSession, None]) -> SessionAnswer:
    """Get the browser's session."""
    return SessionAnswer.of(call.caller)
