"""Items of one-time links.

LINK#{sha256} / LINK   an invitation or password link, under the hash of its code; single-use, expires
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.condition import absent, unexpired
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.errors import Conflict
from chalicelib.invitations.model import Link, LinkPurpose, link_is_void


def link_lookup(code_sha256: str, now: datetime) -> Lookup[Link]:
    """Looks up a link that is neither used nor expired."""
    return Lookup(_key(code_sha256), lambda item: None if is_expired(item, now) else _parse(item))


def create_link(link: Link) -> Write:
    """Creates a link."""
    item = {
        "id": link.id,
        "code_sha256": link.code_sha256,
        "purpose": link.purpose.value,
        "organization_id": link.organization_id,
        "user_id": link.user_id,
        "epoch": link.epoch,
        "ends_at": instant(link.expires_at),
        "expires_at": seconds(link.expires_at),
    }
    return put(_key(link.code_sha256), item, absent(), Conflict("conflict"))


def use_link(code_sha256: str, now: datetime) -> Write:
    """Consumes a link, in the transaction that it authorizes."""
    return delete(_key(code_sha256), unexpired(now), link_is_void())


def _key(code_sha256: str) -> Key:
    return Key(f"LINK#{code_sha256}", "LINK")


def _parse(item: Item) -> Link:
    return Link(
        id=item["id"],
        code_sha256=item["code_sha256"],
        purpose=LinkPurpose(item["purpose"]),
        organization_id=item["organization_id"],
        user_id=item["user_id"],
        epoch=int(item["epoch"]),
        expires_at=instant_of(item, "ends_at"),
    )
