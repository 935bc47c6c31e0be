"""The single sign-on button on the sign-in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.login_policy.model import Decision
from chalicelib.organizations.model import Organization
from chalicelib.users.email_address import domain_of


@dataclass(frozen=True, slots=True)
class SsoOffer:
    """Where the button leads.

    Attributes:
        organization: the name of the organization, if the label may have it.
    """

    path: str
    query: Mapping[str, str]
    organization: str | None = None


def sso_for_unknown_domain(email: str, return_to: str) -> SsoOffer:
    """Returns the offer for an address whose domain has no identity provider: it leads to the single sign-on page."""
    return SsoOffer("/login/sso", {"return_to": return_to, "email": email})


def sso_offer(organization: Organization | None, decision: Decision, email: str, return_to: str) -> SsoOffer | None:
    """Returns the offer for this decision, if it permits single sign-on.

    The organization is named only for addresses in its verified domains. Naming it for a guest's address would reveal
    that the address has an account.
    """
    if organization is None or decision.connection_id is None:
        return None
    name = organization.name if organization.has_verified(domain_of(email)) else None
    query = {"return_to": return_to, "login_hint": email}
    return SsoOffer(f"/saml/{decision.connection_id}/login", query, name)
