"""Recognizes URLs of identity providers: the vendor and the URL's role (vendors' docs; sample metadata)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chalicelib.connections.model import Provider


class AddressRole(StrEnum):
    """The role of a URL."""

    METADATA = "metadata"
    SSO = "sso"
    ISSUER = "issuer"
    CONSOLE = "console"
    OPENID = "openid"


_ENTRA_METADATA: Final = re.compile(r"https://login\.microsoftonline\.(?:com|us|cn)/[^?]*/federationmetadata\.xml")
_ENTRA_ISSUER: Final = re.compile(r"https://sts\.windows\.net/([0-9a-f-]{36})/?$")
_OKTA: Final = r"[^/]*\.(?:okta|oktapreview|okta-emea|trexcloud)\.com"
_ROWS: Final = (
    (None, AddressRole.OPENID, r"https://[^?]*/\.well-known/(?:openid-configuration|oauth-authorization-server)"),
    (Provider.OKTA, AddressRole.CONSOLE, r"https://[^/]*-admin\.(?:okta|oktapreview|okta-emea)\.com/"),
    (Provider.ENTRA, AddressRole.CONSOLE, r"https://(?:portal\.azure\.com|entra\.microsoft\.com|aad\.portal\.azure\.com)"),
    (Provider.GOOGLE, AddressRole.CONSOLE, r"https://admin\.google\.com"),
    (Provider.JUMPCLOUD, AddressRole.CONSOLE, r"https://console(?:\.[a-z]+)?\.jumpcloud\.com"),
    (Provider.PING, AddressRole.CONSOLE, r"https://(?:console|admin)\.pingone\.[a-z.]+"),
    (Provider.AUTH0, AddressRole.CONSOLE, r"https://manage\.auth0\.com"),
    (Provider.OKTA, AddressRole.ISSUER, r"https?://www\.okta\.com/exk[a-z0-9]+$"),
    (Provider.OKTA, AddressRole.METADATA, rf"https://{_OKTA}/.*/metadata"),
    (Provider.OKTA, AddressRole.SSO, rf"https://{_OKTA}/app/.*/sso/saml/?$"),
    (Provider.ENTRA, AddressRole.ISSUER, r"https://sts\.windows\.net/[0-9a-f-]{36}/?$"),
    (Provider.ENTRA, AddressRole.METADATA, r"https://login\.microsoftonline\.(?:com|us|cn)/.*/federationmetadata\.xml"),
    (Provider.ENTRA, AddressRole.SSO, r"https://login\.microsoftonline\.(?:com|us|cn)/[^/]+/(?:saml2|wsfed)$"),
    (Provider.GOOGLE, AddressRole.ISSUER, r"https://accounts\.google\.com/o/saml2\?idpid="),
    (Provider.GOOGLE, AddressRole.SSO, r"https://accounts\.google\.com/o/saml2/(?:idp|initsso)\?"),
    (Provider.ONELOGIN, AddressRole.SSO, r"https://[^/]*\.onelogin\.com/trust/saml2/http-(?:post|redirect)/sso/"),
    (Provider.ONELOGIN, AddressRole.METADATA, r"https://[^/]*\.onelogin\.com/saml/metadata/"),
    (Provider.JUMPCLOUD, AddressRole.METADATA, r"https://sso(?:\.[a-z]+)?\.jumpcloud\.com/saml2/metadata/"),
    (Provider.JUMPCLOUD, AddressRole.SSO, r"https://sso(?:\.[a-z]+)?\.jumpcloud\.com/saml2/[^/]+$"),
    (Provider.PING, AddressRole.METADATA, r"https://auth\.pingone\.[a-z.]+/[0-9a-f-]{36}/saml20/metadata/"),
    (Provider.PING, AddressRole.SSO, r"https://auth\.pingone\.[a-z.]+/[0-9a-f-]{36}/saml20/idp/sso"),
    (Provider.PING, AddressRole.SSO, r"https://[^?]*/idp/sso\.saml2"),
    (Provider.PING, AddressRole.ISSUER, r"https://auth\.pingone\.[a-z.]+/[0-9a-f-]{36}/?$"),
    (Provider.AUTH0, AddressRole.METADATA, r"https://[^/]+/samlp/metadata/"),
    (Provider.AUTH0, AddressRole.SSO, r"https://[^/]+/samlp/[a-z0-9]+$"),
    (Provider.AUTH0, AddressRole.ISSUER, r"urn:(?!amazon)[^:]+\.auth0\.com$"),
    (Provider.ADFS, AddressRole.ISSUER, r"https?://[^/]+/adfs/services/trust/?$"),
    (Provider.ADFS, AddressRole.METADATA, r"https://[^?]*/federationmetadata/2007-06/federationmetadata\.xml"),
    (Provider.ADFS, AddressRole.SSO, r"https://[^/]+/adfs/ls/?"),
    (Provider.KEYCLOAK, AddressRole.METADATA, r"https?://[^?]*/realms/[^/]+/protocol/saml/descriptor$"),
    (Provider.KEYCLOAK, AddressRole.SSO, r"https?://[^?]*/realms/[^/]+/protocol/saml$"),
    (Provider.KEYCLOAK, AddressRole.ISSUER, r"https?://[^?]*/realms/[^/]+/?$"),
    (Provider.SHIBBOLETH, AddressRole.SSO, r"https://[^?]*/idp/profile/saml2/(?:redirect|post|unsolicited)/sso"),
    (Provider.SHIBBOLETH, AddressRole.METADATA, r"https?://[^?]*/idp/shibboleth$"),
    (Provider.SIMPLESAMLPHP, AddressRole.SSO, r"https?://[^?]*/saml2/idp/ssoservice\.php"),
    (Provider.SIMPLESAMLPHP, AddressRole.SSO, r"https?://[^?]*/module\.php/saml/idp/singlesignonservice"),
    (Provider.SIMPLESAMLPHP, AddressRole.METADATA, r"https?://[^?]*/saml2/idp/metadata\.php"),
    (Provider.SIMPLESAMLPHP, AddressRole.METADATA, r"https?://[^?]*/module\.php/saml/idp/metadata"),
    (None, AddressRole.METADATA, r"https?://[^?]*metadata[^/]*$"),
    (None, AddressRole.SSO, r"https?://[^?]*/(?:sso|singlesignon|saml2?/(?:sso|login)|sso/saml2?|login/saml2?)/?$"),
)  # fmt: skip
_MESSAGE_PARAMETERS: Final = {"samlrequest", "samlresponse", "samlart", "relaystate"}
_TABLE: Final = tuple((provider, role, re.compile(pattern)) for provider, role, pattern in _ROWS)


def role_of(address: str) -> AddressRole | None:
    """Returns the role of a URL, if its form reveals it."""
    lowered = address.lower()
    return next((role for _, role, pattern in _TABLE if pattern.match(lowered)), None)


def is_sign_in_link(address: str) -> bool:
    """True if the URL belongs to one sign-in, because it carries a SAML message or its parameters."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return False
    names = {pair.partition("=")[0].lower() for pair in query.replace(";", "&").split("&")}
    return not names.isdisjoint(_MESSAGE_PARAMETERS) or {"sigalg", "signature"} <= names


def is_tenant_wide(address: str) -> bool:
    """True for metadata of an Entra tenant, whose keys don't sign for applications with keys of their own."""
    lowered = address.lower()
    return _ENTRA_METADATA.match(lowered) is not None and "appid=" not in lowered


def metadata_address_of_application(entity_id: str) -> str:
    """Returns the form of an Entra application's metadata URL, with the tenant ID from the entity ID."""
    found = _ENTRA_ISSUER.match(entity_id.lower())
    tenant = found[1] if found else "TENANT-ID"
    path = "federationmetadata/2007-06/federationmetadata.xml?appid=APPLICATION-ID"
    return f"https://login.microsoftonline.com/{tenant}/{path}"


def provider_of(*addresses: str | None) -> Provider | None:
    """Returns the vendor of the URLs. The entity ID comes first because it is the most specific."""
    for address in addresses:
        lowered = (address or "").lower()
        for provider, _, pattern in _TABLE:
            if provider is not None and pattern.match(lowered):
                return provider
    return None
