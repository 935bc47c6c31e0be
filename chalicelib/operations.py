"""The operations of /v1 and the health check, for the OpenAPI document. A test compares them with the routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.api_keys.model import Scope
from chalicelib.api_keys.schemas import ApiKeyAnswer, ApiKeyCreate, NewApiKeyAnswer
from chalicelib.audit_log.schemas import AuditEventAnswer
from chalicelib.connections.pending_schemas import PendingPut
from chalicelib.connections.schemas import ConnectionAnswer, ConnectionChange, ConnectionCreate
from chalicelib.connections.testing_schemas import ConnectionTestAnswer, ConnectionTestBody
from chalicelib.http.operation_ids import OPERATION_IDS
from chalicelib.http.schemas import HealthAnswer, ListAnswer, RequestModel, ResponseModel
from chalicelib.idp_metadata.schemas import Approval, ImportAnswer, ImportBody
from chalicelib.login_policy.schemas import DecisionAnswer, LoginPolicyAnswer, LoginPolicyPut, PolicyCheck
from chalicelib.organizations.schemas import OrganizationAnswer, OrganizationChange, OrganizationCreate
from chalicelib.sessions.schemas import SessionAnswer
from chalicelib.setup_links.schemas import NewSetupLinkAnswer, SetupLinkAnswer, SetupLinkCreate
from chalicelib.sign_in_attempts.schemas import AttemptAnswer
from chalicelib.users.schemas import InvitationAnswer, UserAnswer, UserChange, UserCreate


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        answer: model of the response body; None if there is none.
        other_status: a second success status, without a documented body.
        is_created: accepts an Idempotency-Key.
        is_matched: requires If-Match.
        has_etag: the response has an ETag.
        query: filters; `from` and `to` are timestamps.
        content: media type of a response that isn't JSON.
        callers: description of the permitted callers.
    """

    method: str
    path: str
    summary: str
    status: int = 200
    body: type[RequestModel] | None = None
    answer: type[ResponseModel] | None = None
    other_status: int | None = None
    is_created: bool = False
    is_matched: bool = False
    has_etag: bool = False
    query: tuple[str, ...] = ()
    content: str | None = None
    callers: str = "Deployment key, organization key, organization's admin."

    @property
    def id(self) -> str:
        """The operation ID, which SDK generators use as the method name."""
        return OPERATION_IDS[self.method, self.path]

    @property
    def scope(self) -> Scope | None:
        """The scope that a scoped API key needs; None if no API key is accepted."""
        if self.id == "login_policy.check":
            return Scope.POLICY_CHECK
        if self.callers in (PUBLIC, _SESSION):
            return None
        return Scope.READ if self.method == "GET" else Scope.WRITE


PUBLIC: Final = "Everybody."
_SESSION: Final = "Browser session."
_DEPLOYMENT: Final = "Deployment key."
_ORG: Final = "/v1/organizations/{organization_id}"
_USERS: Final = f"{_ORG}/users"
_USER: Final = f"{_USERS}/{{user_id}}"
_CONNS: Final = f"{_ORG}/connections"
_CONN: Final = f"{_CONNS}/{{connection_id}}"
_LINKS: Final = f"{_ORG}/setup-links"
_POLICY: Final = f"{_ORG}/login-policy"
_ATTEMPTS: Final = "sign-in-attempts"
_ATTEMPT_FILTERS: Final = ("email", "result", "code", "from", "to")
_AUDIT_FILTERS: Final = ("action", "actor", "from", "to")

OPERATIONS: Final = (
    Operation(
        "GET",
        "/v1/organizations",
        "List organizations",
        answer=ListAnswer[OrganizationAnswer],
        query=("external_id", "domain"),
        callers=_DEPLOYMENT,
    ),
    Operation(
        "POST",
        "/v1/organizations",
        "Create an organization",
        201,
        OrganizationCreate,
        OrganizationAnswer,
        is_created=True,
        callers=_DEPLOYMENT,
    ),
    Operation("GET", _ORG, "Get an organization", answer=OrganizationAnswer, has_etag=True),
    Operation("PATCH", _ORG, "Change an organization", 200, OrganizationChange, OrganizationAnswer, has_etag=True),
    Operation("DELETE", _ORG, "Delete an organization (202: repeat to go on)", 204, other_status=202),
    Operation("GET", _USERS, "List users", answer=ListAnswer[UserAnswer], query=("email",)),
    Operation("POST", _USERS, "Create a user", 201, UserCreate, UserAnswer, is_created=True),
    Operation("GET", _USER, "Get a user", answer=UserAnswer, has_etag=True),
    Operation("PATCH", _USER, "Change a user", 200, UserChange, UserAnswer, has_etag=True),
    Operation("DELETE", _USER, "Remove a user", 204),
    Operation("POST", f"{_USER}/sign-out", "End a user's sessions", answer=UserAnswer),
    Operation("DELETE", f"{_USER}/identities", "Unlink a user from their identities at identity providers", 204),
    Operation(
        "POST",
        f"{_USER}/invitation",
        "Make a one-time link for a user",
        201,
        answer=InvitationAnswer,
        is_created=True,
    ),
    Operation("GET", _CONNS, "List connections", answer=ListAnswer[ConnectionAnswer]),
    Operation(
        "POST", _CONNS, "Create a connection", 201, ConnectionCreate, ConnectionAnswer, is_created=True, has_etag=True
    ),
    Operation("GET", _CONN, "Get a connection", answer=ConnectionAnswer, has_etag=True),
    Operation(
        "PATCH", _CONN, "Change a connection", 200, ConnectionChange, ConnectionAnswer, is_matched=True, has_etag=True
    ),
    Operation("DELETE", _CONN, "Delete a connection", 204, is_matched=True),
    Operation(
        "PUT",
        f"{_CONN}/pending",
        "Propose new values beside those in force",
        body=PendingPut,
        answer=ConnectionAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "DELETE",
        f"{_CONN}/pending",
        "Drop the pending values",
        answer=ConnectionAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "POST",
        f"{_CONN}/pending/apply",
        "Swap proven pending values in",
        answer=ConnectionAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "POST",
        f"{_CONN}/roll-back",
        "Put back the values before the last swap",
        answer=ConnectionAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "POST",
        f"{_CONN}/activate",
        "Make a proven connection active",
        answer=ConnectionAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "POST", f"{_CONN}/import", "Understand metadata or certificates; save nothing", 200, ImportBody, ImportAnswer
    ),
    Operation(
        "POST", f"{_CONN}/refresh", "Look at a connection's metadata now", answer=ConnectionAnswer, has_etag=True
    ),
    Operation(
        "POST",
        f"{_CONN}/certificates/approve",
        "Trust certificates that were found in the metadata",
        200,
        Approval,
        ConnectionAnswer,
        has_etag=True,
    ),
    Operation(
        "POST",
        f"{_CONN}/test",
        "Offer a test sign-in",
        body=ConnectionTestBody,
        answer=ConnectionTestAnswer,
        is_created=True,
    ),
    Operation("POST", f"{_CONN}/disable", "Switch a connection off", answer=ConnectionAnswer, has_etag=True),
    Operation("POST", f"{_CONN}/enable", "Switch a connection on", answer=ConnectionAnswer, has_etag=True),
    Operation(
        "GET", f"{_ORG}/{_ATTEMPTS}", "List sign-in attempts", answer=ListAnswer[AttemptAnswer], query=_ATTEMPT_FILTERS
    ),
    Operation(
        "GET", f"{_ORG}/{_ATTEMPTS}/{{attempt_id}}", "Get a sign-in attempt", answer=AttemptAnswer, has_etag=True
    ),
    Operation(
        "GET",
        f"{_CONN}/{_ATTEMPTS}",
        "List a connection's sign-in attempts",
        answer=ListAnswer[AttemptAnswer],
        query=_ATTEMPT_FILTERS,
    ),
    Operation(
        "GET",
        f"{_CONN}/{_ATTEMPTS}/{{attempt_id}}",
        "Get a connection's sign-in attempt",
        answer=AttemptAnswer,
        has_etag=True,
    ),
    Operation(
        "GET",
        f"{_ORG}/audit-events",
        "List audit events",
        answer=ListAnswer[AuditEventAnswer],
        query=_AUDIT_FILTERS,
    ),
    Operation(
        "GET",
        f"{_ORG}/audit-events/export",
        "Export audit events as JSON lines",
        query=(*_AUDIT_FILTERS, "after"),
        content="application/x-ndjson",
    ),
    Operation("GET", _LINKS, "List setup links", answer=ListAnswer[SetupLinkAnswer]),
    Operation("POST", _LINKS, "Create a setup link", 201, SetupLinkCreate, NewSetupLinkAnswer, is_created=True),
    Operation("DELETE", f"{_LINKS}/{{link_id}}", "Revoke a setup link and the guest session that came of it", 204),
    Operation("GET", _POLICY, "Get the login policy", answer=LoginPolicyAnswer, has_etag=True),
    Operation(
        "PUT",
        _POLICY,
        "Replace the login policy",
        200,
        LoginPolicyPut,
        LoginPolicyAnswer,
        is_matched=True,
        has_etag=True,
    ),
    Operation(
        "POST",
        "/v1/login-policy/check",
        "Ask how the owner of an e-mail address may sign in",
        200,
        PolicyCheck,
        DecisionAnswer,
        callers="Deployment key, organization key.",
    ),
    Operation("GET", "/v1/api-keys", "List API keys", answer=ListAnswer[ApiKeyAnswer]),
    Operation(
        "POST",
        "/v1/api-keys",
        "Create an API key",
        201,
        ApiKeyCreate,
        NewApiKeyAnswer,
        is_created=True,
    ),
    Operation("DELETE", "/v1/api-keys/{key_id}", "Revoke an API key", 204),
    Operation(
        "GET",
        "/v1/session",
        "Get the browser's session",
        answer=SessionAnswer,
        has_etag=True,
        callers=_SESSION,
    ),
    Operation("GET", "/healthz", "Say that the deployment answers", answer=HealthAnswer, callers=PUBLIC),
)
