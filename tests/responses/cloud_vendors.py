"""Responses in the shape that identity providers in the cloud really send."""

from __future__ import annotations

from typing import Final

from tests.responses.sample import Sample
from tests.responses.shapes import CLAIMS, MICROSOFT, UNSPECIFIED_NAME, typed, until, window
from tests.support.identity_provider import names
from tests.support.identity_provider.description import (
    Attribute,
    AuthnStatement,
    Conditions,
    Description,
    Layout,
    Signing,
    Subject,
    instant,
)
from tests.support.identity_provider.trust import trust

OKTA: Final = Sample(
    "okta",
    Description(
        response_id="id30115389471034701926480239",
        assertion_id="id30115389472103421478398472",
        response_issuer="http://www.okta.com/exk5fakeissuer0123",
        assertion_issuer="http://www.okta.com/exk5fakeissuer0123",
        issuer_format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
        issued_at=instant(-0.217),
        subject=Subject(value="member@acme.test", format=names.UNSPECIFIED),
        attributes=(
            typed("email", "member@acme.test", name_format=UNSPECIFIED_NAME),
            typed("firstName", "Ada", name_format=UNSPECIFIED_NAME),
            typed("groups", "Everyone", "Engineering", name_format=UNSPECIFIED_NAME),
        ),
        sign_assertion=Signing(inclusive_prefixes="xs", line_width=76),
        sign_response=Signing(inclusive_prefixes="xs", line_width=76),
        layout=Layout(protocol="saml2p", assertion="saml2", schema_namespaces_on="assertion"),
    ),
    trust(issuer="http://www.okta.com/exk5fakeissuer0123"),
)

ENTRA_ISSUER: Final = "https://sts.windows.net/6f0e5c0a-9f3e-4b7c-8a54-fake00000000/"
ENTRA: Final = Sample(
    "entra",
    Description(
        response_id="_5c2a8f4e-65a2-4f5b-9b44-76ffd4f2d0c0",
        assertion_id="_0d9d6e9b-9bc1-4a06-a9a5-8c6d7d2f1b00",
        response_issuer=ENTRA_ISSUER,
        assertion_issuer=ENTRA_ISSUER,
        issued_at=instant(-0.512),
        assertion_issued_at=instant(-0.508),
        conditions=window(-300.5, 3600),
        confirmations=until(3600),
        authn=AuthnStatement(
            instant=instant(-86400),
            session_index="_0d9d6e9b-9bc1-4a06-a9a5-8c6d7d2f1b00",
            class_reference=names.PASSWORD,
        ),
        attributes=(
            Attribute(name=MICROSOFT + "tenantid", values=("6f0e5c0a-9f3e-4b7c-8a54-fake00000000",)),
            Attribute(name=MICROSOFT + "objectidentifier", values=("9c1f0b64-0000-4d6e-8e4f-fake00000001",)),
            Attribute(
                name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
                values=("11111111-aaaa-4bbb-8ccc-000000000001", "11111111-aaaa-4bbb-8ccc-000000000002"),
            ),
            Attribute(name=CLAIMS + "givenname", values=("Ada",)),
            Attribute(name=CLAIMS + "emailaddress", values=("member@acme.test",)),
            Attribute(name=CLAIMS + "name", values=("member@acme.test",)),
        ),
        attributes_first=True,
        sign_assertion=Signing(prefix=None),
        layout=Layout(assertion=None, declaration=False),
    ),
    trust(issuer=ENTRA_ISSUER),
    email=CLAIMS + "emailaddress",
)

GOOGLE: Final = Sample(
    "google",
    Description(
        response_issuer="https://accounts.google.com/o/saml2?idpid=C0fake123",
        assertion_issuer="https://accounts.google.com/o/saml2?idpid=C0fake123",
        subject=Subject(value="member@acme.test", format=names.UNSPECIFIED),
        attributes=(),
        authn=AuthnStatement(class_reference="urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"),
        sign_assertion=Signing(line_width=76),
        layout=Layout(protocol="saml2p", assertion="saml2"),
    ),
    trust(issuer="https://accounts.google.com/o/saml2?idpid=C0fake123"),
    email="NameID",
)

GOOGLE_SIGNED_RESPONSE: Final = Sample(
    "google-signed-response",
    Description(
        response_issuer="https://accounts.google.com/o/saml2?idpid=C0fake123",
        assertion_issuer="https://accounts.google.com/o/saml2?idpid=C0fake123",
        subject=Subject(value="member@acme.test", format=names.UNSPECIFIED),
        attributes=(typed("email", "member@acme.test", kind="xs:anyType"), typed("groups", "eng", kind="xs:anyType")),
        sign_assertion=None,
        sign_response=Signing(line_width=76),
        layout=Layout(protocol="saml2p", assertion="saml2"),
    ),
    trust(issuer="https://accounts.google.com/o/saml2?idpid=C0fake123"),
)

ONELOGIN: Final = Sample(
    "onelogin",
    Description(
        response_id="R2f6c1c9d6e0a4c0b9a7d3e5f4b2a1908f7e6d5c4",
        assertion_id="pfx41d8ef22-e612-8c50-9960-1b16f15741b3",
        response_issuer="https://app.onelogin.com/saml/metadata/fake-0001",
        assertion_issuer="https://app.onelogin.com/saml/metadata/fake-0001",
        conditions=window(-180, 180),
        confirmations=until(180),
        authn=AuthnStatement(session_index="_8f1e-1", session_not_on_or_after=instant(86400)),
        attributes=(
            typed("User.email", "member@acme.test", name_format=names.BASIC),
            typed("User.FirstName", "Ada", name_format=names.BASIC),
            typed("memberOf", "Engineering;On call", name_format=names.BASIC),
        ),
        layout=Layout(schema_namespaces_on="assertion", declaration=False),
    ),
    trust(issuer="https://app.onelogin.com/saml/metadata/fake-0001"),
    email="User.email",
)

JUMPCLOUD: Final = Sample(
    "jumpcloud",
    Description(
        response_issuer="IdP Entity ID",
        assertion_issuer="IdP Entity ID",
        subject=Subject(value="member@acme.test", format=names.UNSPECIFIED_10),
        attributes=(typed("email", "member@acme.test", name_format=names.BASIC),),
        layout=Layout(schema_namespaces_on="response", assertion_namespace_on_response=True, indent=True),
    ),
    trust(issuer="IdP Entity ID"),
)

PINGONE: Final = Sample(
    "pingone",
    Description(
        response_issuer="https://auth.pingone.com/00000000-fake-4000-8000-000000000000",
        assertion_issuer="https://auth.pingone.com/00000000-fake-4000-8000-000000000000",
        subject=Subject(value="member@acme.test", format=None),
        conditions=window(-60, 300),
        authn=AuthnStatement(session_not_on_or_after=instant(3600)),
        attributes=(),
        layout=Layout(assertion_namespace_on_response=True),
    ),
    trust(issuer="https://auth.pingone.com/00000000-fake-4000-8000-000000000000"),
    email="NameID",
)

AUTH0: Final = Sample(
    "auth0",
    Description(
        response_issuer="urn:acme.eu.auth0.com",
        assertion_issuer="urn:acme.eu.auth0.com",
        issued_at=instant(-0.083),
        assertion_issued_at=instant(-0.081),
        subject=Subject(value="auth0|64f0c1f0fake000000000001", format=names.UNSPECIFIED),
        conditions=Conditions(not_before=instant(-0.083), not_on_or_after=instant(3599.917)),
        confirmations=until(3599.917),
        attributes=(
            typed(CLAIMS + "nameidentifier", "auth0|64f0c1f0fake000000000001", name_format=names.URI),
            typed(CLAIMS + "emailaddress", "member@acme.test", name_format=names.URI),
            typed("http://schemas.auth0.com/email_verified", "true", kind="xs:boolean", name_format=names.URI),
        ),
        authn=AuthnStatement(class_reference="urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"),
        sign_assertion=Signing(prefix=None),
        layout=Layout(declaration=False, schema_namespaces_on="value"),
    ),
    trust(issuer="urn:acme.eu.auth0.com"),
    email=CLAIMS + "emailaddress",
)

RIPPLING: Final = Sample(
    "rippling",
    Description(
        subject=Subject(value="member@acme.test", format=names.EMAIL),
        sign_response=Signing(),
        attributes=(Attribute(name="email", values=("member@acme.test",), name_format=names.BASIC),),
        layout=Layout(line_width=76, line_end="\r\n"),
    ),
)

DUO: Final = Sample(
    "duo",
    Description(
        response_id="DUO_0123456789abcdef0123456789abcdef01234567",
        assertion_id="DUO_abcdef0123456789abcdef0123456789abcdef01",
        sign_response=Signing(prefix="ns2"),
        sign_assertion=Signing(prefix="ns2"),
        layout=Layout(protocol="ns0", assertion="ns1", schema_namespaces_on="assertion"),
    ),
)

CYBERARK: Final = Sample(
    "cyberark",
    Description(
        sign_assertion=None,
        sign_response=Signing(prefix=None),
        attributes=(Attribute(name="email", values=("member@acme.test",)),),
        layout=Layout(protocol=None, assertion=None),
    ),
)

CLOUD_VENDORS: Final = (
    OKTA,
    ENTRA,
    GOOGLE,
    GOOGLE_SIGNED_RESPONSE,
    ONELOGIN,
    JUMPCLOUD,
    PINGONE,
    AUTH0,
    RIPPLING,
    DUO,
    CYBERARK,
)
