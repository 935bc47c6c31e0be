"""The SAML inspector page: explains a pasted response. Nothing is stored."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.access import loaded_with, lookups_in
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.http.browser_session import MAX_PASTED_LENGTH
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page
from chalicelib.sessions.browser import BrowserSession, Visit
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in.user_attributes import name_of
from chalicelib.sign_in_attempts.inspector import MAX_TEXT_LENGTH, Inspection

admin_inspector = Blueprint(__name__)

_PATH: Final = "/admin/sso/{connection_id}/inspector"


@admin_page(admin_inspector, "GET", _PATH, enterprise=True, also=lookups_in)
def inspector_page(visit: Visit) -> Response:
    """Shows the empty form."""
    return _render(visit.visitor, loaded_with(visit.visitor.who, current().settings).connection)


@admin_page(admin_inspector, "POST", _PATH, enterprise=True, also=lookups_in, max_length=MAX_PASTED_LENGTH)
def inspect(visit: Visit) -> Response:
    """Explains the pasted response."""
    visitor, text = visit.visitor, visit.field("text").strip()
    connection = loaded_with(visitor.who, current().settings).connection
    if not text:
        return _render(visitor, connection, is_empty=True)
    return _render(visitor, connection, text, current().inspector.inspect(connection, text, current().clock()))


def _render(
    visitor: BrowserSession,
    connection: Connection,
    text: str = "",
    inspection: Inspection | None = None,
    *,
    is_empty: bool = False,
) -> Response:
    code = inspection.code if inspection else None
    words = localize_refusal(code, connection.provider, inspection.checks) if inspection and code else None
    assertion = inspection.assertion if inspection else None
    return page(
        "inspector.html",
        visitor,
        status=422 if is_empty else 200,
        connection=connection,
        text=text if len(text) <= MAX_TEXT_LENGTH else "",
        inspection=inspection,
        words=words,
        is_empty=is_empty,
        name=name_of(assertion, connection) if assertion else None,
        sources=_sources(connection),
    )


def _sources(connection: Connection) -> dict[str, str]:
    """Returns attribute name → the user field that it can provide."""
    mapping = connection.attribute_mapping
    fields = ("groups", "last_name", "first_name", "email")
    return {name: field for field in fields for name in getattr(mapping, field)}
