"""Starts, finds and ends browser sessions."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.api_keys.model import secret_hash
from chalicelib.audit_log.actor import ActorKind
from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.aws.transaction import Write
from chalicelib.errors import NotSignedIn
from chalicelib.organizations.store import organization_lookup
from chalicelib.request_context import set_actor
from chalicelib.sessions.model import CONFIRMATION_LIFETIME, AuthenticationMethod, Session, kept_groups, session_end
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.sessions.signed_in import SignedInSession
from chalicelib.sessions.store import create_session, end_session, session_lookup, use_unconfirmed_session
from chalicelib.sign_in.present_session import PresentSession, split_session_cookie
from chalicelib.users.model import AddressEntry, User, UserStatus
from chalicelib.users.store import user_lookup


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to be written, and the cookies to set.

    Attributes:
        cookie: the session cookie.
        account: the account that the sign-in page may offer next time.
        ends: writes that end the same user's previous session in this browser.
    """

    session: Session
    cookie: str = field(repr=False)
    write: Write = field(repr=False)
    account: RememberedAccount
    ends: tuple[Write, ...] = field(default=(), repr=False)

    @property
    def writes(self) -> tuple[Write, ...]:
        """All writes, for one transaction."""
        return (self.write, *self.ends)

    @property
    def expires_at(self) -> datetime:
        """The end of the session."""
        return self.session.expires_at

    @property
    def needs_confirmation(self) -> bool:
        """True if it must be confirmed before it replaces another user's session."""
        return self.session.unconfirmed_until is not None

    @property
    def marker(self) -> str:
        """The value of the marker cookie, which identifies the session to the assertion consumer service."""
        return PresentSession(self.session.user_id, self.session.secret_sha256).marker


@dataclass(frozen=True, slots=True)
class Sessions:
    """Starts, finds and ends sessions. The cookie is `organization.user.secret`, 109 characters."""

    table: Table

    def find(self, cookie: str | None, now: datetime, also: Sequence[Lookup[Any]] = ()) -> SignedInSession:
        """Finds a valid session, in one strongly consistent batch of reads.

        Args:
            also: what the request needs besides, read in the same batch.

        Raises:
            NotSignedIn: there is no session, or it ended: it expired, the user signed out, the user or organization
                changed (the epoch differs), or its connection was disabled or deleted.
            Unavailable: the store did not answer.
        """
        found = self._find(cookie, now, also)
        if found.session.unconfirmed_until is not None:
            raise not_signed_in()
        set_actor(ActorKind.USER, found.user.id, found.user.organization_id)
        return found

    def find_unconfirmed(self, cookie: str | None, now: datetime) -> SignedInSession:
        """Finds the session that needs confirmation in this browser.

        Raises:
            NotSignedIn: there is none, it expired, or it was confirmed or discarded.
            Unavailable: the store did not answer.
        """
        found = self._find(cookie, now)
        if found.session.unconfirmed_until is None:
            raise not_signed_in()
        return found

    def confirm(self, waiting: SignedInSession, replaced: SignedInSession | None, now: datetime) -> NewSession:
        """Starts the confirmed session under a new secret and ends the one that it replaces, in one transaction.

        Raises:
            Conflict: it was already confirmed.
            Unavailable: the store did not answer.
        """
        was = waiting.session
        session = new_session(
            waiting.user,
            was.method,
            now,
            organization=waiting.organization.name,
            connection_id=was.connection_id,
            session_index=was.session_index,
            session_not_on_or_after=was.expires_at,
            groups=was.groups,
        )
        ends = [end_session(replaced.session.secret_sha256)] if replaced is not None else []
        self.table.write(use_unconfirmed_session(was), session.write, *ends)
        return session

    def _find(self, cookie: str | None, now: datetime, also: Sequence[Lookup[Any]] = ()) -> SignedInSession:
        organization_id, user_id, secret = _parts(cookie)
        lookups: list[Lookup[Any]] = [
            session_lookup(secret_hash(secret), now),
            user_lookup(organization_id, user_id),
            organization_lookup(organization_id),
        ]
        session, user, organization, *found = self.table.read_all([*lookups, *also])
        if session is None or user is None or organization is None:
            raise not_signed_in()
        if (session.organization_id, session.user_id) != (organization_id, user_id):
            raise not_signed_in()
        if organization.has_ended(session.created_at):
            raise not_signed_in()
        if session.connection_id and organization.has_ended_by_connection(session.connection_id, session.created_at):
            raise not_signed_in()
        if not hmac.compare_digest(str(session.epoch), str(user.epoch)) or user.status is not UserStatus.ACTIVE:
            raise not_signed_in()
        return SignedInSession(user, organization, session, secret, tuple(found))

    def end(self, cookie: str | None) -> None:
        """Ends this browser's session. A malformed cookie is ignored.

        Raises:
            Unavailable: the store did not answer; the session stays valid.
        """
        try:
            _, _, secret = _parts(cookie)
        except NotSignedIn:
            return
        self.table.write(end_session(secret_hash(secret)))


def new_session(
    user: User | AddressEntry,
    method: AuthenticationMethod,
    now: datetime,
    *,
    organization: str = "",
    connection_id: str | None = None,
    session_index: str | None = None,
    session_not_on_or_after: datetime | None = None,
    groups: Sequence[str] = (),
    present: PresentSession | None = None,
) -> NewSession:
    """Creates a session for this user, to be written in the transaction of the sign-in.

    Args:
        organization: the name of the user's organization.
        present: the browser's existing session. The same user's ends; another user's stays, and the new one needs
            confirmation.
    """
    secret, user_id = secrets.token_urlsafe(32), user.id if isinstance(user, User) else user.user_id
    session = Session(
        secret_sha256=secret_hash(secret),
        organization_id=user.organization_id,
        user_id=user_id,
        method=method,
        epoch=user.epoch,
        created_at=now,
        expires_at=session_end(now, session_not_on_or_after),
        connection_id=connection_id,
        session_index=session_index,
        groups=kept_groups(groups),
        unconfirmed_until=now + CONFIRMATION_LIFETIME if present and present.user_id != user_id else None,
    )
    cookie = f"{user.organization_id.removeprefix('org_')}.{user_id.removeprefix('usr_')}.{secret}"
    by_sso = method is AuthenticationMethod.SAML
    account = RememberedAccount(user.email, organization, by_sso=by_sso, connection_id=connection_id)
    ends = (end_session(present.secret_sha256),) if present is not None and present.user_id == user_id else ()
    return NewSession(session, cookie, create_session(session), account, ends)


def not_signed_in() -> NotSignedIn:
    """Returns the error for a missing and for an invalid session: they are indistinguishable."""
    return NotSignedIn("not_signed_in")


def _parts(cookie: str | None) -> tuple[str, str, str]:
    parts = split_session_cookie(cookie)
    if parts is None:
        raise not_signed_in()
    return parts
