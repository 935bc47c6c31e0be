"""Identity providers that are somebody's service.

Sources: captured metadata and assertions (2023 and 2024) and the setup guides that WorkOS, Ory Polis, SSOReady, Clerk
and Microsoft publish; what stands in none of them is `unchecked`.
"""

from __future__ import annotations

from typing import Final

from chalicelib.domain.connection import Provider
from chalicelib.domain.message import message
from chalicelib.domain.provider_guide.guide import ProviderGuide, Step, Word, unchecked, unchecked_step

_ATTRIBUTES: Final = Step("guide.attributes")

CLOUD: Final[dict[Provider, ProviderGuide]] = {
    Provider.OKTA: ProviderGuide(
        mark="O",
        acs_url=Word("Single sign-on URL"),
        entity_id=Word("Audience URI (SP Entity ID)"),
        sso_url=Word("Sign on URL"),
        issuer=Word("Issuer"),
        certificate=Word("Signing Certificate"),
        metadata=Word("Sign On › Metadata URL"),
        steps=(
            Step("guide.okta.create"),
            Step("guide.okta.acs"),
            Step("guide.okta.entity"),
            _ATTRIBUTES,
            Step("guide.okta.assign"),
            Step("guide.okta.metadata"),
        ),
        traps=(Step("guide.okta.trap"),),
    ),
    Provider.ENTRA: ProviderGuide(
        mark="E",
        acs_url=Word("Reply URL (Assertion Consumer Service URL)"),
        entity_id=Word("Identifier (Entity ID)"),
        sso_url=Word("Login URL"),
        issuer=Word("Microsoft Entra Identifier"),
        certificate=Word("Certificate (Base64)"),
        metadata=Word("App Federation Metadata Url"),
        steps=(
            unchecked_step("guide.entra.create"),
            unchecked_step("guide.entra.saml"),
            Step("guide.entra.values"),
            unchecked_step("guide.entra.assign"),
            unchecked_step("guide.entra.metadata"),
        ),
        traps=(
            Step("guide.entra.trap_mail"),
            Step("guide.entra.trap_groups"),
        ),
    ),
    Provider.GOOGLE: ProviderGuide(
        mark="G",
        acs_url=Word("ACS URL"),
        entity_id=Word("Entity ID"),
        sso_url=Word("SSO URL"),
        issuer=Word(message("guide.name.google_issuer")),
        certificate=Word("Certificate (.pem)"),
        metadata=Word(message("guide.name.google_metadata")),
        steps=(
            unchecked_step("guide.google.create"),
            Step("guide.google.metadata"),
            Step("guide.google.values"),
            Step("guide.google.map"),
            Step("guide.google.on"),
        ),
        traps=(
            Step("guide.google.trap_day"),
            Step("guide.google.trap_certificate"),
        ),
    ),
    Provider.ONELOGIN: ProviderGuide(
        mark="1",
        acs_url=Word(message("guide.name.onelogin_acs")),
        entity_id=Word("Audience (EntityID)"),
        sso_url=Word("SAML 2.0 Endpoint (HTTP)"),
        issuer=Word("Issuer URL"),
        certificate=Word("X.509 Certificate › View Details"),
        metadata=Word("More Actions › SAML Metadata"),
        steps=(
            unchecked_step("guide.onelogin.create"),
            Step("guide.onelogin.values"),
            Step("guide.onelogin.validator"),
            Step("guide.onelogin.initiator"),
            Step("guide.onelogin.parameters"),
            Step("guide.onelogin.metadata"),
        ),
        traps=(Step("guide.onelogin.trap"),),
    ),
    Provider.JUMPCLOUD: ProviderGuide(
        mark="J",
        acs_url=Word("ACS URL(s)"),
        entity_id=Word("SP Entity ID"),
        sso_url=Word("IDP URL"),
        issuer=Word(message("guide.name.jumpcloud_issuer")),
        certificate=Word("IDP Certificate Valid › Download certificate"),
        metadata=Word("Export Metadata"),
        steps=(
            unchecked_step("guide.jumpcloud.create"),
            Step("guide.jumpcloud.values"),
            Step("guide.jumpcloud.tick"),
            _ATTRIBUTES,
            unchecked_step("guide.jumpcloud.assign"),
            Step("guide.jumpcloud.metadata"),
        ),
        traps=(Step("guide.jumpcloud.trap"),),
    ),
    Provider.PING: ProviderGuide(
        mark="P",
        acs_url=Word("ACS URLs"),
        entity_id=Word("Entity ID"),
        sso_url=Word("Single Signon Service"),
        issuer=Word("Issuer ID"),
        certificate=Word("Download Signing Certificate › X509 PEM (.crt)"),
        metadata=Word("IdP Metadata URL"),
        steps=(
            unchecked_step("guide.ping.create"),
            unchecked_step("guide.ping.values"),
            Step("guide.ping.subject"),
            Step("guide.ping.on"),
            Step("guide.ping.metadata"),
        ),
        traps=(Step("guide.ping.trap"),),
    ),
    Provider.AUTH0: ProviderGuide(
        mark="A0",
        acs_url=Word("Application Callback URL"),
        entity_id=unchecked(message("guide.name.auth0_entity")),
        sso_url=unchecked("Identity Provider Login URL"),
        issuer=unchecked("Issuer"),
        certificate=unchecked("Identity Provider Certificate"),
        metadata=Word("Advanced Settings › Endpoints › SAML Metadata URL"),
        steps=(
            unchecked_step("guide.auth0.create"),
            Step("guide.auth0.addon"),
            unchecked_step("guide.auth0.settings"),
            Step("guide.auth0.metadata"),
        ),
        traps=(unchecked_step("guide.auth0.trap"),),
    ),
}
