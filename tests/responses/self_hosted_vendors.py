"""Responses in the shape that identity providers on customers' own servers really send."""

from __future__ import annotations

from typing import Final

from tests.responses.sample import Sample
from tests.responses.shapes import CLAIMS, typed, until, window
from tests.support.identity_provider import names
from tests.support.identity_provider.description import (
    ENTITY_ID,
    Attribute,
    AuthnStatement,
    Confirmation,
    Description,
    Encryption,
    Layout,
    Signing,
    Subject,
    instant,
)
from tests.support.identity_provider.trust import trust

ADFS_ISSUER: Final = "http://adfs.acme.test/adfs/services/trust"
ADFS: Final = Sample(
    "adfs",
    Description(
        response_id="_c6a12c4e-91a0-46cc-8f57-5ad2d5f24fd1",
        assertion_id="_0a8bba7c-cc0b-4c2e-9a72-9a7f3d6b7cd6",
        response_issuer=ADFS_ISSUER,
        assertion_issuer=ADFS_ISSUER,
        issued_at=instant(-0.812),
        consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified",
        conditions=window(-0.812, 3600),
        attributes=(
            Attribute(name=CLAIMS + "emailaddress", values=("member@acme.test",)),
            Attribute(name=CLAIMS + "upn", values=("member@corp.acme.test",)),
            Attribute(name="http://schemas.xmlsoap.org/claims/Group", values=("Domain Users", "Engineering")),
        ),
        attributes_first=True,
        authn=AuthnStatement(instant=instant(-0.9), class_reference="urn:federation:authentication:windows"),
        layout=Layout(assertion=None, declaration=False),
    ),
    trust(issuer=ADFS_ISSUER),
    email=CLAIMS + "emailaddress",
)

PINGFEDERATE: Final = Sample(
    "pingfederate",
    Description(
        subject=Subject(value="ada", format=names.UNSPECIFIED),
        sign_assertion=None,
        sign_response=Signing(algorithm=names.RSA_SHA256),
        attributes=(typed("email", "member@acme.test", name_format=names.BASIC),),
    ),
)

KEYCLOAK: Final = Sample(
    "keycloak",
    Description(
        response_id="ID_45d9d2b1-0000-4b8a-9f5f-fake00000001",
        assertion_id="ID_5e0ed1ee-0000-4d0a-8b8e-fake00000002",
        response_issuer="https://keycloak.acme.test/realms/acme",
        assertion_issuer="https://keycloak.acme.test/realms/acme",
        issued_at=instant(-0.391),
        conditions=window(-0.391, 59.609),
        confirmations=until(299.609),
        attributes=(
            typed("email", "member@acme.test", name_format=names.BASIC),
            typed("Role", "manage-account", name_format=names.BASIC),
            typed("Role", "uma_authorization", name_format=names.BASIC),
            typed("Role", "view-profile", name_format=names.BASIC),
        ),
        authn=AuthnStatement(
            session_index="a1b2::c3d4",
            session_not_on_or_after=instant(36000),
            class_reference="urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
        ),
        sign_assertion=None,
        sign_response=Signing(prefix="dsig"),
        layout=Layout(declaration=False, assertion_namespace_on_response=True),
    ),
    trust(issuer="https://keycloak.acme.test/realms/acme"),
)

SHIBBOLETH_ATTRIBUTES: Final = (
    Attribute(
        name="urn:oid:0.9.2342.19200300.100.1.3",
        friendly_name="mail",
        name_format=names.URI,
        values=("member@acme.test",),
    ),
    Attribute(name="urn:oid:2.5.4.42", friendly_name="givenName", name_format=names.URI, values=("Zoë",)),
)
SHIBBOLETH: Final = Sample(
    "shibboleth",
    Description(
        response_issuer="https://idp.uni.test/idp/shibboleth",
        assertion_issuer="https://idp.uni.test/idp/shibboleth",
        subject=Subject(
            value="AAdzZWNyZXQxopaque",
            format=names.TRANSIENT,
            name_qualifier="https://idp.uni.test/idp/shibboleth",
            sp_name_qualifier=ENTITY_ID,
        ),
        confirmations=(Confirmation(address="203.0.113.7"),),
        conditions=window(-1, 300),
        attributes=SHIBBOLETH_ATTRIBUTES,
        authn=AuthnStatement(locality="203.0.113.7"),
        sign_assertion=None,
        sign_response=Signing(line_width=76),
        encryption=Encryption(content=names.AES128_GCM, name_certificate=True),
        layout=Layout(protocol="saml2p", assertion="saml2"),
    ),
    trust(issuer="https://idp.uni.test/idp/shibboleth"),
    email="urn:oid:0.9.2342.19200300.100.1.3",
)

SIMPLESAMLPHP: Final = Sample(
    "simplesamlphp",
    Description(
        response_issuer="https://ssp.acme.test/saml2/idp/metadata.php",
        assertion_issuer="https://ssp.acme.test/saml2/idp/metadata.php",
        subject=Subject(value="_f7c1opaque", format=names.TRANSIENT, sp_name_qualifier=ENTITY_ID),
        conditions=window(-30, 300),
        attributes=(
            typed("mail", "member@acme.test", name_format=names.BASIC),
            typed("givenName", "Ada", name_format=names.BASIC),
        ),
        authn=AuthnStatement(session_not_on_or_after=instant(28800)),
        sign_response=Signing(),
        layout=Layout(schema_namespaces_on="assertion", assertion_namespace_on_response=True),
    ),
    trust(issuer="https://ssp.acme.test/saml2/idp/metadata.php"),
    email="mail",
)

PYSAML2: Final = Sample(
    "pysaml2",
    Description(
        subject=Subject(value="8f2dopaque", format=names.PERSISTENT, name_qualifier="", sp_name_qualifier=ENTITY_ID),
        attributes=(
            typed("urn:oid:0.9.2342.19200300.100.1.3", "member@acme.test", name_format=names.URI),
            typed("urn:oid:2.5.4.4", "Lovelace", name_format=names.URI),
        ),
        sign_assertion=Signing(prefix="ns2"),
        sign_response=Signing(prefix="ns2"),
        layout=Layout(
            protocol="ns0", assertion="ns1", assertion_namespace_on_response=True, line_width=76, line_end="\n"
        ),
    ),
    email="urn:oid:0.9.2342.19200300.100.1.3",
)

AUTHENTIK: Final = Sample(
    "authentik",
    Description(
        subject=Subject(value="c0ffee0123456789", format=names.PERSISTENT),
        attributes=(Attribute(name=CLAIMS + "emailaddress", values=("member@acme.test",), name_format=names.URI),),
        authn=AuthnStatement(session_not_on_or_after=instant(86400)),
        layout=Layout(assertion_namespace_on_response=True),
    ),
    email=CLAIMS + "emailaddress",
)

SELF_HOSTED_VENDORS: Final = (ADFS, PINGFEDERATE, KEYCLOAK, SHIBBOLETH, SIMPLESAMLPHP, PYSAML2, AUTHENTIK)
