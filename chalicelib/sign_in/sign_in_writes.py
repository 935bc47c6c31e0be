"""The writes of a sign-in through an identity provider, and the attempt record of a refused one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.audit_log.actor import ActorKind
from chalicelib.audit_log.model import PendingAuditEvent
from chalicelib.aws.transaction import Write
from chalicelib.connections.events import connection_verified
from chalicelib.connections.model import Connection
from chalicelib.connections.store import mark_verified, update_last_sign_in
from chalicelib.errors import SignInRefused
from chalicelib.identifier import new_id
from chalicelib.metrics import Metric
from chalicelib.organizations.model import summary_of
from chalicelib.organizations.store import count_admins, require_exists, verify_and_count_admins
from chalicelib.request_context import current_context, set_actor
from chalicelib.saml.assertion import Assertion
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.authn_state import PendingRequest
from chalicelib.sign_in.provisioning import ResolvedUser
from chalicelib.sign_in.replay_cache import consume
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from chalicelib.users.events import user_signed_in

LAST_SIGN_IN_RESOLUTION: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """The writes of a sign-in without the session, and its audit events.

    Attributes:
        writes_connection: the connection is written, so cached copies are outdated. Keeping one would make every
            sign-in write the connection's item, which they all share.
    """

    attempt: Attempt
    writes: tuple[Write, ...]
    events: tuple[PendingAuditEvent, ...]
    writes_connection: bool


def sign_in_record(
    connection: Connection,
    pending: PendingRequest | None,
    assertion: Assertion,
    person: ResolvedUser,
    email: str,
    now: datetime,
    *,
    read_at: datetime,
    may_prove: bool,
) -> SignInRecord:
    """Builds all writes but the session: request, assertion, user, connection, organization and attempt.

    Args:
        pending: the request that was answered; None for an unsolicited response.
        read_at: when this copy of the connection was read.
    """
    attempt = Attempt(
        id=new_id("att", now=now),
        organization_id=connection.organization_id,
        connection_id=connection.id,
        created_at=now,
        result=AttemptResult.SUCCEEDED,
        request_id=pending.id if pending else None,
        user_id=person.user_id,
        email=email,
        idp_initiated=pending is None,
        checks=assertion.checks,
    )
    proves = (
        may_prove and pending is not None and not connection.proven and pending.connection_version == connection.version
    )
    is_due = _is_due(connection, read_at)
    effects = _proof(connection, person, now) if proves else _effects(connection, person, now, is_due=is_due)
    facts = {"method": "saml", "connection_id": connection.id, "attempt_id": attempt.id, "email": email}
    events = (*person.events, *([connection_verified(connection)] if proves else []))
    signed = user_signed_in(connection.organization_id, person.user_id, {**facts, "idp_initiated": pending is None})
    writes = (*consume_once(connection, assertion, pending, now), *person.writes, *effects, record_attempt(attempt))
    return SignInRecord(attempt, writes, (*events, signed), proves or is_due)


def failed_attempt(
    connection: Connection, pending: PendingRequest | None, refusal: SignInRefused, now: datetime
) -> Attempt:
    """Builds the attempt of a refused sign-in."""
    return Attempt(
        id=new_id("att", now=now),
        organization_id=connection.organization_id,
        connection_id=connection.id,
        created_at=now,
        result=AttemptResult.REFUSED,
        code=refusal.reason.value,
        request_id=pending.id if pending else None,
        email=refusal.email,
        claimed_email=claimed_email_of(refusal, pending),
        checks=refusal.checks,
    )


def claimed_email_of(refusal: SignInRefused, pending: PendingRequest | None) -> str | None:
    """Returns the address entered on our page, if the refusal has no signed address."""
    return pending.claimed_email if pending is not None and refusal.email is None else None


def note_success(attempt: Attempt) -> None:
    """Records a successful attempt in log and metrics."""
    set_actor(ActorKind.USER, attempt.user_id, attempt.organization_id)
    current_context().count(Metric.SIGN_IN_SUCCEEDED)
    current_context().facts["attempt_id"] = attempt.id


def note_refusal(attempt: Attempt) -> None:
    """Records a refused attempt in log and metrics."""
    current_context().count(Metric.SIGN_IN_REFUSED)
    current_context().facts |= {"attempt_id": attempt.id, "organization_id": attempt.organization_id}
    if attempt.code == RefusalCode.SAML_REPLAYED:
        current_context().count(Metric.REPLAY)


def consume_once(
    connection: Connection, assertion: Assertion, pending: PendingRequest | None, now: datetime
) -> tuple[Write, ...]:
    """Marks request and assertion as used."""
    until = assertion.expires_at + timedelta(seconds=connection.clock_skew_seconds)
    used = consume(connection.id, "assertion", assertion.id, acceptable_until=until, now=now)
    if pending is None:
        return (used,)
    return (consume(connection.id, "request", pending.id, acceptable_until=pending.expires_at, now=now), used)


def _proof(connection: Connection, person: ResolvedUser, now: datetime) -> tuple[Write, ...]:
    summary = summary_of(replace(connection, proven=True))
    return (
        mark_verified(connection, now),
        verify_and_count_admins(connection.organization_id, summary, admins=person.new_admins),
    )


def _effects(connection: Connection, person: ResolvedUser, now: datetime, *, is_due: bool) -> tuple[Write, ...]:
    """Builds the writes to connection and organization. They are minimal, because concurrent sign-ins share these
    items."""
    writes: list[Write] = []
    if person.new_admins:
        writes.append(count_admins(connection.organization_id, person.new_admins))
    elif person.is_new:
        writes.append(require_exists(connection.organization_id))
    if is_due:
        writes.append(update_last_sign_in(connection.id, now))
    return tuple(writes)


def _is_due(connection: Connection, read_at: datetime) -> bool:
    """Returns True if the last sign-in time is due for an update, as of when the copy was read: a cached copy may miss
    an update by another sign-in."""
    return connection.last_sign_in_at is None or read_at - connection.last_sign_in_at > LAST_SIGN_IN_RESOLUTION
