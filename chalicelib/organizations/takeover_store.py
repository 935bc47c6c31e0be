"""The pending takeover of a newly verified domain, in which users of other organizations have addresses.

Stored in the domain's item (`organizations/domain_store.py`), which is in the index `listing` until it is complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws.condition import equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item
from chalicelib.aws.transaction import Write, update
from chalicelib.errors import NotFound
from chalicelib.organizations.domain_store import TAKEOVERS, domain_key
from chalicelib.organizations.store import alive, organization_key


@dataclass(frozen=True, slots=True)
class Takeover:
    """A verified domain in which other organizations may still have users.

    Attributes:
        after: the local part of the last address processed; None at the start.
    """

    domain: str
    organization_id: str
    after: str | None = None


def takeover_lookup(domain: str) -> Lookup[Takeover]:
    """Looks up the takeover of a verified domain; None if it is complete."""
    return Lookup(domain_key(domain), _takeover)


def every_takeover() -> Range[Takeover]:
    """All domains in which other organizations may still have users, from the index."""
    return Range(TAKEOVERS, "ID#", _takeover, index="listing")


def note_takeover(takeover: Takeover, *, is_done: bool) -> Write:
    """Saves the progress of a takeover."""
    done: Item = {"listing_pk": None, "listing_sk": None, "displaced_after": None}
    values = done if is_done else {"displaced_after": takeover.after}
    condition = equals(organization_id=takeover.organization_id, listing_pk=TAKEOVERS)
    return update(domain_key(takeover.domain), values, condition=condition, refused=NotFound())


def lose_admins(organization_id: str, count: int) -> Write:
    """Subtracts displaced admins from the number of active ones, even the last one: their addresses belong to another
    organization."""
    return update(
        organization_key(organization_id), {}, add={"active_admins": -count}, condition=alive(), refused=NotFound()
    )


def _takeover(item: Item) -> Takeover | None:
    if "listing_pk" not in item:
        return None
    return Takeover(item["domain"], item["organization_id"], item.get("displaced_after"))
