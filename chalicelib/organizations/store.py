"""Items of organizations.

ORG#{organization_id} / ORG      the organization, its policy, a summary of each connection; listed in `listing`, as a
                                 tombstone among those
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
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import ConnectionSummary, Domain, Organization, Plan

LIST_PARTITION: Final = "ORGANIZATIONS"
_TOMBSTONES: Final = "TOMBSTONES"


def organization_key(organization_id: str) -> Key:
    """Where an organization lies."""
    return Key(f"ORG#{organization_id}", "ORG")


def organization_lookup(organization_id: str) -> Lookup[Organization]:
    """The organization; None once it is a tombstone."""
    return Lookup(organization_key(organization_id), _parse_existing)


def tombstone_lookup(organization_id: str) -> Lookup[Organization]:
    """The organization, also as a tombstone: for those who finish its deletion."""
    return Lookup(organization_key(organization_id), _parse)


def every_organization() -> Range[Organization]:
    """All living organizations, from the index."""
    return Range(LIST_PARTITION, "ID#", _parse_existing, index="listing")


def every_tombstone() -> Range[Organization]:
    """All whose deletion is not finished, from the index."""
    return Range(_TOMBSTONES, "ID#", _parse, index="listing")


def create_organization(organization: Organization) -> Write:
    """A new organization."""
    return put(
        organization_key(organization.id), _item(organization), absent(), Conflict("conflict", "It exists already.")
    )


def change_organization(changed: Organization, *, from_version: int) -> Write:
    """Name, external ID, plan and domains, if nobody changed them since; raises the version."""
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
    """The login policy, if nobody changed it since."""
    values = {"policy": _policy_item(policy), "policy_version": from_version + 1}
    condition = alive() & equals(policy_version=from_version)
    return update(organization_key(organization_id), values, condition=condition, refused=Stale())


def put_connection_summary(organization_id: str, summary: ConnectionSummary) -> Write:
    """Keep the summary of a connection; goes with every write of one that changes what the summary shows."""
    values = {f"connections.{summary.id}": _summary_item(summary)}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def add_connection(organization_id: str, summary: ConnectionSummary, *, most: int, is_first: bool = False) -> Write:
    """Keep the summary of a new connection, if the organization has fewer than `most`; one of two at once loses.

    Args:
        is_first: refused (`not_first`) where the organization has a connection.
    """
    values = {f"connections.{summary.id}": _summary_item(summary)}
    if is_first:
        met = Conflict("not_first", "There is a connection already.")
        condition = alive() & empty("connections")
        return update(organization_key(organization_id), values, condition=condition, refused=met)
    condition = alive() & fewer_than("connections", most)
    return update(organization_key(organization_id), values, condition=condition, refused=connection_limit(most))


def forget_connection(organization_id: str, connection_id: str) -> Write:
    """Drop the summary of a deleted connection."""
    values = {f"connections.{connection_id}": None}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def count_admins(organization_id: str, change: int) -> Write:
    """Add to the number of active admins; refuses to lose the last one, also when two are lost at once."""
    key = organization_key(organization_id)
    if change >= 0:
        return update(key, {}, add={"active_admins": change}, condition=alive(), refused=NotFound())
    condition = alive() & at_least("active_admins", 1 - change)
    return update(key, {}, add={"active_admins": change}, condition=condition, refused=last_admin())


def lose_admin(
    organization_id: str, change: int, *, seen_policy_version: int, policy_version: int, refused: SsoError
) -> Write:
    """An active admin may no longer get in by password: the policy that this was judged by must still be in force.

    Args:
        change: of the number of active admins.
        policy_version: the new one; raised where the policy itself rests on the admin, so that of two such changes one
            is judged again.
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
    """A sign-in that proves its connection and may create an admin; a transaction has room for one write of an item."""
    values = {f"connections.{summary.id}": _summary_item(summary)}
    add = {"active_admins": admins} if admins else None
    return update(organization_key(organization_id), values, add=add, condition=alive(), refused=NotFound())


def require_exists(organization_id: str) -> Write:
    """Let the transaction depend on the organization being there."""
    return check(organization_key(organization_id), alive(), NotFound())


def end_all_sessions(organization_id: str, now: datetime) -> Write:
    """End every session of the organization that began until now."""
    values = {"signed_out_at": instant(now)}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def mark_deleted(organization_id: str, now: datetime) -> Write:
    """The tombstone: in one write every sign-in and session of the organization ends."""
    values = {"deleted_at": instant(now), "listing_pk": _TOMBSTONES}
    return update(organization_key(organization_id), values, condition=alive(), refused=NotFound())


def purge_organization(organization_id: str) -> Write:
    """The last step of a deletion."""
    return delete(organization_key(organization_id))


def last_admin() -> Conflict:
    """The last active admin can't be removed, demoted or disabled."""
    return Conflict(
        "last_admin",
        "This is the organization's last active admin. Make somebody else an admin first, then try again.",
    )


def connection_limit(most: int) -> Conflict:
    """An organization has as many connections as it may have."""
    return Conflict("connection_limit", f"An organization has {most} connections at most.")


def alive() -> Condition:
    """The organization is there, and no tombstone."""
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
