"""Items that make an organization's external ID unique.

EXTERNAL_ID#{external_id} / EXTERNAL_ID   whose external ID it is
DEPLOYMENT / EXTERNAL_IDS                 every organization's external ID is claimed: those of earlier versions, too
"""

from __future__ import annotations

from typing import Final

from chalicelib.aws.condition import absent, equals, present
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Key
from chalicelib.aws.transaction import Write, check, delete, put
from chalicelib.errors import Conflict, NotFound

_COMPLETE: Final = Key("DEPLOYMENT", "EXTERNAL_IDS")


class ClaimsIncompleteError(Conflict):
    """Organizations of an earlier version may have external IDs that nobody has claimed for them yet."""

    def __init__(self) -> None:
        super().__init__("conflict", "External IDs are being claimed. Try again.")


def external_id_lookup(external_id: str) -> Lookup[str]:
    """The ID of the organization that has this external ID."""
    return Lookup(_key(external_id), lambda item: str(item["organization_id"]))


def claim_external_id(external_id: str, organization_id: str) -> Write:
    """Make an external ID this organization's; it belongs to one only. Goes with `require_claims_complete`."""
    taken = Conflict("external_id_taken", "Another organization has this external ID.")
    condition = absent() | equals(organization_id=organization_id)
    return put(_key(external_id), {"organization_id": organization_id}, condition, taken)


def release_external_id(external_id: str, organization_id: str) -> Write:
    """Give an external ID up, if it is still this organization's."""
    return delete(_key(external_id), absent() | equals(organization_id=organization_id), NotFound())


def claims_complete_lookup() -> Lookup[bool]:
    """Whether every organization's external ID is claimed."""
    return Lookup(_COMPLETE, lambda _item: True)


def require_claims_complete() -> Write:
    """Let the transaction depend on every organization's external ID being claimed."""
    return check(_COMPLETE, present(), ClaimsIncompleteError())


def note_claims_complete() -> Write:
    """Every organization's external ID is claimed."""
    return put(_COMPLETE, {"complete": True})


def _key(external_id: str) -> Key:
    return Key(f"EXTERNAL_ID#{external_id}", "EXTERNAL_ID")
