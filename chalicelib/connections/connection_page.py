"""The page of one connection, "Configure Single Sign-On"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chalicelib.connections.access import current_check
from chalicelib.connections.certificate_text import CertificateRefused
from chalicelib.connections.expiring import last_expiring
from chalicelib.connections.form import Entries, editable_values, stored_entries
from chalicelib.connections.model import MAX_CERTIFICATES, Connection
from chalicelib.connections.provider_guides import guides
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.framework import Response
from chalicelib.http.rendering import page
from chalicelib.i18n.catalog import has
from chalicelib.login_policy.model import LoginPolicy, is_break_glass
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.saml.service_provider import service_provider
from chalicelib.sessions.browser import BrowserSession
from chalicelib.sign_in.refusal_texts import refusal_title
from chalicelib.sign_in_attempts.model import Attempt

if TYPE_CHECKING:
    from chalicelib.idp_metadata.model import MetadataCheck
    from chalicelib.idp_metadata.service import ImportResult

RECENT: Final = 5


@dataclass(frozen=True, slots=True)
class PageMessages:
    """Messages on the page besides the connection itself.

    Attributes:
        faults: maps fields to error messages.
        stale: the values that another editor saved in the meantime.
        who: that editor.
        done: the action that just succeeded.
        refused: why the action was refused.
        found: result of parsing pasted input; not saved.
        misplaced: the field that held input meant for another field.
        pasted: content of the import field.
        policy: submitted login policy that couldn't be saved.
    """

    faults: dict[str, str] = field(default_factory=dict)
    stale: Entries | None = None
    who: str = ""
    done: str = ""
    refused: str = ""
    found: ImportResult | None = None
    misplaced: str = ""
    pasted: str = field(default="", repr=False)
    policy: LoginPolicy | None = None
    policy_stale: bool = False


def connection_cards(
    visitor: BrowserSession,
    connection: Connection,
    check: MetadataCheck | None,
    entries: Entries | None = None,
    said: PageMessages | None = None,
    status: int = 200,
) -> Response:
    """Renders the page.

    Args:
        check: the last metadata check that was read; ignored if it was of another URL.
        entries: the fields' contents; None for the stored values.
    """
    said, entries, now = said or PageMessages(), entries or stored_entries(connection), current().clock()
    return page(
        "admin_sso.html",
        visitor,
        status=status,
        to_provider=True,
        guest=None,
        expiring=[last] if (last := last_expiring(connection, now)) else [],
        metadata=current_check(connection, check),
        title_of=refusal_title,
        **values_shown(connection, entries, said),
        **_activity_values(visitor, connection, said),
    )


def values_shown(connection: Connection, entries: Entries, said: PageMessages) -> dict[str, Any]:
    """The template values for both value cards, for admins and guests alike."""
    return {
        "connection": connection,
        "entries": entries,
        "stored": stored_entries(connection),
        "said": said,
        "is_unsaved": bool(said.faults) or entries.differ_from(connection),
        "guides": guides(),
        "providers": PROVIDER_NAMES,
        "ours": service_provider(current().settings.base_url, connection.id),
        "values": editable_values(connection),
        "added": _unsaved_certificates(entries),
    }


def confirmation_in(query: str) -> str:
    """Returns the confirmation named in the query string, if it is a known one."""
    return query if has(f"connection.done.{query}") else ""


def _activity_values(visitor: BrowserSession, connection: Connection, said: PageMessages) -> dict[str, Any]:
    """Returns the affected users and the recent activity."""
    made, now, organization = current(), current().clock(), visitor.who.organization
    attempts = made.attempts.page(organization, connection.id, now, limit=RECENT, after=None).values
    return {
        "attempts": attempts,
        "tested": _last_test(visitor, connection, attempts, now),
        "reach": made.policy_impact.of(organization),
        "policy": said.policy or organization.policy,
        "is_door": lambda user: is_break_glass(user, now),
        "setup_links": made.setup_links.recent_for_admins(organization.id, now),
    }


def _last_test(
    visitor: BrowserSession, connection: Connection, recent: Sequence[Attempt], now: datetime
) -> Attempt | None:
    """Returns the last test with its checks, while they are retained; often it is one of the recent attempts."""
    if connection.last_test is None:
        return None
    attempt_id = connection.last_test.attempt_id
    if (found := next((attempt for attempt in recent if attempt.id == attempt_id), None)) is not None:
        return found
    try:
        return current().attempts.get(visitor.who.organization, connection.id, attempt_id, now)
    except NotFound:
        return None


def _unsaved_certificates(entries: Entries) -> dict[str, CertificateFacts]:
    """Returns the facts of parsed but unsaved certificates, by base64."""
    from chalicelib.connections.certificate_parsing import parse_certificates

    found: dict[str, CertificateFacts] = {}
    for text in entries.added[:MAX_CERTIFICATES]:
        try:
            found[text] = parse_certificates(text)[0].facts
        except CertificateRefused:  # can't come from the page's own form; saving reports the error
            continue
    return found
