"""Renders a refused sign-in: what happened, whether to try again, and who must change what."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.container import current
from chalicelib.errors import SignInRefused
from chalicelib.http.framework import Request, Response
from chalicelib.http.problem_details import Problem
from chalicelib.http.rendering import address, page
from chalicelib.i18n.catalog import t
from chalicelib.saml.refusal import RefusalCode, ResponsibleParty
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in.refusal_variant import variant_of

_ABOUT_TIME: Final = (RefusalCode.SAML_NOT_YET_VALID, RefusalCode.SAML_EXPIRED)


def refusal_members(error: SignInRefused) -> tuple[str, dict[str, Any]]:
    """Returns detail and extension members of the problem document, with the same text as the page."""
    advice = localize_refusal(error.reason, error.provider, error.checks)
    detail = str(advice.explanation)
    if advice.fixer is ResponsibleParty.SUPPORT:
        detail += f" {t('refusal.lead.support', contact=current().settings.support_contact).striptags()}."
    members = {"retry_helps": advice.retry_helps, "fixer": advice.fixer.value, "what_to_do": str(advice.what_to_do)}
    if advice.where_in_full:
        members["where"] = advice.where_in_full
    return detail, members | ({"attempt_id": error.attempt.id} if error.attempt else {})


def refusal_page(problem: Problem, error: SignInRefused, request: Request) -> Response:
    """Renders the HTML page."""
    settings = current().settings
    connection_id = (request.uri_params or {}).get("connection_id", "")
    words = localize_refusal(error.reason, error.provider, error.checks)
    login = f"/saml/{connection_id}/login" if connection_id else ""
    attempt = f"/admin/sso/{connection_id}/attempts/{error.attempt.id}" if error.attempt and connection_id else None
    return page(
        "refusal.html",
        None,
        status=problem.status,
        headers=problem.headers,
        advice=words,
        clock=_clock(error),
        lead=t(f"refusal.lead.{words.fixer.value}", contact=settings.support_contact),
        login_address=address(settings, login) if login and words.retry_helps else None,
        another_address=address(settings, login, switch_account="1") if login and words.wrong_person else None,
        attempt_address=address(settings, attempt) if attempt else None,
        code=problem.code,
        attempt_id=error.attempt.id if error.attempt else None,
        # Only for a verified response: otherwise a third party may have posted a copy whose content it can't read.
        email=error.email if error.assertion is not None else None,
        request_id=problem.request_id,
    )


def _clock(error: SignInRefused) -> str | None:
    """Describes the clock difference in seconds, if the response was verified."""
    if error.reason not in _ABOUT_TIME or error.age_seconds is None or variant_of(error.reason, error.checks):
        return None
    seconds = round(abs(error.age_seconds))
    return t("refusal.clock_ahead" if error.age_seconds < 0 else "refusal.made_before", count=seconds)
