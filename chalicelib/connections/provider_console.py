"""Where the setting behind a refusal is in each identity provider's console, in the vendor's terms.

From guides by vendors and others. Consoles change, and the entries in `FROM_MEMORY` were not compared with one. "{app}"
stands for the customer's application. No entry leads to a certificate that came with a failed response, because the
response's sender chose it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from chalicelib.connections.model import Provider


class ConsolePlace(StrEnum):
    """A setting or value in a provider's console."""

    ACS_URL = "acs_url"
    ENTITY_ID = "entity_id"
    ISSUER = "issuer"
    CERTIFICATE = "certificate"
    SIGNING = "signing"
    NAME_ID = "name_id"
    ATTRIBUTES = "attributes"
    ASSIGNMENT = "assignment"
    ENCRYPTION = "encryption"
    METADATA = "metadata"
    CLOCK = "clock"


FROM_MEMORY: Final = frozenset({Provider.ADFS, Provider.AUTH0, Provider.SHIBBOLETH, Provider.SIMPLESAMLPHP})

_OKTA_SAML: Final = "Applications › {app} › General › SAML Settings › Edit"
_ENTRA_SAML: Final = "Enterprise applications › {app} › Single sign-on"
_GOOGLE_APP: Final = "Apps › Web and mobile apps › {app}"
_JUMPCLOUD_SSO: Final = "SSO Applications › {app} › SSO"
_PING_APP: Final = "Applications › {app}"
_AUTH0_ADDON: Final = "Applications › {app} › Addons › SAML2 Web App › Settings"
_ADFS_TRUST: Final = "AD FS Management › Relying Party Trusts › {app} › Properties"
_KEYCLOAK: Final = "Clients › {app}"
_SSP_REMOTE: Final = "metadata/saml20-sp-remote.php"
_SHIBBOLETH_RULES: Final = "conf/relying-party.xml"
_P = ConsolePlace

PLACES: Final[dict[Provider, dict[ConsolePlace, str]]] = {
    Provider.OKTA: {
        _P.ACS_URL: f"{_OKTA_SAML} › Single sign-on URL; tick Use this for Recipient URL and Destination URL",
        _P.ENTITY_ID: f"{_OKTA_SAML} › Audience URI (SP Entity ID)",
        _P.ISSUER: "Applications › {app} › Sign On › SAML 2.0 › More details › Issuer",
        _P.CERTIFICATE: "Applications › {app} › Sign On › SAML Signing Certificates › Actions › View IdP metadata",
        _P.SIGNING: f"{_OKTA_SAML} › Show Advanced Settings › Response, Assertion Signature, Signature Algorithm",
        _P.NAME_ID: f"{_OKTA_SAML} › Name ID format, Application username",
        _P.ATTRIBUTES: f"{_OKTA_SAML} › Attribute Statements › email = user.email",
        _P.ASSIGNMENT: "Applications › {app} › Assignments",
        _P.ENCRYPTION: f"{_OKTA_SAML} › Show Advanced Settings › Assertion Encryption",
        _P.METADATA: "Applications › {app} › Sign On › Metadata URL",
    },
    Provider.ONELOGIN: {
        _P.ACS_URL: "Applications › {app} › Configuration › ACS (Consumer) URL, its URL Validator, Recipient",
        _P.ENTITY_ID: "Applications › {app} › Configuration › Audience (EntityID)",
        _P.ISSUER: "Applications › {app} › SSO › Issuer URL",
        _P.CERTIFICATE: "Applications › {app} › SSO › X.509 Certificate › View Details",
        _P.SIGNING: "Applications › {app} › SSO › SAML Signature Algorithm; Configuration › SAML signature element",
        _P.NAME_ID: "Applications › {app} › Configuration › SAML nameID format; Parameters › NameID value",
        _P.ATTRIBUTES: "Applications › {app} › Parameters › Include in SAML assertion",
        _P.ASSIGNMENT: "Users › Applications; Applications › {app} › Access",
        _P.ENCRYPTION: "Applications › {app} › Configuration › Encrypt assertion",
        _P.METADATA: "Applications › {app} › More Actions › SAML Metadata",
    },
    Provider.ENTRA: {
        _P.ACS_URL: f"{_ENTRA_SAML} › Basic SAML Configuration › Reply URL (Assertion Consumer Service URL)",
        _P.ENTITY_ID: f"{_ENTRA_SAML} › Basic SAML Configuration › Identifier (Entity ID)",
        _P.ISSUER: f"{_ENTRA_SAML} › Set up {{app}} › Microsoft Entra Identifier",
        _P.CERTIFICATE: f"{_ENTRA_SAML} › SAML Certificates › Certificate (Base64)",
        _P.SIGNING: f"{_ENTRA_SAML} › SAML Certificates › Edit › Signing Option, Signing Algorithm",
        _P.NAME_ID: f"{_ENTRA_SAML} › Attributes & Claims › Unique User Identifier (Name ID)",
        _P.ATTRIBUTES: f"{_ENTRA_SAML} › Attributes & Claims",
        _P.ASSIGNMENT: "Enterprise applications › {app} › Users and groups",
        _P.ENCRYPTION: "Enterprise applications › {app} › Token encryption",
        _P.METADATA: f"{_ENTRA_SAML} › SAML Certificates › App Federation Metadata Url",
    },
    Provider.GOOGLE: {
        _P.ACS_URL: f"{_GOOGLE_APP} › Service provider details › ACS URL",
        _P.ENTITY_ID: f"{_GOOGLE_APP} › Service provider details › Entity ID",
        _P.ISSUER: f"{_GOOGLE_APP} › Download metadata › Entity ID",
        _P.CERTIFICATE: f"{_GOOGLE_APP} › Service provider details › Certificate",
        _P.SIGNING: f"{_GOOGLE_APP} › Service provider details › Signed response",
        _P.NAME_ID: f"{_GOOGLE_APP} › Service provider details › Name ID › Basic Information › Primary email",
        _P.ATTRIBUTES: f"{_GOOGLE_APP} › SAML attribute mapping",
        _P.ASSIGNMENT: f"{_GOOGLE_APP} › User access",
        _P.ENCRYPTION: f"{_GOOGLE_APP} › Service provider details",
        _P.METADATA: f"{_GOOGLE_APP} › Download metadata",
    },
    Provider.ADFS: {
        _P.ACS_URL: f"{_ADFS_TRUST} › Endpoints › SAML Assertion Consumer Endpoints",
        _P.ENTITY_ID: f"{_ADFS_TRUST} › Identifiers › Relying party identifiers",
        _P.ISSUER: "AD FS Management › Edit Federation Service Properties › Federation Service identifier",
        _P.CERTIFICATE: "AD FS Management › Service › Certificates › Token-signing",
        _P.SIGNING: "Set-AdfsRelyingPartyTrust -SamlResponseSignature; Properties › Advanced › Secure hash algorithm",
        _P.NAME_ID: "Relying Party Trusts › {app} › Edit Claim Issuance Policy › Name ID",
        _P.ATTRIBUTES: "Relying Party Trusts › {app} › Edit Claim Issuance Policy › E-Mail Address",
        _P.ASSIGNMENT: "Relying Party Trusts › {app} › Edit Access Control Policy",
        _P.ENCRYPTION: f"{_ADFS_TRUST} › Encryption",
        _P.METADATA: "/federationmetadata/2007-06/federationmetadata.xml",
        _P.CLOCK: "w32tm /resync; Set-AdfsRelyingPartyTrust -NotBeforeSkew",
    },
    Provider.JUMPCLOUD: {
        _P.ACS_URL: f"{_JUMPCLOUD_SSO} › ACS URL(s)",
        _P.ENTITY_ID: f"{_JUMPCLOUD_SSO} › SP Entity ID",
        _P.ISSUER: f"{_JUMPCLOUD_SSO} › IdP Entity ID",
        _P.CERTIFICATE: f"{_JUMPCLOUD_SSO} › IDP Certificate Valid › Download certificate",
        _P.SIGNING: f"{_JUMPCLOUD_SSO} › Sign Assertion, Sign Response, Signature Algorithm",
        _P.NAME_ID: f"{_JUMPCLOUD_SSO} › SAMLSubject NameID",
        _P.ATTRIBUTES: f"{_JUMPCLOUD_SSO} › Attributes › Add attribute",
        _P.ASSIGNMENT: "SSO Applications › {app} › User Groups",
        _P.ENCRYPTION: f"{_JUMPCLOUD_SSO} › SP Certificate",
        _P.METADATA: f"{_JUMPCLOUD_SSO} › Declare Redirect Endpoint; Export Metadata",
    },
    Provider.PING: {
        _P.ACS_URL: f"{_PING_APP} › Configuration › ACS URLs",
        _P.ENTITY_ID: f"{_PING_APP} › Configuration › Entity ID",
        _P.ISSUER: f"{_PING_APP} › Configuration › Issuer ID",
        _P.CERTIFICATE: f"{_PING_APP} › Configuration › Download Signing Certificate › X509 PEM (.crt)",
        _P.SIGNING: f"{_PING_APP} › Configuration › Signing Key › Sign Assertion, Sign Response",
        _P.NAME_ID: f"{_PING_APP} › Attribute Mappings › saml_subject",
        _P.ATTRIBUTES: f"{_PING_APP} › Attribute Mappings",
        _P.ASSIGNMENT: f"{_PING_APP} › Access",
        _P.ENCRYPTION: f"{_PING_APP} › Configuration › Encryption",
        _P.METADATA: f"{_PING_APP} › Configuration › IdP Metadata URL",
    },
    Provider.AUTH0: {
        _P.ACS_URL: "Applications › {app} › Addons › SAML2 Web App › Settings › Application Callback URL",
        _P.ENTITY_ID: f"{_AUTH0_ADDON} › audience",
        _P.ISSUER: "Applications › {app} › Addons › SAML2 Web App › Usage › Issuer",
        _P.CERTIFICATE: "Applications › {app} › Addons › SAML2 Web App › Usage › Identity Provider Certificate",
        _P.SIGNING: f"{_AUTH0_ADDON} › signResponse, signatureAlgorithm, digestAlgorithm",
        _P.NAME_ID: f"{_AUTH0_ADDON} › nameIdentifierProbes",
        _P.ATTRIBUTES: f"{_AUTH0_ADDON} › mappings",
        _P.ASSIGNMENT: "Applications › {app} › Connections; Actions › Login",
        _P.ENCRYPTION: "Actions › Login › api.samlResponse.setEncryptionCert",
        _P.METADATA: "Applications › {app} › Advanced Settings › Endpoints › SAML Metadata URL",
    },
    Provider.KEYCLOAK: {
        _P.ACS_URL: f"{_KEYCLOAK} › Settings › Valid redirect URIs, Master SAML Processing URL",
        _P.ENTITY_ID: f"{_KEYCLOAK} › Settings › Client ID",
        _P.ISSUER: "Realm settings › General › SAML 2.0 Identity Provider Metadata › entityID",
        _P.CERTIFICATE: "Realm settings › Keys › RS256 › Certificate",
        _P.SIGNING: f"{_KEYCLOAK} › Settings › Sign documents, Sign assertions, Signature algorithm",
        _P.NAME_ID: f"{_KEYCLOAK} › Settings › Name ID format",
        _P.ATTRIBUTES: f"{_KEYCLOAK} › Client scopes › Mappers › User property › email",
        _P.ASSIGNMENT: "Realm settings › Events; Authentication › Flows",
        _P.ENCRYPTION: f"{_KEYCLOAK} › Keys › Encrypt assertions",
        _P.METADATA: "Realm settings › General › SAML 2.0 Identity Provider Metadata",
        _P.CLOCK: f"{_KEYCLOAK} › Advanced › Assertion Lifespan",
    },
    Provider.SHIBBOLETH: {
        _P.ACS_URL: "metadata/ › AssertionConsumerService",
        _P.ENTITY_ID: "metadata/ › entityID; conf/metadata-providers.xml",
        _P.ISSUER: "conf/idp.properties › idp.entityID",
        _P.CERTIFICATE: "credentials/idp-signing.crt",
        _P.SIGNING: f"{_SHIBBOLETH_RULES} › SAML2.SSO › p:signAssertions, p:signResponses",
        _P.NAME_ID: "conf/saml-nameid.xml",
        _P.ATTRIBUTES: "conf/attribute-filter.xml; conf/attribute-resolver.xml › mail",
        _P.ASSIGNMENT: "logs/idp-process.log; conf/attribute-filter.xml",
        _P.ENCRYPTION: f"{_SHIBBOLETH_RULES} › SAML2.SSO › p:encryptAssertions",
        _P.METADATA: "/idp/shibboleth",
        _P.CLOCK: "chronyc tracking",
    },
    Provider.SIMPLESAMLPHP: {
        _P.ACS_URL: f"{_SSP_REMOTE} › AssertionConsumerService",
        _P.ENTITY_ID: f"{_SSP_REMOTE} › $metadata['…']",
        _P.ISSUER: "metadata/saml20-idp-hosted.php › entityid",
        _P.CERTIFICATE: "metadata/saml20-idp-hosted.php › certificate",
        _P.SIGNING: f"{_SSP_REMOTE} › saml20.sign.response, saml20.sign.assertion, signature.algorithm",
        _P.NAME_ID: f"{_SSP_REMOTE} › NameIDFormat, authproc",
        _P.ATTRIBUTES: f"{_SSP_REMOTE} › attributes; authproc",
        _P.ASSIGNMENT: "config/authsources.php; authproc",
        _P.ENCRYPTION: f"{_SSP_REMOTE} › assertion.encryption",
        _P.METADATA: "/saml2/idp/metadata.php",
        _P.CLOCK: "chronyc tracking",
    },
}
"""Only self-hosted products have an entry for the clock."""
