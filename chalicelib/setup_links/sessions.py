"""Guest sessions of setup links. Guests propose and test values; nothing they do takes effect directly.

A guest's values are saved as pending, even on a draft. If they took effect, the identity provider that the guest chose
could sign in as an admin. An admin or an API key applies them.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.api_keys.model import secret_hash
from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action, PendingAuditEvent
from chalicelib.aws.transaction import Write
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.events import connection_created
from chalicelib.connections.model import Connection
from chalicelib.connections.pending import PendingConfiguration
from chalicelib.connections.service import Connections
from chalicelib.connections.testing import ConnectionTestOffer, ConnectionTests
from chalicelib.errors import NotFound
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.request_context import set_actor
from chalicelib.setup_links.events import setup_link_event
from chalicelib.setup_links.model import SetupLink, SetupLinkStatus
from chalicelib.setup_links.service import note_setup_link, setup_code
from chalicelib.setup_links.store import (
    finish_setup_link,
    open_setup_link,
    setup_link_is_void,
    setup_link_lookup,
    use_setup_link,
)


@dataclass(frozen=True, slots=True)
class SetupSession:
    """A valid guest session, the objects it is about, and the secret that its CSRF tokens are derived from."""

    link: SetupLink
    organization: Organization
    connection: Connection
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSetupSession:
    """A new guest session and its cookie value."""

    link: SetupLink
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetupSessions:
    """Opens setup links and does what their guests may do.

    Every method raises NotFound (`setup_link_is_void`) if the link or session is invalid or has ended, NotAllowed
    (`enterprise_plan_required`) after a downgrade, and Unavailable if AWS did not respond.
    """

    table: AuditedTable
    configurations: Connections
    pending_values: PendingConfiguration
    connection_tests: ConnectionTests

    def peek(self, code: str, now: datetime) -> tuple[SetupLink, Organization]:
        """Looks up a link without consuming it, because mail scanners follow links."""
        link, organization, secret = self._find(code, now)
        _require_secret(link.code_sha256, secret)
        return link, organization

    def open(self, code: str, source: str, now: datetime) -> NewSetupSession:
        """Consumes the link and starts the guest session. Only one of several concurrent requests succeeds.

        Args:
            source: the source address of the request, shown to the organization's admins.

        Raises:
            Conflict: `connection_limit`: the draft would exceed the limit.
        """
        link, _ = self.peek(code, now)
        secret = secrets.token_urlsafe(32)
        opened = replace(link, code_sha256=None, guest_sha256=secret_hash(secret), opened_at=now, opened_from=source)
        writes, drafts = list[Write](), list[PendingAuditEvent]()
        if link.connection_id is None:
            draft = self.configurations.new_draft(link.organization_id, now=now)
            opened = replace(opened, connection_id=draft.id)
            writes = [*self.configurations.new_writes(draft)]
            drafts = [replace(connection_created(draft), actor=Actor(ActorKind.SETUP_LINK, link.id))]
        else:
            self._connection(link)
        events = [setup_link_event(Action.SETUP_LINK_OPENED, opened), *drafts]
        self.table.commit(events, open_setup_link(link, opened), *writes, now=now)
        note_setup_link("opened", opened)
        return NewSetupSession(opened, setup_code(opened, secret))

    def find(self, cookie: str | None, now: datetime) -> SetupSession:
        """Returns the guest session of a cookie."""
        link, organization, secret = self._find(cookie or "", now)
        _require_secret(link.guest_sha256, secret)
        set_actor(ActorKind.SETUP_LINK, link.id, link.organization_id)
        return SetupSession(link, organization, self._connection(link), secret)

    def propose(self, guest: SetupSession, changes: ConnectionChanges, seen_version: int, now: datetime) -> Connection:
        """Saves the guest's input as pending values. Fields that aren't part of pending values
        (`IdentityProviderValues`) are ignored, except the provider, which is saved if the connection was never active.

        Raises:
            Invalid: invalid fields.
            Stale: the connection changed since it was read.
        """
        connection = guest.connection
        allowed = ConnectionChanges()
        if "identity_provider_url" in changes:
            allowed["identity_provider_url"] = changes["identity_provider_url"]
        if "identity_provider_issuer" in changes:
            allowed["identity_provider_issuer"] = changes["identity_provider_issuer"]
        if "metadata_url" in changes:
            allowed["metadata_url"] = changes["metadata_url"]
        if "x509_certificates" in changes:
            allowed["x509_certificates"] = changes["x509_certificates"]
        if "sign_requests" in changes:
            allowed["sign_requests"] = changes["sign_requests"]
        if "request_binding" in changes:
            allowed["request_binding"] = changes["request_binding"]
        if "metadata_binding" in changes:
            allowed["metadata_binding"] = changes["metadata_binding"]
        was_ever_active = connection.proven or connection.was_active
        saved = self.pending_values.propose(
            connection,
            allowed,
            seen_version,
            now,
            provider=None if was_ever_active else changes.get("provider"),
            by_guest=True,
            together_with=(use_setup_link(guest.link, now),),
        )
        note_setup_link("used", guest.link)
        return saved

    def offer_test(self, guest: SetupSession, now: datetime) -> ConnectionTestOffer:
        """Creates a test of the pending values, never of the current ones. Its success doesn't activate anything.

        Raises:
            SignInRefused: the values are incomplete, or the connection is disabled.
        """
        return self.connection_tests.offer(guest.connection, now, of_pending=True, may_prove=False)

    def finish(self, guest: SetupSession, now: datetime) -> None:
        """Ends the session and the link."""
        event = setup_link_event(Action.SETUP_LINK_FINISHED, guest.link)
        self.table.commit([event], finish_setup_link(guest.link, now), now=now)
        note_setup_link("finished", guest.link)

    def _find(self, code: str, now: datetime) -> tuple[SetupLink, Organization, str]:
        organization_id, link_id, secret = _parts(code)
        link, organization = self.table.read(
            setup_link_lookup(organization_id, link_id, now), organization_lookup(organization_id)
        )
        if link is None or organization is None:
            raise setup_link_is_void()
        if link.status(now) not in (SetupLinkStatus.UNOPENED, SetupLinkStatus.OPENED):
            raise setup_link_is_void()
        return link, organization, secret

    def _connection(self, link: SetupLink) -> Connection:
        try:
            return self.configurations.get(link.organization_id, link.connection_id or "")
        except NotFound as error:
            raise setup_link_is_void() from error


def _require_secret(stored_sha256: str | None, secret: str) -> None:
    if stored_sha256 is None or not hmac.compare_digest(stored_sha256, secret_hash(secret)):
        raise setup_link_is_void()


def _parts(code: str) -> tuple[str, str, str]:
    parts = code.split(".")
    if len(parts) != 3:
        raise setup_link_is_void()
    organization_id, link_id, secret = f"org_{parts[0]}", f"link_{parts[1]}", parts[2]
    if not (is_id(organization_id, "org") and is_id(link_id, "link")):
        raise setup_link_is_void()
    return organization_id, link_id, secret
