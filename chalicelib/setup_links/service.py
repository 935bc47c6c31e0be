"""Creates, lists and revokes setup links."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from chalicelib.api_keys.model import secret_hash
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action
from chalicelib.aws.dynamodb import Page
from chalicelib.connections.service import Connections
from chalicelib.errors import FieldError, Invalid, NotFound
from chalicelib.i18n.message import message
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import is_id, new_id
from chalicelib.organizations.store import require_exists
from chalicelib.setup_links.events import setup_link_event
from chalicelib.setup_links.model import HOURS_DEFAULT, SetupLink, SetupLinkStatus
from chalicelib.setup_links.store import create_setup_link, revoke_setup_link, setup_link_lookup, setup_links_of

_LOG: Final = logging.getLogger("gatehouse")
_TOLD_FOR: Final = timedelta(days=7)
_MAX_RECENT: Final = 5


@dataclass(frozen=True, slots=True)
class NewSetupLink:
    """A link's record and its URL, which can't be retrieved again."""

    link: SetupLink
    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetupLinks:
    """Creates, finds and revokes setup links. Callers must have authorized the actor.

    Every method raises Unavailable if the store did not respond.
    """

    table: AuditedTable
    configurations: Connections
    base_url: str

    def create(
        self,
        organization_id: str,
        *,
        created_by: str,
        now: datetime,
        connection_id: str | None = None,
        hours: int = HOURS_DEFAULT,
        receipt: IdempotencyRecord | None = None,
    ) -> NewSetupLink:
        """Creates a link to a connection, or to a draft that is created when the link is opened.

        Args:
            hours: lifetime, 1 to `MAX_HOURS`.

        Raises:
            Invalid: the organization has no such connection.
            NotAllowed: `enterprise_plan_required`.
            NotFound: no such organization.
        """
        self._require_connection(organization_id, connection_id)
        secret = secrets.token_urlsafe(32)
        link = SetupLink(
            id=new_id("link", now=now),
            organization_id=organization_id,
            connection_id=connection_id,
            created_by=created_by,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
            code_sha256=secret_hash(secret),
        )
        settled = [complete(receipt, link.id)] if receipt else []
        event = setup_link_event(Action.SETUP_LINK_CREATED, link)
        self.table.commit([event], create_setup_link(link), require_exists(organization_id), *settled, now=now)
        note_setup_link("created", link)
        return NewSetupLink(link, f"{self.base_url}/setup/{setup_code(link, secret)}")

    def get(self, organization_id: str, link_id: str, now: datetime) -> SetupLink:
        """Returns a link's record, including one that has ended.

        Raises:
            NotFound: there is no such link.
        """
        if not (is_id(organization_id, "org") and is_id(link_id, "link")):
            raise NotFound
        (link,) = self.table.read(setup_link_lookup(organization_id, link_id, now))
        if link is None:
            raise NotFound
        return link

    def page(self, organization_id: str, now: datetime, *, limit: int, after: str | None = None) -> Page[SetupLink]:
        """Lists the organization's links, newest first. Ended ones are kept for 30 days."""
        return self.table.page(setup_links_of(organization_id, now), limit=limit, after=after)

    def recent_for_admins(self, organization_id: str, now: datetime) -> tuple[SetupLink, ...]:
        """Lists links that are open or were opened, for the organization's admins, until a week after they end."""
        newest = self.page(organization_id, now, limit=_MAX_RECENT * 4).values
        return tuple(link for link in newest if _is_recent(link, now))[:_MAX_RECENT]

    def revoke(self, organization_id: str, link_id: str, now: datetime) -> None:
        """Revokes the link and its guest session immediately.

        Raises:
            NotFound: there is no such link, or it has already ended.
        """
        link = self.get(organization_id, link_id, now)
        event = setup_link_event(Action.SETUP_LINK_REVOKED, link)
        self.table.commit([event], revoke_setup_link(organization_id, link_id, now), now=now)
        note_setup_link("revoked", link)

    def _require_connection(self, organization_id: str, connection_id: str | None) -> None:
        if connection_id is None:
            self.configurations.list(organization_id)
            return
        try:
            self.configurations.get(organization_id, connection_id)
        except NotFound as error:
            detail = message("problem.field.unknown_connection")
            where = FieldError("/connection_id", "unknown_connection", detail)
            raise Invalid("invalid_request", detail, errors=(where,)) from error


def setup_code(link: SetupLink, secret: str) -> str:
    """Encodes the organization, the link and the secret of the link or of its session."""
    return f"{link.organization_id.removeprefix('org_')}.{link.id.removeprefix('link_')}.{secret}"


def note_setup_link(event: str, link: SetupLink) -> None:
    """Logs an event of a setup link."""
    facts = {
        "event": event,
        "link_id": link.id,
        "organization_id": link.organization_id,
        "connection_id": link.connection_id,
        "opened_from": link.opened_from,
    }
    _LOG.info("setup_link.changed %s", facts)


def _is_recent(link: SetupLink, now: datetime) -> bool:
    if link.status(now) in (SetupLinkStatus.UNOPENED, SetupLinkStatus.OPENED):
        return True
    ended_at = link.ended_at or link.expires_at
    return link.opened_at is not None and now - ended_at < _TOLD_FOR
