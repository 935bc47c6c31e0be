"""Where a refused sign-in is mended, in the words of each identity provider's own console.

The names are those of the vendors' consoles and setup guides; a provider that isn't here, or a name that was never
checked, gets the standard's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.domain.connection import Provider
from chalicelib.domain.provider_name import PROVIDER_NAMES
from chalicelib.domain.refusal import RefusalCode as Code


@dataclass(frozen=True, slots=True)
class Console:
    """What a console calls the five things that can be wrong."""

    acs_url: str
    sp_entity_id: str
    issuer: str
    certificate: str
    email: str


_STANDARD: Final = Console(
    acs_url="the ACS URL",
    sp_entity_id="the audience (the service provider's entity ID)",
    issuer="the entity ID",
    certificate="the signing certificate",
    email="the attribute “email”, or the Name ID with the format emailAddress",
)
_CONSOLES: Final[dict[Provider, Console]] = {
    Provider.OKTA: Console(
        acs_url="“Single sign-on URL” with “Use this for Recipient URL and Destination URL” ticked",
        sp_entity_id="“Audience URI (SP Entity ID)”",
        issuer="“Issuer” on the tab “Sign On”",
        certificate="“SAML Signing Certificates” on the tab “Sign On”",
        email="“Name ID format” EmailAddress, or an attribute statement “email” with user.email",
    ),
    Provider.ONELOGIN: Console(
        acs_url="“ACS (Consumer) URL”, “Recipient” and “ACS (Consumer) URL Validator”",
        sp_entity_id="“Audience (EntityID)”",
        issuer="“Issuer URL” on the tab “SSO”",
        certificate="“X.509 Certificate” › “View Details”",
        email="a parameter “email” with “Include in SAML assertion” ticked",
    ),
    Provider.ENTRA: Console(
        acs_url="“Reply URL (Assertion Consumer Service URL)”",
        sp_entity_id="“Identifier (Entity ID)”",
        issuer="“Microsoft Entra Identifier”",
        certificate="“Certificate (Base64)” under “SAML Certificates”",
        email="“Attributes & Claims”: the claim emailaddress, from user.mail or user.userprincipalname",
    ),
    Provider.GOOGLE: Console(
        acs_url="“ACS URL” under “Service provider details”",
        sp_entity_id="“Entity ID” under “Service provider details”",
        issuer="“Entity ID” under “Google Identity Provider details”",
        certificate="“Certificate” under “Google Identity Provider details”",
        email="“Name ID” with Basic Information › Primary email",
    ),
    Provider.JUMPCLOUD: Console(
        acs_url="“ACS URL”",
        sp_entity_id="“SP Entity ID”",
        issuer="“IdP Entity ID”",
        certificate="“IDP Certificate Valid” › “Download certificate”",
        email="an attribute “email”",
    ),
    Provider.PING: Console(
        acs_url="“ACS URLs”",
        sp_entity_id="“Entity ID”",
        issuer="“Issuer ID”",
        certificate="“Download Signing Certificate”",
        email="the attribute mapping “saml_subject” with Email Address",
    ),
    Provider.KEYCLOAK: Console(
        acs_url="“Valid redirect URIs” and “Master SAML Processing URL” of the client",
        sp_entity_id="“Client ID”",
        issuer="the realm's address, in “SAML 2.0 Identity Provider Metadata”",
        certificate="the realm's key, in “SAML 2.0 Identity Provider Metadata”",
        email="a mapper of the user property email",
    ),
    Provider.SIMPLESAMLPHP: Console(
        acs_url="“AssertionConsumerService” in saml20-sp-remote",
        sp_entity_id="the entry's key in saml20-sp-remote",
        issuer="the entity ID of the hosted identity provider",
        certificate="“certificate” of the hosted identity provider",
        email="an attribute “mail” or “email”",
    ),
}


def console_advice(code: Code, provider: Provider) -> str | None:
    """One sentence: which field, where; None where no console can mend it.

    It never suggests to trust what came with the failed response: certificates are fetched from the console.
    """
    names = _CONSOLES.get(provider, _STANDARD)
    said = {
        Code.SAML_AUDIENCE_MISMATCH: f"{names.sp_entity_id} must be our Service provider entity ID",
        Code.SAML_DESTINATION_MISMATCH: f"{names.acs_url} must be our Single Sign-On URL",
        Code.SAML_RECIPIENT_MISMATCH: f"{names.acs_url} must be our Single Sign-On URL",
        Code.SAML_ISSUER_MISMATCH: f"copy {names.issuer} into our “Identity Provider Issuer”, to the letter",
        Code.SAML_CERTIFICATE_MISMATCH: f"copy {names.certificate} into our “Key x509 certificate”",
        Code.EMAIL_MISSING: f"set {names.email}",
    }.get(code)
    if said is None:
        return None
    where = "In your identity provider" if provider is Provider.OTHER else f"In {PROVIDER_NAMES[provider]}"
    return f"{where}: {said}."
