"""Organizations: the customers of the SaaS company (the vendor page's "account")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.users.email_address import domain_of


class Plan(StrEnum):
    """The customer's plan: only `enterprise` includes single sign-on."""

    ENTERPRISE = "enterprise"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Domain:
    """An email domain in lowercase ASCII (IDNA A-labels). Subdomains are not included."""

    domain: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """The summary of a connection in its organization's item, so that policy decisions don't read connections.

    Written in the same transaction as the connection, so that `version` reveals a stale cached connection. IDs sort by
    age.

    Attributes:
        signed_out_at: sessions of the connection that started until then have ended.
    """

    id: str
    status: ConnectionStatus
    jit_provisioning: bool
    version: int
    name: str | None = None
    signed_out_at: datetime | None = None


def summary_of(connection: Connection) -> ConnectionSummary:
    """Returns the summary of a connection that is about to be stored, with its next version."""
    return ConnectionSummary(
        id=connection.id,
        status=connection.status,
        jit_provisioning=connection.jit_provisioning,
        version=connection.version,
        name=connection.name,
        signed_out_at=connection.signed_out_at,
    )


@dataclass(frozen=True, slots=True)
class Organization:
    """One customer of the SaaS company.

    Attributes:
        active_admins: the number of active admins, updated in every transaction that changes it.
        version: incremented by every change of name, external_id, plan or domains.
        policy_version: incremented by every change of the login policy.
        deleted_at: set by the tombstone; such an organization is treated as nonexistent.
        signed_out_at: sessions of all users that started until then have ended.
    """

    id: str
    name: str
    plan: Plan
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    domains: tuple[Domain, ...] = ()
    policy: LoginPolicy = field(default_factory=LoginPolicy)
    connections: tuple[ConnectionSummary, ...] = ()
    active_admins: int = 0
    version: int = 1
    policy_version: int = 1
    deleted_at: datetime | None = None
    signed_out_at: datetime | None = None

    @property
    def is_enterprise(self) -> bool:
        """True if the plan includes single sign-on."""
        return self.plan is Plan.ENTERPRISE

    @property
    def mode(self) -> Mode:
        """The effective mode: the configured one, or else `required` as soon as a connection exists."""
        if self.policy.mode is not None:
            return self.policy.mode
        return Mode.REQUIRED if self.connections else Mode.PASSWORD

    def has_ended(self, session_began_at: datetime) -> bool:
        """Returns True if all users were signed out since a session started."""
        return self.signed_out_at is not None and session_began_at <= self.signed_out_at

    def has_ended_by_connection(self, connection_id: str, session_began_at: datetime) -> bool:
        """Returns True if a session ended because its connection was disabled or deleted since it started."""
        summary = self.connection(connection_id)
        if summary is None or summary.status is ConnectionStatus.DISABLED:
            return True
        return summary.signed_out_at is not None and session_began_at <= summary.signed_out_at

    def connection(self, connection_id: str) -> ConnectionSummary | None:
        """Returns the summary of one connection."""
        return next((c for c in self.connections if c.id == connection_id), None)

    def vouches_for(self, email: str) -> bool:
        """Returns True if a canonical address is in one of this organization's verified domains."""
        return self.has_verified(domain_of(email))

    def has_verified(self, domain: str) -> bool:
        """Returns True if `domain` (canonical) is one of this organization's verified domains."""
        return any(d.verified and d.domain == domain for d in self.domains)
