"""A refused sign-in: what happened, whether to try again, and who must change what."""

from __future__ import annotations

from typing import Final

from chalice.app import Request, Response

from chalicelib.container import current
from chalicelib.domain.provider_console import console_advice
from chalicelib.domain.refusal_advice import ADVICE, Advice, Fixer
from chalicelib.errors import SignInRefused
from chalicelib.routes.page import address, page
from chalicelib.routes.problems import Problem

_LEADS: Final = {
    Fixer.USER: "What you can do",
    Fixer.IDP_ADMIN: "For the admin of your identity provider",
    Fixer.ACCOUNT_ADMIN: "For an admin of your organization",
}


def refusal_page(problem: Problem, error: SignInRefused, request: Request) -> Response:
    """The page for people; `routes/problems.py` says the same to machines."""
    advice = ADVICE[error.reason]
    settings = current().settings
    connection_id = (request.uri_params or {}).get("connection_id", "")
    return page(
        "refusal.html",
        None,
        status=problem.status,
        headers=problem.headers,
        advice=advice,
        outlook=_outlook(advice),
        where=console_advice(error.reason, error.provider) if error.provider else None,
        lead=_LEADS.get(advice.fixer, f"Contact {settings.support_contact}"),
        login_address=address(settings, f"/saml/{connection_id}/login") if connection_id else None,
        code=problem.code,
        attempt_id=error.attempt.id if error.attempt else None,
        email=error.email,
        request_id=problem.request_id,
    )


def _outlook(advice: Advice) -> str:
    if advice.retry_helps:
        return "Trying again may help."
    return "You did nothing wrong, and trying again won't help until it is changed."
