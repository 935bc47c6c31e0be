"""Items that make an organization's external ID unique.

EXTERNAL_ID#{external_id} / EXTERNAL_ID   the organization that has the external ID
DEPLOYMENT / EXTERNAL_IDS                 set when all external IDs are claimed, including those of earlier versions
"""

from __future__ import annotations

from typing import Final

from chalicelib.aws.condition import absent, equals, present
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Key
from chalicelib.aws.transaction import Write, check, delete, put
from chalicelib.errors import Conflict, NotFound
from chalicelib.i18n.message import message

_COMPLETE: Final = Key("DEPLOYMENT", "EXTERNAL_IDS")


class ClaimsIncompleteError(Conflict):
    """Organizations of an earlier version may have external IDs that are not claimed yet."""

    def __init__(self) -> None:
        super().__init__("conflict", message("problem.conflict.external_ids"))


def external_id_lookup(external_id: str) -> Lookup[str]:
    """Looks up the ID of the organization that has this external ID."""
    return Lookup(_key(external_id), lambda item: str(item["organization_id"]))


def claim_external_id(external_id: str, organization_id: str) -> Write:
    """Claims an external ID for one organization. Use with `require_claims_complete`."""
    taken = Conflict("external_id_taken")
    condition = absent() | equals(organization_id=organization_id)
    return put(_key(external_id), {"organization_id": organization_id}, condition, taken)


def release_external_id(external_id: str, organization_id: str) -> Write:
    """Releases an external ID, if it is claimed by this organization."""
    return delete(_key(external_id), absent() | equals(organization_id=organization_id), NotFound())


def claims_complete_lookup() -> Lookup[bool]:
    """Reads whether every organization's external ID is claimed."""
    return Lookup(_COMPLETE, lambda _item: True)


def require_claims_complete() -> Write:
    """Makes the transaction conditional on every organization's external ID being claimed."""
    return check(_COMPLETE, present(), ClaimsIncompleteError())


def note_claims_complete() -> Write:
    """Records that every organization's external ID is claimed."""
    return put(_COMPLETE, {"complete": True})


def _key(external_id: str) -> Key:
    return Key(f"EXTERNAL_ID#{external_id}", "EXTERNAL_ID")
