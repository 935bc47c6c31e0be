"""The button that leads to somebody's identity provider."""

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
    """Where single sign-on begins, and what the button says."""

    address: str
    label: str


def sso_for_anybody(email: str, return_to: str) -> SsoOffer:
    """For an address whose domain leads to no identity provider: the page that asks for one."""
    return SsoOffer(address(current().settings, "/login/sso", return_to=return_to, email=email), t("login.sso"))


def sso_offer(organization: Organization | None, decision: Decision, email: str, return_to: str) -> SsoOffer | None:
    """For this person, if the policy offers it.

    The organization is named to everybody whose address is of a domain that it verified, and to nobody else: a name
    would tell strangers that a guest's address has an account.
    """
    if organization is None or decision.connection_id is None:
        return None
    label = t("login.sso")
    if organization.has_verified(domain_of(email)):
        label = t("login.sso_of", organization=organization.name)
    path = f"/saml/{decision.connection_id}/login"
    return SsoOffer(address(current().settings, path, return_to=return_to, login_hint=email), label)
