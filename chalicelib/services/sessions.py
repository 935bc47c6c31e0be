"""Sessions: who is at the other end of a browser's cookie."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.adapters.organizations import organization_lookup
from chalicelib.adapters.sessions import create_session, end_session, session_lookup
from chalicelib.adapters.table import Table
from chalicelib.adapters.users import user_lookup
from chalicelib.adapters.write import Write
from chalicelib.domain.actor import ActorKind
from chalicelib.domain.api_key import secret_hash
from chalicelib.domain.identifier import is_id
from chalicelib.domain.organization import Organization
from chalicelib.domain.remembered_account import RememberedAccount
from chalicelib.domain.session import AuthenticationMethod, Session, kept_groups, session_end
from chalicelib.domain.user import AddressEntry, User, UserStatus
from chalicelib.errors import NotSignedIn
from chalicelib.trace import acting


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser whose session counts: whose it is, and the secret to which its forms are bound."""

    user: User
    organization: Organization
    session: Session
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to be written, and what the browser keeps.

    Attributes:
        cookie: the session's.
        account: what the sign-in page may offer the next time.
    """

    session: Session
    cookie: str = field(repr=False)
    write: Write = field(repr=False)
    account: RememberedAccount


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins, finds and ends sessions. The cookie is `organization.user.secret`, 109 characters."""

    table: Table

    def find(self, cookie: str | None, now: datetime) -> SignedIn:
        """Who is signed in, in one strongly consistent batch of reads.

        Raises:
            NotSignedIn: no session, or one that was ended: by time, by sign-out, or because the user or the
                organization changed (the epoch differs).
            Unavailable: the store did not answer.
        """
        organization_id, user_id, secret = _parts(cookie)
        session, user, organization = self.table.read(
            session_lookup(secret_hash(secret), now),
            user_lookup(organization_id, user_id),
            organization_lookup(organization_id),
        )
        if session is None or user is None or organization is None:
            raise not_signed_in()
        if (session.organization_id, session.user_id) != (organization_id, user_id):
            raise not_signed_in()
        if organization.has_ended(session.created_at):
            raise not_signed_in()
        if not hmac.compare_digest(str(session.epoch), str(user.epoch)) or user.status is not UserStatus.ACTIVE:
            raise not_signed_in()
        acting(ActorKind.USER, user.id, user.organization_id)
        return SignedIn(user, organization, session, secret)

    def end(self, cookie: str | None) -> None:
        """Sign this browser out. A cookie that never was one is fine.

        Raises:
            Unavailable: the store did not answer; the session goes on.
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
) -> NewSession:
    """A session for this user, to be written in one transaction with what proved who they are.

    Args:
        organization: the name of the user's.
    """
    secret = secrets.token_urlsafe(32)
    user_id = user.id if isinstance(user, User) else user.user_id
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
    )
    cookie = f"{user.organization_id.removeprefix('org_')}.{user_id.removeprefix('usr_')}.{secret}"
    account = RememberedAccount(
        user.email, organization, by_sso=method is AuthenticationMethod.SAML, connection_id=connection_id
    )
    return NewSession(session, cookie, create_session(session), account)


def not_signed_in() -> NotSignedIn:
    """No session, or one that no longer counts: the same answer."""
    return NotSignedIn("not_signed_in", "Sign in first.")


def _parts(cookie: str | None) -> tuple[str, str, str]:
    parts = (cookie or "").split(".")
    if len(parts) != 3:
        raise not_signed_in()
    organization_id, user_id, secret = f"org_{parts[0]}", f"usr_{parts[1]}", parts[2]
    if not (is_id(organization_id, "org") and is_id(user_id, "usr")):
        raise not_signed_in()
    return organization_id, user_id, secret
