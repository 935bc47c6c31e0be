"""The result of a test sign-in: all checks of a real one run, but only the result is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import PendingAuditEvent
from chalicelib.aws.transaction import Write, as_check
from chalicelib.connections.events import connection_tested, connection_verified
from chalicelib.connections.model import Connection, LastTest
from chalicelib.connections.store import record_test
from chalicelib.errors import SignInRefused, Stale
from chalicelib.organizations.model import summary_of
from chalicelib.organizations.store import put_connection_summary
from chalicelib.saml.assertion import Assertion
from chalicelib.sign_in.authn_state import PendingRequest, RequestPurpose
from chalicelib.sign_in.provisioning import ResolvedUser
from chalicelib.sign_in.sign_in_writes import consume_once
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt


@dataclass(frozen=True, slots=True)
class ConnectionTestResult:
    """The result as shown to the tester.

    Attributes:
        assertion: the verified assertion, for the page only; never stored. None if nothing was verified.
        email: the verified address, if any.
        by_guest: the test was started with a setup link.
    """

    attempt: Attempt
    connection: Connection
    assertion: Assertion | None = field(default=None, repr=False)
    email: str | None = None
    by_guest: bool = False


def record_success(
    table: AuditedTable,
    connection: Connection,
    pending: PendingRequest,
    assertion: Assertion,
    person: ResolvedUser,
    email: str,
    now: datetime,
) -> ConnectionTestResult:
    """Rehearses the sign-in's writes and records the success. Activates the connection if the test may prove it.

    Args:
        connection: as stored, whatever values were tested.

    Raises:
        SignInRefused: the writes of a real sign-in would fail: `saml_replayed`, `subject_mismatch`.
        Conflict: the user or connection was changed concurrently.
        Unavailable: the store did not respond.
    """
    attempt = replace(
        _attempt(connection, pending, now),
        result=AttemptResult.SUCCEEDED,
        user_id=None if person.is_new else person.user_id,
        email=email,
        checks=assertion.checks,
    )
    rehearsed = [check for check in map(as_check, person.writes) if check is not None]
    used = consume_once(connection, assertion, pending, now)
    proves = _proves(connection, pending)
    writes = (*used, *rehearsed, record_attempt(attempt))
    try:
        events = [_event(connection, attempt, pending), *([connection_verified(connection)] if proves else [])]
        table.commit(events, *writes, *_record_writes(connection, _last_test(attempt, pending), proves=proves), now=now)
    except Stale:  # the connection was just saved: the result doesn't apply to the new values
        proves = False
        noted = _record_writes(connection, _last_test(attempt, pending), proves=False)
        table.commit([_event(connection, attempt, pending)], *writes, *noted, now=now)
    tested = replace(connection, proven=connection.proven or proves)
    return ConnectionTestResult(attempt, tested, assertion, email, by_guest=not pending.may_prove)


def record_failure(
    table: AuditedTable,
    connection: Connection,
    pending: PendingRequest,
    refusal: SignInRefused,
    count: Write,
    now: datetime,
) -> ConnectionTestResult:
    """Records the failure.

    Raises:
        TooManyRequests: the limit behind `count` is reached.
        Unavailable: the store did not respond.
    """
    attempt = replace(
        _attempt(connection, pending, now), code=refusal.reason.value, email=refusal.email, checks=refusal.checks
    )
    noted = _record_writes(connection, _last_test(attempt, pending), proves=False)
    table.commit([_event(connection, attempt, pending)], record_attempt(attempt), *noted, count, now=now)
    return ConnectionTestResult(attempt, connection, refusal.assertion, refusal.email, by_guest=not pending.may_prove)


def _event(connection: Connection, attempt: Attempt, pending: PendingRequest) -> PendingAuditEvent:
    facts = {
        "attempt_id": attempt.id,
        "code": attempt.code,
        "of_pending": pending.purpose is RequestPurpose.TEST_OF_PENDING,
    }
    return connection_tested(connection, {**facts, "by_guest": not pending.may_prove})


def _attempt(connection: Connection, pending: PendingRequest, now: datetime) -> Attempt:
    return Attempt(
        id=pending.attempt_id,
        organization_id=connection.organization_id,
        connection_id=connection.id,
        created_at=now,
        result=AttemptResult.REFUSED,
        request_id=pending.id,
        is_test=True,
    )


def _last_test(attempt: Attempt, pending: PendingRequest) -> LastTest:
    return LastTest(
        attempt_id=attempt.id,
        created_at=attempt.created_at,
        code=attempt.code,
        version=pending.connection_version,
        of_pending=pending.purpose is RequestPurpose.TEST_OF_PENDING,
    )


def _proves(connection: Connection, pending: PendingRequest) -> bool:
    return (
        pending.purpose is RequestPurpose.TEST
        and pending.may_prove
        and not connection.proven
        and pending.connection_version == connection.version
    )


def _record_writes(connection: Connection, test: LastTest, *, proves: bool) -> tuple[Write, ...]:
    note = record_test(connection, test, proves=proves)
    if not proves:
        return (note,)
    return (note, put_connection_summary(connection.organization_id, summary_of(replace(connection, proven=True))))
