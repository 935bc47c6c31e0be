"""One customer of the SaaS company (the vendor page's "account")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.users.email_address import domain_of


class Plan(StrEnum):
    """What the customer bought: single sign-on comes with `enterprise` only."""

    ENTERPRISE = "enterprise"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Domain:
    """An e-mail domain, lower-case ASCII (IDNA A-labels). Covers itself, no subdomain."""

    domain: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """What an organization remembers of each of its connections, so that a policy decision needs no read of them.

    Written in the same transaction as the connection, so that `version` tells whether a cached connection is stale.
    IDs sort by age.

    Attributes:
        signed_out_at: sessions of the connection that began until then have ended.
    """

    id: str
    status: ConnectionStatus
    jit_provisioning: bool
    version: int
    name: str | None = None
    signed_out_at: datetime | None = None


def summary_of(connection: Connection) -> ConnectionSummary:
    """The summary of a connection as it is about to be stored: with the version it will have."""
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
        active_admins: how many active admins there are; kept by every transaction that makes or unmakes one.
        version: raised by every change of name, external_id, plan or domains.
        policy_version: raised by every change of the login policy.
        deleted_at: set by the tombstone; such an organization answers like none.
        signed_out_at: sessions that began until then have ended, everybody's.
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
        """Whether single sign-on is in the plan."""
        return self.plan is Plan.ENTERPRISE

    @property
    def mode(self) -> Mode:
        """The mode in force: the chosen one, else `required` as soon as a connection exists."""
        if self.policy.mode is not None:
            return self.policy.mode
        return Mode.REQUIRED if self.connections else Mode.PASSWORD

    def has_ended(self, session_began_at: datetime) -> bool:
        """Whether everybody was signed out since a session began."""
        return self.signed_out_at is not None and session_began_at <= self.signed_out_at

    def has_ended_by_connection(self, connection_id: str, session_began_at: datetime) -> bool:
        """Whether a session ended because its connection was disabled or deleted since it began."""
        summary = self.connection(connection_id)
        if summary is None or summary.status is ConnectionStatus.DISABLED:
            return True
        return summary.signed_out_at is not None and session_began_at <= summary.signed_out_at

    def connection(self, connection_id: str) -> ConnectionSummary | None:
        """What is remembered of one connection."""
        return next((c for c in self.connections if c.id == connection_id), None)

    def vouches_for(self, email: str) -> bool:
        """Whether a canonical address is in one of this organization's verified domains."""
        return self.has_verified(domain_of(email))

    def has_verified(self, domain: str) -> bool:
        """Whether `domain` (canonical) is one of this organization's verified domains."""
        return any(d.verified and d.domain == domain for d in self.domains)
