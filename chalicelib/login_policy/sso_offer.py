"""The single sign-on button on the sign-in pages."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.container import current
from chalicelib.http.rendering import address
from chalicelib.i18n.catalog import t
from chalicelib.login_policy.model import Decision
from chalicelib.organizations.model import Organization
from chalicelib.users.email_address import domain_of


@dataclass(frozen=True, slots=True)
class SsoOffer:
    """The button's target and its label."""

    address: str
    label: str


def sso_for_unknown_domain(email: str, return_to: str) -> SsoOffer:
    """Returns the offer for an address whose domain has no identity provider: it leads to the single sign-on page."""
    return SsoOffer(address(current().settings, "/login/sso", return_to=return_to, email=email), t("login.sso"))


def sso_offer(organization: Organization | None, decision: Decision, email: str, return_to: str) -> SsoOffer | None:
    """Returns the offer for this decision, if it permits single sign-on.

    The organization is named only for addresses in its verified domains. Naming it for a guest's address would reveal
    that the address has an account.
    """
    if organization is None or decision.connection_id is None:
        return None
    label = t("login.sso")
    if organization.has_verified(domain_of(email)):
        label = t("login.sso_of", organization=organization.name)
    path = f"/saml/{decision.connection_id}/login"
    return SsoOffer(address(current().settings, path, return_to=return_to, login_hint=email), label)
