"""Identity providers that are cloud services.

Sources: captured metadata and assertions (2023 and 2024) and the setup guides that WorkOS, Ory Polis, SSOReady, Clerk
and Microsoft publish; what stands in none of them is `unchecked`.
"""

from __future__ import annotations

from typing import Final

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides.guide import (
    GuideStep,
    GuideTerm,
    ProviderGuide,
    unchecked,
    unchecked_step,
)
from chalicelib.i18n.message import message

_ATTRIBUTES: Final = GuideStep("guide.attributes")

CLOUD: Final[dict[Provider, ProviderGuide]] = {
    Provider.OKTA: ProviderGuide(
        mark="O",
        acs_url=GuideTerm("Single sign-on URL"),
        entity_id=GuideTerm("Audience URI (SP Entity ID)"),
        sso_url=GuideTerm("Sign on URL"),
        issuer=GuideTerm("Issuer"),
        certificate=GuideTerm("Signing Certificate"),
        metadata=GuideTerm("Sign On › Metadata URL"),
        steps=(
            GuideStep("guide.okta.create"),
            GuideStep("guide.okta.acs"),
            GuideStep("guide.okta.entity"),
            _ATTRIBUTES,
            GuideStep("guide.okta.assign"),
            GuideStep("guide.okta.metadata"),
        ),
        traps=(GuideStep("guide.okta.trap"),),
    ),
    Provider.ENTRA: ProviderGuide(
        mark="E",
        acs_url=GuideTerm("Reply URL (Assertion Consumer Service URL)"),
        entity_id=GuideTerm("Identifier (Entity ID)"),
        sso_url=GuideTerm("Login URL"),
        issuer=GuideTerm("Microsoft Entra Identifier"),
        certificate=GuideTerm("Certificate (Base64)"),
        metadata=GuideTerm("App Federation Metadata Url"),
        steps=(
            unchecked_step("guide.entra.create"),
            unchecked_step("guide.entra.saml"),
            GuideStep("guide.entra.values"),
            unchecked_step("guide.entra.assign"),
            unchecked_step("guide.entra.metadata"),
        ),
        traps=(
            GuideStep("guide.entra.trap_mail"),
            GuideStep("guide.entra.trap_groups"),
        ),
    ),
    Provider.GOOGLE: ProviderGuide(
        mark="G",
        acs_url=GuideTerm("ACS URL"),
        entity_id=GuideTerm("Entity ID"),
        sso_url=GuideTerm("SSO URL"),
        issuer=GuideTerm(message("guide.name.google_issuer")),
        certificate=GuideTerm("Certificate (.pem)"),
        metadata=GuideTerm(message("guide.name.google_metadata")),
        steps=(
            unchecked_step("guide.google.create"),
            GuideStep("guide.google.metadata"),
            GuideStep("guide.google.values"),
            GuideStep("guide.google.map"),
            GuideStep("guide.google.on"),
        ),
        traps=(
            GuideStep("guide.google.trap_day"),
            GuideStep("guide.google.trap_certificate"),
        ),
    ),
    Provider.ONELOGIN: ProviderGuide(
        mark="1",
        acs_url=GuideTerm(message("guide.name.onelogin_acs")),
        entity_id=GuideTerm("Audience (EntityID)"),
        sso_url=GuideTerm("SAML 2.0 Endpoint (HTTP)"),
        issuer=GuideTerm("Issuer URL"),
        certificate=GuideTerm("X.509 Certificate › View Details"),
        metadata=GuideTerm("More Actions › SAML Metadata"),
        steps=(
            unchecked_step("guide.onelogin.create"),
            GuideStep("guide.onelogin.values"),
            GuideStep("guide.onelogin.validator"),
            GuideStep("guide.onelogin.initiator"),
            GuideStep("guide.onelogin.parameters"),
            GuideStep("guide.onelogin.metadata"),
        ),
        traps=(GuideStep("guide.onelogin.trap"),),
    ),
    Provider.JUMPCLOUD: ProviderGuide(
        mark="J",
        acs_url=GuideTerm("ACS URL(s)"),
        entity_id=GuideTerm("SP Entity ID"),
        sso_url=GuideTerm("IDP URL"),
        issuer=GuideTerm(message("guide.name.jumpcloud_issuer")),
        certificate=GuideTerm("IDP Certificate Valid › Download certificate"),
        metadata=GuideTerm("Export Metadata"),
        steps=(
            unchecked_step("guide.jumpcloud.create"),
            GuideStep("guide.jumpcloud.values"),
            GuideStep("guide.jumpcloud.tick"),
            _ATTRIBUTES,
            unchecked_step("guide.jumpcloud.assign"),
            GuideStep("guide.jumpcloud.metadata"),
        ),
        traps=(GuideStep("guide.jumpcloud.trap"),),
    ),
    Provider.PING: ProviderGuide(
        mark="P",
        acs_url=GuideTerm("ACS URLs"),
        entity_id=GuideTerm("Entity ID"),
        sso_url=GuideTerm("Single Signon Service"),
        issuer=GuideTerm("Issuer ID"),
        certificate=GuideTerm("Download Signing Certificate › X509 PEM (.crt)"),
        metadata=GuideTerm("IdP Metadata URL"),
        steps=(
            unchecked_step("guide.ping.create"),
            unchecked_step("guide.ping.values"),
            GuideStep("guide.ping.subject"),
            GuideStep("guide.ping.on"),
            GuideStep("guide.ping.metadata"),
        ),
        traps=(GuideStep("guide.ping.trap"),),
    ),
    Provider.AUTH0: ProviderGuide(
        mark="A0",
        acs_url=GuideTerm("Application Callback URL"),
        entity_id=unchecked(message("guide.name.auth0_entity")),
        sso_url=unchecked("Identity Provider Login URL"),
        issuer=unchecked("Issuer"),
        certificate=unchecked("Identity Provider Certificate"),
        metadata=GuideTerm("Advanced Settings › Endpoints › SAML Metadata URL"),
        steps=(
            unchecked_step("guide.auth0.create"),
            GuideStep("guide.auth0.addon"),
            unchecked_step("guide.auth0.settings"),
            GuideStep("guide.auth0.metadata"),
        ),
        traps=(unchecked_step("guide.auth0.trap"),),
    ),
}
