"""The attribute mapping of a connection: the page, and the one-click choice of an attribute received in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from chalicelib.connections.access import loaded_with, lookups_in
from chalicelib.connections.last_change import last_changed_by
from chalicelib.connections.model import MAPPED_FIELDS, AttributeMapping, Connection
from chalicelib.connections.testing import result_token_name
from chalicelib.container import current
from chalicelib.decimal_number import parse_decimal
from chalicelib.errors import Invalid, NotFound, Stale
from chalicelib.http.browser_session import form_out_of_date, is_token_of, posted_fields
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import t
from chalicelib.sessions.browser import BrowserSession, Visit

connection_mapping = Blueprint(__name__)

MAX_NAMES: Final = 20
MAX_NAME_LENGTH: Final = 256
CLICKABLE: Final = timedelta(hours=1)
_PATH: Final = "/admin/sso/{connection_id}/mapping"


@admin_page(connection_mapping, "GET", _PATH, enterprise=True, also=lookups_in)
def mapping_page(visit: Visit) -> Response:
    """Renders the candidate names of each field."""
    connection = loaded_with(visit.visitor.who, current().settings).connection
    return _render(visit.visitor, connection, _texts(connection.attribute_mapping))


@admin_page(connection_mapping, "POST", _PATH, enterprise=True, also=lookups_in, own_token=True)
def change_mapping(visit: Visit) -> Response:
    """Saves the mapping, restores the defaults, or puts a test's attribute first."""
    form = {name: values[-1] for name, values in posted_fields(visit.request).items()}
    visitor, connection = visit.visitor, loaded_with(visit.visitor.who, current().settings).connection
    if form.get("do") == "map":
        return _prefer_attribute(visitor, connection, form)
    if not visitor.knows(form.get("form_token", "")):
        raise form_out_of_date()
    usual = form.get("do") == "reset"
    texts = _texts(AttributeMapping()) if usual else {name: form.get(name, "") for name in MAPPED_FIELDS}
    return _save(visitor, connection, texts, form.get("version", ""))


def _prefer_attribute(visitor: BrowserSession, connection: Connection, form: Mapping[str, str]) -> Response:
    """Moves one attribute to the first place."""
    attempt_id, field, name = form.get("attempt_id", ""), form.get("field", ""), form.get("attribute", "")
    if not is_token_of(result_token_name(connection.id, attempt_id), form.get("form_token", "")):
        raise form_out_of_date()
    _require_recent_test(visitor, connection, attempt_id, current().clock())
    if field not in MAPPED_FIELDS or not name:
        raise NotFound
    before: tuple[str, ...] = getattr(connection.attribute_mapping, field)
    names = (name, *(other for other in before if other != name))[:MAX_NAMES]
    texts = _texts(connection.attribute_mapping) | {field: "\n".join(names)}
    return _save(visitor, connection, texts, str(connection.version))


def _save(visitor: BrowserSession, connection: Connection, texts: dict[str, str], version: str) -> Response:
    names = {field: [line.strip() for line in text.splitlines() if line.strip()] for field, text in texts.items()}
    faults = {field: fault for field, given in names.items() if (fault := _fault(field, given))}
    if faults:
        return _render(visitor, connection, texts, faults=faults, status=422)
    seen = parse_decimal(version)
    if seen is None:
        raise Invalid("bad_request")
    made = current()
    try:
        made.connections.change(connection, {"attribute_mapping": dict(names)}, seen, made.clock())
    except Stale:
        latest = made.connections.get(connection.organization_id, connection.id)
        return _render(visitor, latest, texts, stale_by=last_changed_by(latest), status=412)
    return redirect(f"/admin/sso/{connection.id}", done="mapping")


def _fault(field: str, names: list[str]) -> str:
    if field == "email" and not names:
        return t("connection.mapping.email_needed")
    if len(names) > MAX_NAMES:
        return t("connection.mapping.too_many", most=MAX_NAMES)
    if any(len(name) > MAX_NAME_LENGTH for name in names):
        return t("connection.mapping.too_long", most=MAX_NAME_LENGTH)
    return ""


def _render(
    visitor: BrowserSession,
    connection: Connection,
    texts: dict[str, str],
    *,
    faults: dict[str, str] | None = None,
    stale_by: str = "",
    status: int = 200,
) -> Response:
    return page(
        "connection/mapping.html",
        visitor,
        status=status,
        connection=connection,
        texts=texts,
        stored=_texts(connection.attribute_mapping),
        faults=faults or {},
        stale_by=stale_by,
    )


def _texts(mapping: AttributeMapping) -> dict[str, str]:
    return {field: "\n".join(getattr(mapping, field)) for field in MAPPED_FIELDS}


def _require_recent_test(visitor: BrowserSession, connection: Connection, attempt_id: str, now: datetime) -> None:
    attempt = current().attempts.get(visitor.who.organization, connection.id, attempt_id, now)
    if not attempt.is_test or now - attempt.created_at > CLICKABLE:
        raise form_out_of_date()
