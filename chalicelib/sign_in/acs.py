"""The assertion consumer service (ACS): verifies a response, resolves the user, and commits one transaction or records
a refusal.

At most two reads and one transaction, even with cold caches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.model import Connection
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.errors import Conflict, SignInRefused, Unavailable
from chalicelib.metrics import Metric
from chalicelib.request_context import current_context
from chalicelib.return_path import safe_return_path
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession, new_session
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import PendingRequest, RequestPurpose, new_request, number_in
from chalicelib.sign_in.current_connection import StaleConnectionError, ensure_current, require_enterprise
from chalicelib.sign_in.present_session import UNKNOWN_SESSION, PresentSession
from chalicelib.sign_in.provisioning import ResolvedUser, load, resolve_user
from chalicelib.sign_in.refusal_check import unsolicited, used_before, with_failed
from chalicelib.sign_in.rejection_rate_limit import count_refusal
from chalicelib.sign_in.replay_cache import consumed_lookup
from chalicelib.sign_in.start import (
    COOKIE_PREFIX,
    AuthnRedirect,
    SignInStart,
    has_converted_request,
    pending_request,
    require_usable,
)
from chalicelib.sign_in.transaction import failed_attempt, note_refusal, note_success, sign_in_record
from chalicelib.sign_in.user_attributes import groups_of, name_of
from chalicelib.sign_in_attempts.judgment import Judged, judge, refused_person
from chalicelib.sign_in_attempts.store import record_attempt
from chalicelib.signing_keys.model import DeploymentKeys
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

if TYPE_CHECKING:
    from chalicelib.connections.testing_result import ConnectionTestResult

_MAX_RETRIES: Final = 3


@dataclass(frozen=True, slots=True)
class AcsRequest:
    """One POST to the ACS.

    Attributes:
        source: the gateway's source address, for the rejection rate limit.
        navigating: the request is a top-level navigation, so the flow may be restarted with a redirect.
        present: the browser's existing session, according to its cookies.
    """

    connection_id: str
    response: UnverifiedResponse = field(repr=False)
    relay_state: str | None
    cookies: Mapping[str, str] = field(repr=False)
    source: str
    navigating: bool
    present: PresentSession | None = None


@dataclass(frozen=True, slots=True)
class SignedInByAssertion:
    """The new session and the response's redirect target.

    Attributes:
        spent_cookie: the cookie to delete. Other request cookies stay until they expire: a second post of the same
            response still finds its return path.
        remembers: the sign-in page may offer this account next time.
    """

    session: NewSession
    return_path: str
    spent_cookie: str | None
    remembers: bool = False


@dataclass(frozen=True, slots=True)
class _AcsContext:
    """One POST with everything it is validated against."""

    posted: AcsRequest
    connection: Connection
    pending: PendingRequest | None
    keys: DeploymentKeys
    now: datetime
    organization: str = ""


@dataclass(frozen=True, slots=True)
class AssertionConsumer:
    """Processes SAML responses from identity providers."""

    table: AuditedTable
    connections: ConnectionCache
    certificates: CertificateSecrets
    keys: DeploymentKeysSecret
    start: SignInStart
    settings: Settings

    def consume(self, posted: AcsRequest, now: datetime) -> SignedInByAssertion | AuthnRedirect | ConnectionTestResult:
        """Signs a user in, restarts a valid unsolicited response as our own request, or completes a connection test.

        Raises:
            SignInRefused: with its attempt recorded.
            NotFound: no such connection.
            Conflict: concurrent changes of the user or connection exhausted the retries.
            TooManyRequests: too many refusals from this source.
            Unavailable: AWS did not answer; nothing was written.
        """
        keys = self.keys.load(now)
        pending = pending_request(posted.connection_id, posted.relay_state, posted.cookies, keys)
        connection = self.connections.get(posted.connection_id, now)
        context = _AcsContext(posted, connection, pending, keys, now)
        if pending is not None and pending.purpose is not RequestPurpose.SIGN_IN:
            return self._complete_test(context, pending)
        try:
            try:
                return self._sign_in(context)
            except (SignInRefused, Unavailable, StaleConnectionError):
                # A stale copy of the connection must neither admit nor refuse a user. A deleted connection's
                # certificates are gone, which the refresh reports.
                fresh = self.connections.refresh(posted.connection_id, now)
                if (fresh.version, fresh.status) == (connection.version, connection.status):
                    raise
                context = replace(context, connection=fresh)
                return self._sign_in(context)
        except SignInRefused as refusal:
            raise self._record_failure(refusal, context) from None
        except StaleConnectionError:
            raise Conflict("connection_changed") from None

    def _sign_in(self, context: _AcsContext) -> SignedInByAssertion | AuthnRedirect:
        connection = context.connection
        require_usable(connection)
        judged = self._judge(context)
        assertion, email = judged.assertion, judged.email
        try:
            for _ in range(_MAX_RETRIES - 1):
                try:
                    return self._authorize(context, assertion, email, may_prove=True)
                except Conflict:
                    continue
            return self._authorize(context, assertion, email, may_prove=False)
        except SignInRefused as refusal:
            raise refused_person(refusal, judged) from None

    def _judge(self, context: _AcsContext) -> Judged:
        judged = judge(
            context.posted.response,
            context.connection,
            certificates=self.certificates.load_available(context.connection),
            decryption_keys=context.keys.decryption.all,
            pending=context.pending,
            settings=self.settings,
            now=context.now,
        )
        current_context().count(Metric.CLOCK_SKEW, abs(judged.assertion.clock_difference))
        return judged

    def _complete_test(self, context: _AcsContext, pending: PendingRequest) -> ConnectionTestResult:
        """Completes a test: validated like a sign-in, against the current connection, but without a session."""
        from chalicelib.connections.testing import under_test
        from chalicelib.connections.testing_result import record_failure

        stored, now = self.connections.refresh(context.posted.connection_id, context.now), context.now
        try:
            tested = under_test(stored, of_pending=pending.purpose is RequestPurpose.TEST_OF_PENDING)
            require_usable(tested)
            return self._pass_test(replace(context, connection=tested), stored, pending)
        except SignInRefused as refusal:
            count = count_refusal(stored.id, context.posted.source, now, limit=self.settings.refusals_per_minute)
            return record_failure(self.table, stored, pending, refusal, count, now)

    def _pass_test(self, context: _AcsContext, stored: Connection, pending: PendingRequest) -> ConnectionTestResult:
        from chalicelib.connections.testing_result import record_success

        judged = self._judge(context)
        tested, now, assertion, email = context.connection, context.now, judged.assertion, judged.email
        try:
            _require_answer(assertion, pending)
            known = load(self.table, tested, assertion, email)
            require_enterprise(known.organization)
            person = resolve_user(self.table, tested, assertion, email, name_of(assertion, tested), known, now)
            return record_success(self.table, stored, pending, assertion, person, email, now)
        except SignInRefused as refusal:
            raise refused_person(refusal, judged) from None

    def _authorize(
        self, context: _AcsContext, assertion: Assertion, email: str, *, may_prove: bool
    ) -> SignedInByAssertion | AuthnRedirect:
        connection, now = context.connection, context.now
        known = load(self.table, connection, assertion, email)
        connection = ensure_current(connection, known.organization)
        context = replace(context, connection=connection, organization=known.organization.name)
        name = name_of(assertion, connection)
        person = resolve_user(self.table, connection, assertion, email, name, known, now)
        if assertion.in_response_to is not None:
            return self._commit(context, assertion, person, email, may_prove=may_prove)
        if connection.allow_idp_initiated:
            return self._commit(replace(context, pending=None), assertion, person, email, may_prove=False)
        return self._restart_sp_initiated(context)

    def _commit(
        self, context: _AcsContext, assertion: Assertion, person: ResolvedUser, email: str, *, may_prove: bool
    ) -> SignedInByAssertion:
        connection, pending = context.connection, context.pending
        session = new_session(
            person.user,
            AuthenticationMethod.SAML,
            context.now,
            organization=context.organization,
            connection_id=connection.id,
            session_index=assertion.session_index,
            session_not_on_or_after=assertion.session_not_on_or_after,
            groups=groups_of(assertion, connection),
            present=_present_session(context),
        )
        read_at = self.connections.read_at(connection.id) or context.now
        record = sign_in_record(
            connection, pending, assertion, person, email, context.now, read_at=read_at, may_prove=may_prove
        )
        self.table.commit(record.events, *record.writes, *session.writes, now=context.now)
        if record.writes_connection:
            self.connections.forget(connection.id)
        note_success(record.attempt)
        if pending is None:
            return SignedInByAssertion(session, safe_return_path(context.posted.relay_state), None)
        spent = f"{COOKIE_PREFIX}{pending.flow_id}" if pending.restarted else None
        return SignedInByAssertion(session, pending.return_path, spent, remembers=pending.remembers)

    def _restart_sp_initiated(self, context: _AcsContext) -> AuthnRedirect:
        """Restarts a valid unsolicited response as a sign-in of our own; the identity provider answers it at once.

        This prevents login CSRF, because our request is bound to this browser. It never happens twice in a row: a
        response to the new request without InResponseTo is refused.
        """
        posted, connection, keys = context.posted, context.connection, context.keys
        answers_ours = number_in(posted.relay_state or "", connection.id, keys.cookies.all) is not None
        if answers_ours or has_converted_request(connection.id, posted.cookies, keys):
            asked = context.pending.id if context.pending else None
            raise SignInRefused(RefusalCode.SAML_REQUEST_MISMATCH, checks=(unsolicited(asked),))
        if not posted.navigating:
            raise SignInRefused(RefusalCode.SAML_NO_REQUEST, checks=(unsolicited(None),))
        return_path = safe_return_path(posted.relay_state)
        request = new_request(connection.id, connection.version, return_path, context.now, converted=True)
        return self.start.send(connection, request, posted.cookies, context.now)

    def _record_failure(self, refusal: SignInRefused, context: _AcsContext) -> SignInRefused:
        connection, now = context.connection, context.now
        if refusal.reason is RefusalCode.SAML_NO_REQUEST and refusal.assertion_id is not None:
            # The second post of a used response has no request cookie, because that was deleted: it is a replay.
            (used,) = self.table.read(consumed_lookup(connection.id, "assertion", refusal.assertion_id, now))
            if used:
                checks = with_failed(refusal.checks, (used_before(refusal.assertion_id),))
                refusal = refusal.having(reason=RefusalCode.SAML_REPLAYED, checks=checks)
        attempt = failed_attempt(connection, context.pending, refusal, now)
        count = count_refusal(connection.id, context.posted.source, now, limit=self.settings.refusals_per_minute)
        self.table.write(record_attempt(attempt), count)
        note_refusal(attempt)
        return refusal.having(provider=connection.provider, attempt=attempt)


def _present_session(context: _AcsContext) -> PresentSession | None:
    """Returns the session that the new one may replace only after a confirmation.

    The cookies of a cross-site POST do not prove that there is none: a browser may lack the marker. An answer to a
    request of ours carries what the start of the sign-in saw. Every other answer waits until the browser has come to
    our own site, where the session cookie is visible.
    """
    posted, pending = context.posted, context.pending
    if pending is None or pending.restarted:
        return UNKNOWN_SESSION
    return posted.present or (UNKNOWN_SESSION if pending.began_signed_in else None)


def _require_answer(assertion: Assertion, pending: PendingRequest) -> None:
    if assertion.in_response_to is None:
        raise SignInRefused(RefusalCode.SAML_REQUEST_MISMATCH, checks=(unsolicited(pending.id),))
