"""Compares records with the store and imports each in one transaction, or checks its conditions only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

from chalicelib.audit_log.model import Action, PendingAuditEvent
from chalicelib.aws.transaction import Write, as_check
from chalicelib.connections.addresses import issuer_errors, url_errors
from chalicelib.connections.deleted_store import forget_deleted_connection
from chalicelib.connections.events import connection_created
from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup, create_connection
from chalicelib.container import Container
from chalicelib.i18n.catalog import in_english
from chalicelib.organizations.domain_store import claim_domain, require_domain_not_foreign
from chalicelib.organizations.events import organization_event
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import (
    count_admins,
    create_organization,
    put_connection_summary,
    require_exists,
    tombstone_lookup,
)
from chalicelib.sign_in.subject_store import binding_lookup, restore_binding
from chalicelib.users.email_address import domain_of
from chalicelib.users.events import user_created
from chalicelib.users.external_id_store import claim_external_id
from chalicelib.users.model import User
from chalicelib.users.store import create_user, user_lookup
from ops.cli.import_export.records import BindingRecord, ConnectionRecord, Content, all_values, without_secret


class Presence(StrEnum):
    """How a record compares with the store."""

    ABSENT = "absent"
    SAME = "same"
    OTHER = "other"


def name_of(content: Content) -> str:
    """The ID by which people find it."""
    match content:
        case ConnectionRecord():
            return content.connection.id
        case BindingRecord():
            return content.binding.user_id
        case _:
            return content.id


def organization_of(content: Content) -> str:
    """The organization that it belongs to, or is."""
    match content:
        case Organization():
            return content.id
        case ConnectionRecord():
            return content.connection.organization_id
        case _:
            return content.organization_id


def presence_of(content: Content, container: Container) -> Presence:
    """True if the object exists and is equal, ignoring attributes that sign-ins change."""
    stored, wanted = _pair(content, container)
    if stored is None:
        return Presence.ABSENT
    return Presence.SAME if stored == wanted else Presence.OTHER


def create(content: Content, container: Container) -> None:
    """Put it there.

    Raises:
        ValueError: a connection's addresses can't be used here.
        Conflict: something else has its ID, external ID, domain, address or name ID.
        NotFound: its organization is not there.
        Unavailable: AWS did not answer.
    """
    if not isinstance(content, ConnectionRecord):
        _record(content, container)
        return
    _require_addresses(content.connection, container)
    _take_back(content.connection.id, container)
    connection = _with_secrets(content, container)
    _record(replace(content, connection=connection), container)


def rehearse(content: Content, container: Container, *, organization_comes: bool) -> None:
    """Fail where `plant` would, and change nothing.

    Args:
        organization_comes: its organization is not there yet, and would be.
    """
    if isinstance(content, ConnectionRecord):
        _require_addresses(content.connection, container)
    writes = [*_writes(content), *(() if organization_comes else _ties(content))]
    container.table.write(*(check for check in map(as_check, writes) if check is not None))


def _record(content: Content, container: Container) -> None:
    """A name ID has no event of its own: it came with its user."""
    writes, event = (*_writes(content), *_ties(content)), _event(content)
    if event is None:
        container.table.write(*writes)
    else:
        container.table.commit([event], *writes, now=container.clock())


def _event(content: Content) -> PendingAuditEvent | None:
    match content:
        case Organization():
            return organization_event(Action.ORGANIZATION_CREATED, content)
        case User():
            return user_created(content)
        case ConnectionRecord():
            return connection_created(content.connection)
        case BindingRecord():
            return None


def _writes(content: Content) -> Sequence[Write]:
    match content:
        case Organization():
            claims = [claim_domain(domain.domain, content.id) for domain in content.domains if domain.verified]
            if content.external_id is not None:
                claims.append(claim_external_id(content.external_id, content.id))
            return (create_organization(content), *claims)
        case User() if content.displaced_at:
            return create_user(content)
        case User():
            free = require_domain_not_foreign(domain_of(content.email), content.organization_id)
            return (*create_user(content), free)
        case ConnectionRecord():
            return (create_connection(content.connection),)
        case BindingRecord():
            return restore_binding(content.organization_id, content.binding)


def _ties(content: Content) -> Sequence[Write]:
    """Conditions on the record's organization, or updates of its summary."""
    match content:
        case Organization():
            return ()
        case User() if content.is_active_admin:
            return (count_admins(content.organization_id, 1),)
        case ConnectionRecord():
            connection = content.connection
            return (put_connection_summary(connection.organization_id, summary_of(connection)),)
        case _:
            return (require_exists(content.organization_id),)


def _pair(content: Content, container: Container) -> tuple[object | None, object]:
    """Returns the stored and the new value, both without attributes that sign-ins change."""
    match content:
        case Organization():
            (organization,) = container.table.read(tombstone_lookup(content.id))
            return organization and replace(organization, connections=(), active_admins=0), content
        case User():
            (user,) = container.table.read(user_lookup(content.organization_id, content.id))
            if user is not None and content.password_hash is None:
                user = replace(user, password_hash=None)
            return user and _resting_user(user), _resting_user(content)
        case ConnectionRecord():
            (connection,) = container.table.read(connection_lookup(content.connection.id))
            return connection and _resting_connection(connection), _resting_connection(content.connection)
        case BindingRecord():
            (binding,) = container.table.read(binding_lookup(content.organization_id, content.binding.tail))
            return binding, content.binding


def _resting_user(user: User) -> User:
    return replace(user, **_without_use(user))


def _resting_connection(connection: Connection) -> Connection:
    return replace(without_secret(connection), proven=False, was_active=False, **_without_use(connection))


def _without_use(value: User | Connection) -> dict[str, Any]:
    """Returns None for each attribute that sign-ins update; their names begin with `last_`."""
    return {field.name: None for field in fields(value) if field.name.startswith("last_")}


def _with_secrets(record: ConnectionRecord, container: Container) -> Connection:
    connection = without_secret(record.connection)
    trusted = [certificate for values in connection.all_values for certificate in record.trusted_certificates(values)]
    if trusted:
        container.certificates.save(connection, trusted, container.clock())
    return connection


def _take_back(connection_id: str, container: Container) -> None:
    """Restores the secret of a connection that was deleted here, and clears the pending cleanup."""
    container.table.write(forget_deleted_connection(connection_id))
    container.certificates.restore(connection_id)


def _require_addresses(connection: Connection, container: Container) -> None:
    errors = [
        error
        for values in all_values(connection)
        for error in (
            *(url_errors(values.url, container.settings) if values.url else ()),
            *(issuer_errors(values.issuer, container.settings) if values.issuer else ()),
        )
    ]
    if errors:
        raise ValueError(" ".join(in_english(error.detail) for error in errors))
