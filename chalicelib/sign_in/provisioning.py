"""Resolves an assertion to an existing or a new user, or refuses it.

An address asserted by an identity provider counts only inside the connection's organization, and only in its verified
domains or on its guest list. It never gives access to another organization.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.audit_log.model import PendingAuditEvent
from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.aws.transaction import Write
from chalicelib.connections.events import by_provider
from chalicelib.connections.model import Connection
from chalicelib.errors import NotFound, SignInRefused
from chalicelib.identifier import new_id
from chalicelib.organizations.domain_store import domain_lookup, require_domain_not_foreign
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.saml.assertion import Assertion, NameID
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.uri import XML_BLANKS
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sign_in.refusal_check import (
    domain_not_allowed,
    two_users,
    undecrypted,
    user_disabled,
    user_elsewhere,
    user_missing,
    user_removed,
)
from chalicelib.sign_in.subject_store import Subject, SubjectEntry, bind_subject, subject_lookup
from chalicelib.sign_in.user_attributes import is_address_private
from chalicelib.users.email_address import canonical_address, domain_of
from chalicelib.users.events import user_changed, user_created, user_linked
from chalicelib.users.model import AddressEntry, Role, User, UserStatus
from chalicelib.users.store import address_lookup, change_user, create_user, note_sign_in, user_lookup

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


@dataclass(frozen=True, slots=True)
class ResolvedUser:
    """The resolved user, and the writes that the sign-in has to commit.

    Attributes:
        new_admins: how many active admins the writes add to the organization.
        is_new: this sign-in creates the user.
        events: the audit events of the writes, without that of the sign-in itself.
    """

    user: User | AddressEntry
    writes: tuple[Write, ...]
    is_new: bool = False
    new_admins: int = 0
    events: tuple[PendingAuditEvent, ...] = ()

    @property
    def user_id(self) -> str:
        """The user's ID."""
        return self.user.id if isinstance(self.user, User) else self.user.user_id


@dataclass(frozen=True, slots=True)
class UserLookup:
    """Everything stored about an assertion's subject, from one batch read."""

    organization: Organization
    address: AddressEntry | None
    subject: SubjectEntry | None
    domain_owner: str | None


def load(table: Table, connection: Connection, assertion: Assertion, email: str) -> UserLookup:
    """Reads everything needed to resolve the user, in one batch.

    Raises:
        NotFound: the organization was deleted.
        Unavailable: the store did not answer.
    """
    name_id = persistent_name_id(assertion, email)
    reads: list[Lookup[Any]] = [
        organization_lookup(connection.organization_id),
        address_lookup(email),
        domain_lookup(domain_of(email)),
        *([subject_lookup(Subject(connection.id, assertion.issuer, name_id))] if name_id else []),
    ]
    organization, address, owner, *found = table.read_all(reads)
    if organization is None:
        raise NotFound
    return UserLookup(organization, address, found[0] if name_id else None, owner)


def resolve_user(
    table: Table,
    connection: Connection,
    assertion: Assertion,
    email: str,
    name: str | None,
    known: UserLookup,
    now: datetime,
) -> ResolvedUser:
    """Returns the user for this assertion.

    Raises:
        SignInRefused: `user_disabled`, `user_not_provisioned`, `email_domain_not_allowed` or `subject_mismatch`;
            `saml_decryption_failed` for a private address of a foreign domain, like a broken ciphertext.
        Unavailable: the store did not answer.
    """
    if is_address_private(assertion, connection) and not known.organization.has_verified(domain_of(email)):
        raise SignInRefused(RefusalCode.SAML_DECRYPTION_FAILED, checks=(undecrypted(),))
    require_address_allowed(connection, known, email)
    bound_to = known.subject.user_id if known.subject else None
    if bound_to is not None and (known.address is None or known.address.user_id != bound_to):
        return _change_email(table, connection, email, name, known, bound_to, now)
    if known.address is None:
        return _new_user(connection, assertion, email, name, now)
    if known.address.organization_id != connection.organization_id:
        raise SignInRefused(RefusalCode.USER_NOT_PROVISIONED, checks=(user_elsewhere(),))
    _require_active(known.address.status)
    entry = SubjectEntry(connection.organization_id, known.address.user_id)
    bind = () if bound_to else _bindings(connection, assertion, email, entry)
    events = (user_linked(connection, entry.user_id),) if bind else ()
    return ResolvedUser(
        known.address, (note_sign_in(known.address, now, with_password=False, name=name), *bind), events=events
    )


def require_address_allowed(connection: Connection, known: UserLookup, email: str) -> None:
    """Requires an address in a verified domain of the organization, or of a guest whose domain no other organization
    verified.

    Raises:
        SignInRefused: `email_domain_not_allowed`.
    """
    if known.organization.has_verified(domain_of(email)):
        return
    foreign = known.domain_owner not in (None, connection.organization_id)
    if email not in connection.allow_guest_emails or foreign:
        checks = (domain_not_allowed(email, known.organization),)
        raise SignInRefused(RefusalCode.EMAIL_DOMAIN_NOT_ALLOWED, checks=checks)


def persistent_name_id(assertion: Assertion, email: str) -> NameID | None:
    """Returns the NameID if it identifies a user permanently: not a transient one (SAML Core section 8.3.8), and not
    one that repeats the address, with or without white space around it."""
    name_id = assertion.name_id
    if name_id is None or name_id.format == TRANSIENT or canonical_address(name_id.value.strip(XML_BLANKS)) == email:
        return None
    return name_id


def _change_email(
    table: Table, connection: Connection, email: str, name: str | None, known: UserLookup, user_id: str, now: datetime
) -> ResolvedUser:
    """Changes a known user's address to the asserted one, if it is free. One additional read."""
    if known.address is not None:
        raise SignInRefused(RefusalCode.SUBJECT_MISMATCH, checks=(two_users(email),))
    (user,) = table.read(user_lookup(connection.organization_id, user_id))
    if user is None:
        raise SignInRefused(RefusalCode.USER_NOT_PROVISIONED, checks=(user_removed(),))
    _require_active(user.status)
    changed = replace(user, email=email, name=name or user.name)
    foreign = require_domain_not_foreign(domain_of(email), connection.organization_id)
    event = user_changed(user, changed, by_provider(connection))
    writes = change_user(changed, before=user, signed_in_at=now, signed_in_with=AuthenticationMethod.SAML)
    return ResolvedUser(changed, (*writes, foreign), events=(event,))


def _new_user(
    connection: Connection, assertion: Assertion, email: str, name: str | None, now: datetime
) -> ResolvedUser:
    if not connection.jit_provisioning:
        raise SignInRefused(RefusalCode.USER_NOT_PROVISIONED, checks=(user_missing(),))
    user = User(
        id=new_id("usr", now=now),
        organization_id=connection.organization_id,
        email=email,
        role=connection.default_role,
        status=UserStatus.ACTIVE,
        created_at=now,
        name=name,
        last_sign_in_at=now,
        last_sign_in_method=AuthenticationMethod.SAML,
    )
    bind = _bindings(connection, assertion, email, SubjectEntry(user.organization_id, user.id))
    foreign = require_domain_not_foreign(domain_of(email), connection.organization_id)
    events = (user_created(user, by_provider(connection)), *([user_linked(connection, user.id)] if bind else []))
    new_admins = 1 if user.role is Role.ADMIN else 0
    return ResolvedUser(user, (*create_user(user), foreign, *bind), is_new=True, new_admins=new_admins, events=events)


def _bindings(connection: Connection, assertion: Assertion, email: str, entry: SubjectEntry) -> tuple[Write, ...]:
    name_id = persistent_name_id(assertion, email)
    return bind_subject(Subject(connection.id, assertion.issuer, name_id), entry) if name_id else ()


def _require_active(status: UserStatus) -> None:
    if status is not UserStatus.ACTIVE:
        raise SignInRefused(RefusalCode.USER_DISABLED, checks=(user_disabled(),))
