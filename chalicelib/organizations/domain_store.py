"""Items of verified domains.

DOMAIN#{domain} / DOMAIN    the organization that verified the domain; in the index `listing` while other organizations
                            may still have users with addresses in it
"""

from __future__ import annotations

from typing import Final

from chalicelib.aws.condition import absent, equals
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key
from chalicelib.aws.transaction import Write, check, delete, put
from chalicelib.errors import Conflict, NotFound
from chalicelib.i18n.message import message

TAKEOVERS: Final = "TAKEOVERS"


def domain_lookup(domain: str) -> Lookup[str]:
    """Looks up the ID of the organization that verified the domain."""
    return Lookup(domain_key(domain), _owner)


def claim_domain(domain: str, organization_id: str, *, others_may_use_it: bool = True) -> Write:
    """Claims a verified domain for one organization.

    From this write on no other organization's user can get an address in it (`require_domain_not_foreign`). Users who
    have one are displaced afterwards; until that is done, `every_takeover` lists the domain.

    Args:
        others_may_use_it: whether other organizations may have users with addresses in it.
    """
    taken = Conflict("domain_taken", message("problem.domain_taken", domain=domain))
    condition = absent() | equals(organization_id=organization_id)
    item = {
        "domain": domain,
        "organization_id": organization_id,
        "listing_pk": TAKEOVERS if others_may_use_it else None,
        "listing_sk": f"ID#{domain}" if others_may_use_it else None,
    }
    return put(domain_key(domain), item, condition, taken)


def release_domain(domain: str, organization_id: str) -> Write:
    """Releases a domain, if it is claimed by this organization."""
    return delete(domain_key(domain), absent() | equals(organization_id=organization_id), NotFound())


def require_domain_not_foreign(domain: str, organization_id: str) -> Write:
    """Makes the transaction conditional on no other organization having verified the domain."""
    condition = absent() | equals(organization_id=organization_id)
    return check(domain_key(domain), condition, email_domain_taken(domain))


def email_domain_taken(domain: str) -> Conflict:
    """Returns the error for an address in a domain that another organization verified."""
    return Conflict("email_domain_taken", message("problem.email_domain_taken", domain=domain))


def domain_key(domain: str) -> Key:
    """Returns the key of the claim on a domain."""
    return Key(f"DOMAIN#{domain}", "DOMAIN")


def _owner(item: Item) -> str:
    return str(item["organization_id"])
