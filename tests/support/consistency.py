"""Invariants of the store that hold after every operation and failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.aws.item import decode
from chalicelib.connections.store import connection_lookup
from chalicelib.errors import SsoError
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import tombstone_lookup
from chalicelib.users.external_id_store import external_id_lookup
from chalicelib.users.model import Role, UserStatus
from chalicelib.users.store import address_lookup, users_of
from tests.support.deployment import Deployment


def contradictions(deployment: Deployment) -> list[str]:
    """Returns a description of every contradiction between two items; empty if there is none."""
    items = _items(deployment)
    ids = [item["pk"].removeprefix("ORG#") for item in items if item["sk"] == "ORG"]
    found = [text for organization_id in ids for text in _of_organization(deployment, organization_id)]
    return found + list(_of_claims(deployment, items, set(ids)))


def _items(deployment: Deployment) -> list[dict[str, Any]]:
    client, name = deployment.container.table._client, deployment.container.settings.table_name
    return [decode(raw) for page in client.get_paginator("scan").paginate(TableName=name) for raw in page["Items"]]


def _of_organization(deployment: Deployment, organization_id: str) -> Iterator[str]:
    table = deployment.container.table
    (organization,) = table.read(tombstone_lookup(organization_id))
    assert organization is not None
    users = table.page(users_of(organization_id), limit=100).values
    if organization.deleted_at is not None:
        return
    admins = sum(user.role is Role.ADMIN and user.status is UserStatus.ACTIVE for user in users)
    if admins != organization.active_admins:
        yield f"{admins} active admins, but the organization counts {organization.active_admins}"
    users = tuple(user for user in users if user.displaced_at is None)
    for user, entry in zip(users, table.read_all([address_lookup(user.email) for user in users]), strict=True):
        if entry is None or (entry.user_id, entry.role, entry.status) != (user.id, user.role, user.status):
            yield f"{user.email} is {user}, but their address says {entry}"
    owners = table.read_all([domain_lookup(domain.domain) for domain in organization.domains])
    for domain, owner in zip(organization.domains, owners, strict=True):
        if owner != organization_id:
            yield f"{domain.domain} belongs to {owner}"
    if organization.external_id is not None:
        (owner,) = table.read(external_id_lookup(organization.external_id))
        if owner != organization_id:
            yield f"the external ID {organization.external_id} belongs to {owner}"
    yield from _of_connections(deployment, organization)


def _of_connections(deployment: Deployment, organization: Organization) -> Iterator[str]:
    for summary in organization.connections:
        (connection,) = deployment.container.table.read(connection_lookup(summary.id))
        if connection is None or summary_of(connection) != summary:
            yield f"the summary {summary} is not that of {connection}"
            continue
        try:
            deployment.container.certificates.load(connection)
        except SsoError as error:
            yield f"certificates of {connection.id}: {error.private}"


def _of_claims(deployment: Deployment, items: list[dict[str, Any]], organizations: set[str]) -> Iterator[str]:
    """Every lookup item of an address or a domain belongs to an existing object."""
    users = {item["sk"].removeprefix("USER#") for item in items if item["sk"].startswith("USER#")}
    for item in items:
        kind, _, name = item["pk"].partition("#")
        if kind == "EMAIL" and item["user_id"] not in users:
            yield f"the address {name} has no owner"
        if kind == "EXTERNAL_ID" and item["organization_id"] not in organizations:
            yield f"the external ID {name} has no owner"
        if kind == "DOMAIN" and item["organization_id"] not in organizations:
            yield f"the domain {name} has no owner"
        if kind == "CONN" and item["sk"] == "CONN" and item["organization_id"] not in organizations:
            yield f"the connection {name} has no owner"
