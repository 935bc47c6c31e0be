"""The assertion consumer service (ACS): verifies a response, resolves the user, and commits one transaction or records
a refusal.

At most two reads and one transaction, even with cold caches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.errors import Conflict, SignInRefused, SsoError, Unavailable
from chalicelib.metrics import Metric
from chalicelib.request_context import current_context
from chalicelib.return_path import safe_return_path
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession, new_session
from chalicelib.settings import Settings
from chalicelib.sign_in.acs_context import AcsContext, AcsRequest, ResolvedResponse
from chalicelib.sign_in.authn_state import PendingRequest, RequestPurpose, new_request, number_in
from chalicelib.sign_in.current_connection import StaleConnectionError, ensure_current, require_enterprise
from chalicelib.sign_in.provisioning import load, resolve_user
from chalicelib.sign_in.refusal_check import unsolicited, used_before, with_failed
from chalicelib.sign_in.rejection_rate_limit import count_refusal
from chalicelib.sign_in.replay_cache import consumed_lookup
from chalicelib.sign_in.sign_in_writes import failed_attempt, note_refusal, note_success, sign_in_record
from chalicelib.sign_in.start import (
    COOKIE_PREFIX,
    AuthnRedirect,
    SignInStart,
    has_converted_request,
    pending_request,
    require_usable,
)
from chalicelib.sign_in.user_attributes import groups_of, name_of
from chalicelib.sign_in_attempts.judgment import Judged, judge, refused_person
from chalicelib.sign_in_attempts.store import record_attempt
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

if TYPE_CHECKING:
    from chalicelib.connections.testing_result import ConnectionTestResult

_MAX_RETRIES: Final = 3


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
        context = self._load(posted, now)
        return self._sign_in(context) if context.test is None else self._test(context, context.test)

    def _load(self, posted: AcsRequest, now: datetime) -> AcsContext:
        keys = self.keys.load(now)
        pending = pending_request(posted.connection_id, posted.relay_state, posted.cookies, keys)
        connection = self.connections.get(posted.connection_id, now)
        return AcsContext(posted, connection, connection, pending, keys, now)

    def _sign_in(self, context: AcsContext) -> SignedInByAssertion | AuthnRedirect:
        """Runs the pipeline; once more if the cached connection is outdated. Records a refusal.

        A stale copy of the connection must neither admit nor refuse a user. A deleted connection's certificates are
        gone, which the refresh reports.
        """
        try:
            return self._sign_in_once(context)
        except (SignInRefused, Unavailable, StaleConnectionError) as error:
            fresh = self.connections.refresh(context.stored.id, context.now)
            if (fresh.version, fresh.status) == (context.stored.version, context.stored.status):
                raise self._failure(error, context) from error.__cause__
        context = replace(context, connection=fresh, stored=fresh)
        try:
            return self._sign_in_once(context)
        except (SignInRefused, Unavailable, StaleConnectionError) as error:
            raise self._failure(error, context) from error.__cause__

    def _sign_in_once(self, context: AcsContext) -> SignedInByAssertion | AuthnRedirect:
        judged = self._verify(context)
        try:
            for _ in range(_MAX_RETRIES - 1):
                try:
                    return self._authorize(self._resolve(context, judged), may_prove=True)
                except Conflict:
                    continue
            return self._authorize(self._resolve(context, judged), may_prove=False)
        except SignInRefused as refusal:
            raise refused_person(refusal, judged) from None

    def _test(self, context: AcsContext, test: PendingRequest) -> ConnectionTestResult:
        """Runs the pipeline against the current connection, without a session at its end. Records the result."""
        from chalicelib.connections.testing import under_test
        from chalicelib.connections.testing_result import record_failure

        stored = self.connections.refresh(context.stored.id, context.now)
        try:
            tested = under_test(stored, of_pending=test.purpose is RequestPurpose.TEST_OF_PENDING)
            return self._test_once(replace(context, connection=tested, stored=stored), test)
        except SignInRefused as refusal:
            limit = self.settings.refusals_per_minute
            count = count_refusal(stored.id, context.posted.source, context.now, limit=limit)
            return record_failure(self.table, stored, test, refusal, count, context.now)

    def _test_once(self, context: AcsContext, test: PendingRequest) -> ConnectionTestResult:
        from chalicelib.connections.testing_result import record_success

        judged = self._verify(context)
        try:
            found = self._resolve(context, judged)
            return record_success(
                self.table, context.stored, test, found.assertion, found.person, found.email, context.now
            )
        except SignInRefused as refusal:
            raise refused_person(refusal, judged) from None

    def _verify(self, context: AcsContext) -> Judged:
        """Structure, signature and checks: no call to AWS with warm caches."""
        require_usable(context.connection)
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

    def _resolve(self, context: AcsContext, judged: Judged) -> ResolvedResponse:
        """Reads the user and the organization, which must permit the sign-in."""
        connection, assertion, email = context.connection, judged.assertion, judged.email
        if context.test is not None and assertion.in_response_to is None:
            raise SignInRefused(RefusalCode.SAML_REQUEST_MISMATCH, checks=(unsolicited(context.test.id),))
        known = load(self.table, connection, assertion, email)
        if context.test is None:
            connection = ensure_current(connection, known.organization)
        else:
            require_enterprise(known.organization)
        name = name_of(assertion, connection)
        person = resolve_user(self.table, connection, assertion, email, name, known, context.now)
        return ResolvedResponse(replace(context, connection=connection), assertion, email, known.organization, person)

    def _authorize(self, found: ResolvedResponse, *, may_prove: bool) -> SignedInByAssertion | AuthnRedirect:
        """Commits the answer to a request. An unsolicited response signs in only where the connection allows it."""
        if found.assertion.in_response_to is not None:
            return self._commit(found, may_prove=may_prove)
        if found.context.connection.allow_idp_initiated:
            return self._commit(replace(found, context=replace(found.context, pending=None)), may_prove=False)
        return self._restart_sp_initiated(found.context)

    def _commit(self, found: ResolvedResponse, *, may_prove: bool) -> SignedInByAssertion:
        context, assertion = found.context, found.assertion
        connection, pending = context.connection, context.pending
        session = new_session(
            found.person.user,
            AuthenticationMethod.SAML,
            context.now,
            organization=found.organization.name,
            connection_id=connection.id,
            session_index=assertion.session_index,
            session_not_on_or_after=assertion.session_not_on_or_after,
            groups=groups_of(assertion, connection),
            present=context.present_session,
        )
        read_at = self.connections.read_at(connection.id) or context.now
        record = sign_in_record(
            connection, pending, assertion, found.person, found.email, context.now, read_at=read_at, may_prove=may_prove
        )
        self.table.commit(record.events, *record.writes, *session.writes, now=context.now)
        if record.writes_connection:
            self.connections.forget(connection.id)
        note_success(record.attempt)
        if pending is None:
            return SignedInByAssertion(session, safe_return_path(context.posted.relay_state), None)
        spent = f"{COOKIE_PREFIX}{pending.flow_id}" if pending.restarted else None
        return SignedInByAssertion(session, pending.return_path, spent, remembers=pending.remembers)

    def _restart_sp_initiated(self, context: AcsContext) -> AuthnRedirect:
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

    def _failure(self, error: SsoError | StaleConnectionError, context: AcsContext) -> SsoError:
        """Returns the error that ends the request; records a refusal."""
        if isinstance(error, StaleConnectionError):
            return Conflict("connection_changed")
        return self._record_refusal(error, context) if isinstance(error, SignInRefused) else error

    def _record_refusal(self, refusal: SignInRefused, context: AcsContext) -> SignInRefused:
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
