"""What is left to do after a domain was verified: other organizations' users with addresses in it.

In the domain's own item (`organizations/domain_store.py`), listed in `listing` until it is done.
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
        after: the local part of the last address that was looked at; None where none was yet.
    """

    domain: str
    organization_id: str
    after: str | None = None


def takeover_lookup(domain: str) -> Lookup[Takeover]:
    """What is left to do after a domain was verified; None where nothing is."""
    return Lookup(domain_key(domain), _takeover)


def every_takeover() -> Range[Takeover]:
    """All domains in which other organizations may still have users, from the index."""
    return Range(TAKEOVERS, "ID#", _takeover, index="listing")


def note_takeover(takeover: Takeover, *, is_done: bool) -> Write:
    """Keep how far the displacing has come."""
    done: Item = {"listing_pk": None, "listing_sk": None, "displaced_after": None}
    values = done if is_done else {"displaced_after": takeover.after}
    condition = equals(organization_id=takeover.organization_id, listing_pk=TAKEOVERS)
    return update(domain_key(takeover.domain), values, condition=condition, refused=NotFound())


def lose_admins(organization_id: str, count: int) -> Write:
    """Take displaced admins off the number of active ones, the last one too: their addresses are another's."""
    return update(
        organization_key(organization_id), {}, add={"active_admins": -count}, condition=alive(), refused=NotFound()
    )


def _takeover(item: Item) -> Takeover | None:
    if "listing_pk" not in item:
        return None
    return Takeover(item["domain"], item["organization_id"], item.get("displaced_after"))
