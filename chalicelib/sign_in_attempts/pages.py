"""Pages for admins with the sign-in attempts of one connection."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from chalicelib.connections.access import loaded_with, lookups_in
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.service_provider import service_provider
from chalicelib.sessions.browser import BrowserSession, Visit
from chalicelib.sign_in.refusal_texts import RefusalWords, localize_refusal, refusal_title
from chalicelib.sign_in_attempts.chart import chart_of
from chalicelib.sign_in_attempts.days import attempt_days
from chalicelib.sign_in_attempts.model import Attempt
from chalicelib.sign_in_attempts.query import AttemptQuery, attempt_query
from chalicelib.sign_in_attempts.report import attempt_report

admin_attempts = Blueprint(__name__)

_ALL: Final = "/admin/sso/{connection_id}/attempts"
_SHOWN: Final = 25
_MAX_CHARTED: Final = 2000


@admin_page(admin_attempts, "GET", _ALL, enterprise=True, also=lookups_in)
def attempts_page(visit: Visit) -> Response:
    """Shows the chart of the last 30 days and the filtered list of attempts."""
    visitor, asked = visit.visitor, attempt_query(visit.request)
    connection = loaded_with(visitor.who, current().settings).connection
    if asked.attempt_id is not None and (found := _find_attempt(visitor, asked.attempt_id)) is not None:
        return redirect(f"/admin/sso/{found.connection_id}/attempts/{found.id}")
    return _list(visitor, connection, asked)


@admin_page(admin_attempts, "GET", f"{_ALL}/{{attempt_id}}", enterprise=True, also=lookups_in)
def attempt_page(visit: Visit) -> Response:
    """Shows one attempt with all its checks; refusal pages link here."""
    made, organization = current(), visit.visitor.who.organization
    connection = loaded_with(visit.visitor.who, made.settings).connection
    attempt = made.attempts.get(organization, connection.id, visit.path["attempt_id"], made.clock())
    advice = _advice(attempt, connection)
    ours = service_provider(made.settings.base_url, connection.id)
    return page(
        "attempts/one.html",
        visit.visitor,
        connection=connection,
        attempt=attempt,
        advice=advice,
        report=attempt_report(attempt, connection, ours, _lines(advice), tell=tell_in_english),
    )


def _find_attempt(visitor: BrowserSession, attempt_id: str) -> Attempt | None:
    """Finds an attempt by ID in all connections of the organization."""
    try:
        return current().attempts.get(visitor.who.organization, None, attempt_id, current().clock())
    except NotFound:
        return None


def _list(visitor: BrowserSession, connection: Connection, asked: AttemptQuery) -> Response:
    made, now, organization = current(), current().clock(), visitor.who.organization
    found = None
    if not asked.faults:
        found = made.attempts.search(organization, connection.id, asked.wanted, now, limit=_SHOWN, after=asked.after)
    chart = None
    if asked.after is None:
        charted = made.attempts.page(organization, connection.id, now, limit=_MAX_CHARTED, after=None)
        since = charted.values[-1].created_at.astimezone(UTC) if charted.after is not None else None
        chart = chart_of(attempt_days(charted.values, now), since=since)
    return page(
        "attempts/list.html",
        visitor,
        status=422 if asked.faults else 200,
        connection=connection,
        asked=asked,
        found=found,
        chart=chart,
        codes=sorted(RefusalCode, key=lambda code: refusal_title(code).casefold()),
        title_of=refusal_title,
    )


def _advice(attempt: Attempt, connection: Connection) -> RefusalWords | None:
    if attempt.code is None or attempt.code not in set(RefusalCode):
        return None
    return localize_refusal(RefusalCode(attempt.code), connection.provider, attempt.checks)


def _lines(advice: RefusalWords | None) -> tuple[str, ...]:
    """Returns the guidance as lines of the report."""
    if advice is None:
        return ()
    lines = (advice.title, advice.explanation, advice.what_to_do, advice.where_in_full)
    return ("", *(str(line) for line in lines if line))
