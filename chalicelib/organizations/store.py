"""Items of organizations.

ORG#{organization_id} / ORG      the organization, its policy and a summary of each connection, or a tombstone;
                                 organizations and tombstones are separate lists in the index `listing`
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chalicelib.aws.condition import Condition, absent, at_least, empty, equals, fewer_than
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, optional_instant_of
from chalicelib.aws.transaction import Write, check, delete, put, update
from chalicelib.connections.model import ConnectionStatus
from chalicelib.errors import Conflict, NotFound, SsoError, Stale
from chalicelib.i18n.message import message
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import ConnectionSummary, Domain, Organization, Plan

LIST_PARTITION: Final = "ORGANIZATIONS"
_TOMBSTONES: Final = "TOMBSTONES"


def organization_key(organization_id: str) -> Key:
    """Returns the key of an organization's item."""
    return Key(f"ORG#{organization_id}", "ORG")


def organization_lookup(organization_id: str) -> Lookup[Organization]:
    """Looks up an organization; None for a tombstone."""
    return Lookup(organization_key(organization_id), _parse_existing)


def tombstone_lookup(organization_id: str) -> Lookup[Organization]:
    """Looks up an organization or its tombstone, to finish its deletion."""
    return Lookup(organization_key(organization_id), _parse)


def every_organization() -> Range[Organization]:
    """All organizations without tombstones, from the index."""
    return Range(LIST_PARTITION, "ID#", _parse_existing, index="listing")


def every_tombstone() -> Range[Organization]:
    """All organizations with an incomplete deletion, from the index."""
    return Range(_TOMBSTONES, "ID#", _parse, index="listing")


def create_organization(organization: Organization) -> Write:
    """Creates an organization."""
    return put(organization_key(organization.id), _item(organization), absent(), Conflict("conflict"))


def change_organization(changed: Organization, *, from_version: int) -> Write:
    """Writes name, external ID, plan and domains, if they are unchanged, and increments the version."""
    values = {
        "name": changed.name,
        "external_id": changed.external_id,
        "plan": changed.plan.value,
        "domains": [{"domain": d.domain, "verified": d.verified} for d in changed.domains],
        "updated_at": instant(changed.updated_at),
        "version": from_version + 1,
    }
    return update(
        organization_key(changed.id), values, condition=alive() & equals(version=from_version), refused=Stale()
    )


def change_policy(organization_id: str, policy: LoginPolicy, *, from_version: int) -> Write:
    """Writes the login policy, if it is unchanged."""
    values = {"policy": _policy_item(policy), "policy_version": from_version + 1}
    condition = alive() & equals(policy_version=from_version)
    return update(organization_key(organization_id), values, condition=condition, refused=Stale())


def put_connection_summary(organization_id: str, summary: ConnectionSummary) -> Write:
    """Writes the summary of a connection; use with every write of a connection that changes the summary."""
    values = {f"connections.{summary.id}": _summary_item(summary)}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def put_summary_in_plan(organization_id: str, summary: ConnectionSummary, refused: SsoError) -> Write:
    """Like `put_connection_summary`, and refuses if the plan no longer includes single sign-on."""
    values = {f"connections.{summary.id}": _summary_item(summary)}
    condition = alive() & equals(plan=Plan.ENTERPRISE.value)
    return update(organization_key(organization_id), values, condition=condition, refused=refused)


def add_connection(organization_id: str, summary: ConnectionSummary, *, most: int, is_first: bool = False) -> Write:
    """Adds the summary of a new connection, if the organization has fewer than `most`; of two concurrent writes at the
    limit, one fails.

    Args:
        is_first: refuses (`connection_exists`) if the organization has a connection.
    """
    values = {f"connections.{summary.id}": _summary_item(summary)}
    if is_first:
        refused = Conflict("connection_exists")
        condition = alive() & empty("connections")
        return update(organization_key(organization_id), values, condition=condition, refused=refused)
    condition = alive() & fewer_than("connections", most)
    return update(organization_key(organization_id), values, condition=condition, refused=connection_limit(most))


def forget_connection(organization_id: str, connection_id: str) -> Write:
    """Removes the summary of a deleted connection."""
    values = {f"connections.{connection_id}": None}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def count_admins(organization_id: str, change: int) -> Write:
    """Adds to the number of active admins; refuses to remove the last one, also under concurrency."""
    key = organization_key(organization_id)
    if change >= 0:
        return update(key, {}, add={"active_admins": change}, condition=alive(), refused=NotFound())
    condition = alive() & at_least("active_admins", 1 - change)
    return update(key, {}, add={"active_admins": change}, condition=condition, refused=last_admin())


def lose_admin(
    organization_id: str, change: int, *, seen_policy_version: int, policy_version: int, refused: SsoError
) -> Write:
    """Records that an active admin can no longer sign in by password, conditional on the policy that was checked.

    Args:
        change: of the number of active admins.
        policy_version: the new one; incremented if the policy depends on the admin, so that of two concurrent changes
            one is checked again.
    """
    condition = alive() & equals(policy_version=seen_policy_version)
    if change < 0:
        condition &= at_least("active_admins", 1 - change)
    return update(
        organization_key(organization_id),
        {"policy_version": policy_version},
        add={"active_admins": change} if change else None,
        condition=condition,
        refused=refused,
    )


def verify_and_count_admins(organization_id: str, summary: ConnectionSummary, *, admins: int) -> Write:
    """Marks a connection as verified and counts the admins that the sign-in creates, because a transaction can write an
    item only once."""
    values = {f"connections.{summary.id}": _summary_item(summary)}
    add = {"active_admins": admins} if admins else None
    return update(organization_key(organization_id), values, add=add, condition=alive(), refused=NotFound())


def require_exists(organization_id: str) -> Write:
    """Makes the transaction conditional on the organization's existence."""
    return check(organization_key(organization_id), alive(), NotFound())


def end_all_sessions(organization_id: str, now: datetime) -> Write:
    """Ends every session of the organization that started until now."""
    values = {"signed_out_at": instant(now)}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def mark_deleted(organization_id: str, now: datetime) -> Write:
    """Writes the tombstone: this single write ends every sign-in and session of the organization."""
    values = {"deleted_at": instant(now), "listing_pk": _TOMBSTONES}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def purge_organization(organization_id: str) -> Write:
    """Deletes the organization's item, as the last step of a deletion."""
    return delete(organization_key(organization_id))


def last_admin() -> Conflict:
    """Returns the error for removing, demoting or disabling the last active admin."""
    return Conflict(
        "last_admin",
    )


def connection_limit(most: int) -> Conflict:
    """Returns the error for exceeding the maximum number of connections."""
    return Conflict("connection_limit", message("problem.connection_limit", most=most))


def alive() -> Condition:
    """The condition that the organization exists without a tombstone."""
    return equals(kind="organization", deleted_at=None)


def _item(organization: Organization) -> Item:
    return {
        "kind": "organization",
        "id": organization.id,
        "name": organization.name,
        "external_id": organization.external_id,
        "plan": organization.plan.value,
        "domains": [{"domain": d.domain, "verified": d.verified} for d in organization.domains],
        "policy": _policy_item(organization.policy),
        "connections": {c.id: _summary_item(c) for c in organization.connections},
        "active_admins": organization.active_admins,
        "version": organization.version,
        "policy_version": organization.policy_version,
        "created_at": instant(organization.created_at),
        "updated_at": instant(organization.updated_at),
        "signed_out_at": instant(organization.signed_out_at),
        "listing_pk": LIST_PARTITION,
        "listing_sk": f"ID#{organization.id}",
    }


def _policy_item(policy: LoginPolicy) -> Item:
    return {
        "mode": policy.mode.value if policy.mode else "",
        "required_for_admins": policy.required_for_admins,
        "exempt_user_ids": list(policy.exempt_user_ids),
    }


def _summary_item(summary: ConnectionSummary) -> Item:
    return {
        "status": summary.status.value,
        "jit": summary.jit_provisioning,
        "version": summary.version,
        "name": summary.name or "",
        **({"signed_out_at": instant(summary.signed_out_at)} if summary.signed_out_at else {}),
    }


def _parse_existing(item: Item) -> Organization | None:
    return None if "deleted_at" in item else _parse(item)


def _parse(item: Item) -> Organization:
    policy = item["policy"]
    return Organization(
        id=item["id"],
        name=item["name"],
        external_id=item.get("external_id"),
        plan=Plan(item["plan"]),
        domains=tuple(Domain(d["domain"], d["verified"]) for d in item["domains"]),
        policy=LoginPolicy(
            mode=Mode(policy["mode"]) if policy["mode"] else None,
            required_for_admins=policy["required_for_admins"],
            exempt_user_ids=tuple(policy["exempt_user_ids"]),
        ),
        connections=tuple(_parse_summary(key, entry) for key, entry in sorted(item["connections"].items())),
        active_admins=int(item["active_admins"]),
        version=int(item["version"]),
        policy_version=int(item["policy_version"]),
        created_at=instant_of(item, "created_at"),
        updated_at=instant_of(item, "updated_at"),
        deleted_at=optional_instant_of(item, "deleted_at"),
        signed_out_at=optional_instant_of(item, "signed_out_at"),
    )


def _parse_summary(connection_id: str, entry: Item) -> ConnectionSummary:
    return ConnectionSummary(
        connection_id,
        ConnectionStatus(entry["status"]),
        entry["jit"],
        int(entry["version"]),
        entry["name"] or None,
        optional_instant_of(entry, "signed_out_at"),
    )
