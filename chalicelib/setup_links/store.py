"""DynamoDB items of setup links.

SETUP#{organization_id} / LINK#{link_id}   a setup link and its guest session; kept 30 days after the end

Link and session share one item, so that one write revokes both.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.condition import Condition, absent, equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, optional_instant_of, seconds
from chalicelib.aws.transaction import Write, delete, put, update
from chalicelib.errors import Conflict, NotFound
from chalicelib.setup_links.model import RETENTION, SetupLink


def setup_link_lookup(organization_id: str, link_id: str, now: datetime) -> Lookup[SetupLink]:
    """Looks up a link, including one that has ended; callers check its status."""
    return Lookup(_key(organization_id, link_id), lambda item: None if is_expired(item, now) else _parse(item))


def setup_links_of(organization_id: str, now: datetime) -> Range[SetupLink]:
    """All links of an organization."""
    return Range(f"SETUP#{organization_id}", "LINK#", lambda item: None if is_expired(item, now) else _parse(item))


def create_setup_link(link: SetupLink) -> Write:
    """Creates a link."""
    item = {
        "kind": "setup_link",
        "id": link.id,
        "organization_id": link.organization_id,
        "connection_id": link.connection_id,
        "created_by": link.created_by,
        "created_at": instant(link.created_at),
        "ends_at": instant(link.expires_at),
        "expires_at": seconds(link.expires_at + RETENTION),
        "code_sha256": link.code_sha256,
    }
    return put(_key(link.organization_id, link.id), item, absent(), Conflict("conflict"))


def open_setup_link(link: SetupLink, opened: SetupLink) -> Write:
    """Exchanges the code for a guest session; only the first exchange succeeds. `link` is the item as it was read."""
    values = {
        "connection_id": opened.connection_id,
        "code_sha256": None,
        "guest_sha256": opened.guest_sha256,
        "opened_at": instant(opened.opened_at),
        "opened_from": opened.opened_from,
    }
    condition = equals(code_sha256=link.code_sha256, ended_at=None)
    return update(_key(link.organization_id, link.id), values, condition=condition, refused=setup_link_is_void())


def use_setup_link(link: SetupLink, now: datetime) -> Write:
    """Records that the guest proposes values. Belongs in the same transaction, so that nothing is saved after the
    end.
    """
    values = {"used_at": instant(now)}
    return update(_key(link.organization_id, link.id), values, condition=_in_use(link), refused=setup_link_is_void())


def finish_setup_link(link: SetupLink, now: datetime) -> Write:
    """Ends the link at the guest's request."""
    values = {"ended_at": instant(now), "is_revoked": False, "code_sha256": None, "guest_sha256": None}
    return update(_key(link.organization_id, link.id), values, condition=_in_use(link), refused=setup_link_is_void())


def revoke_setup_link(organization_id: str, link_id: str, now: datetime) -> Write:
    """Revokes the link and its session in any state; a second revocation fails."""
    values = {"ended_at": instant(now), "is_revoked": True, "code_sha256": None, "guest_sha256": None}
    condition = equals(kind="setup_link", ended_at=None)
    return update(_key(organization_id, link_id), values, condition=condition, refused=NotFound())


def purge_setup_link(link: SetupLink) -> Write:
    """Deletes the record, as a step of deleting its organization."""
    return delete(_key(link.organization_id, link.id))


def setup_link_is_void() -> NotFound:
    """Used, revoked, expired and nonexistent links get the same error."""
    return NotFound(
        "setup_link_is_void",
    )


def _in_use(link: SetupLink) -> Condition:
    return equals(guest_sha256=link.guest_sha256, ended_at=None)


def _key(organization_id: str, link_id: str) -> Key:
    return Key(f"SETUP#{organization_id}", f"LINK#{link_id}")


def _parse(item: Item) -> SetupLink:
    return SetupLink(
        id=item["id"],
        organization_id=item["organization_id"],
        connection_id=item.get("connection_id"),
        created_by=item["created_by"],
        created_at=instant_of(item, "created_at"),
        expires_at=instant_of(item, "ends_at"),
        code_sha256=item.get("code_sha256"),
        guest_sha256=item.get("guest_sha256"),
        opened_at=optional_instant_of(item, "opened_at"),
        opened_from=item.get("opened_from"),
        used_at=optional_instant_of(item, "used_at"),
        ended_at=optional_instant_of(item, "ended_at"),
        is_revoked=item.get("is_revoked", False),
    )
