"""Variants that the standard allows, each in use: statements, times, layouts, attributes, extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from tests.responses.sample import Sample
from tests.support.identity_provider import (
    ENTITY_ID,
    GOOD,
    Attribute,
    AuthnStatement,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Layout,
    Signing,
    Subject,
    instant,
    names,
    trust,
)
from tests.support.identity_provider.names import SAML, SAMLP

_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"

_LAST: Final = "9999-12-31T23:59:59.9999999Z"


def _described(name: str, **said: object) -> Sample:
    return Sample(name, replace(GOOD, **said))  # type: ignore[arg-type]


def _extended(response: etree._Element) -> None:
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    etree.SubElement(extensions, "{urn:example:vendor}Hint", level="1").text = "unknown extensions are ignored"
    response.insert(1, extensions)


def _unknown_attributes(response: etree._Element) -> None:
    for attribute in response.iter(f"{{{SAML}}}Attribute"):
        attribute.set("{urn:example:vendor}OriginalName", "mail")


def _advice(response: etree._Element) -> None:
    conditions = response.find(f"{{{SAML}}}Assertion/{{{SAML}}}Conditions")
    if conditions is not None:
        advice = etree.Element(f"{{{SAML}}}Advice")
        etree.SubElement(advice, f"{{{SAML}}}AssertionURIRef").text = "urn:example:evidence"
        conditions.addnext(advice)


def _conditions(name: str, **said: object) -> Sample:
    return _described(name, conditions=replace(Conditions(), **said))  # type: ignore[arg-type]


def _confirmed(name: str, *confirmations: Confirmation) -> Sample:
    return _described(name, confirmations=confirmations)


def _context(name: str, **said: object) -> Sample:
    return _described(f"context-{name}", authn=replace(AuthnStatement(), **said))  # type: ignore[arg-type]


def _unsolicited(name: str, description: Description) -> Sample:
    confirmations = (Confirmation(in_response_to=None),)
    said = replace(description, in_response_to=None, confirmations=confirmations)
    return Sample(name, said, trust(solicited=False, allow_idp_initiated=True))


STATEMENTS: Final = (
    _context("x509", class_reference=_CLASSES + "X509"),
    _context("kerberos", class_reference=_CLASSES + "Kerberos"),
    _context("multi-factor", class_reference="http://schemas.microsoft.com/claims/multipleauthn"),
    _context("declaration", class_reference=None, declaration_reference="urn:example:declaration"),
    _context("authority", authenticating_authority="https://upstream.acme.test/idp"),
    _context("no-session-index", session_index=None),
    _described("no-name-id", subject=None),
    _described(
        "name-id-with-qualifiers", subject=Subject(name_qualifier="https://idp.acme.test", sp_name_qualifier="x")
    ),
    _described("name-id-with-an-entity-reference", subject=Subject(value="o'neil&co@acme.test")),
    _described("no-attributes", attributes=()),
    _described("response-without-issuer", response_issuer=None),
    _described("only-subject-confirmation-data-answers-a-request", in_response_to=None),
    _described("only-the-response-signed", sign_assertion=None, sign_response=Signing()),
    _described("unknown-extensions", changes=Changes(built=_extended)),
    _described("unknown-attributes-of-attributes", changes=Changes(built=_unknown_attributes)),
    _described("advice", changes=Changes(built=_advice)),
    _described("a-status-message", status_message="Welcome"),
    _described("consent", consent="urn:oasis:names:tc:SAML:2.0:consent:prior"),
    Sample(
        "signed-response-is-required-and-there",
        replace(GOOD, sign_response=Signing()),
        trust(require_signed_response=True, require_signed_assertion=True),
    ),
    Sample(
        "missing-destination-is-allowed-here", replace(GOOD, destination=None), trust(allow_missing_destination=True)
    ),
    _unsolicited("unsolicited-where-allowed", GOOD),
    _unsolicited("unsolicited-signed-response", replace(GOOD, sign_assertion=None, sign_response=Signing())),
)

TIMES: Final = (
    _conditions("two-audiences-and-we-are-one", restrictions=(("https://other.example.test", ENTITY_ID),)),
    _conditions("two-restrictions-that-both-name-us", restrictions=((ENTITY_ID,), ("urn:x", ENTITY_ID))),
    _conditions("one-time-use", one_time_use=True),
    _conditions("proxy-restriction", proxy_count="0"),
    _conditions("no-instants-in-conditions", not_before=None, not_on_or_after=None),
    _conditions("begins-within-the-skew", not_before=instant(179)),
    _conditions("ended-within-the-skew", not_on_or_after=instant(-179)),
    _described(
        "ends-when-dot-net-time-does",
        conditions=Conditions(not_on_or_after=_LAST),
        confirmations=(Confirmation(not_on_or_after=_LAST),),
        authn=AuthnStatement(session_not_on_or_after=_LAST),
    ),
    _conditions("seven-digits-of-seconds", not_before="2026-03-02T11:55:00.1234567Z"),
    _conditions("one-digit-of-seconds", not_before="2026-03-02T11:55:00.1Z"),
    _confirmed("confirmation-ended-within-the-skew", Confirmation(not_on_or_after=instant(-179))),
    _confirmed("confirmation-with-an-address", Confirmation(address="203.0.113.7")),
    _described("issued-ahead-within-the-skew", issued_at=instant(170), assertion_issued_at=instant(170)),
    _described("authenticated-yesterday", authn=AuthnStatement(instant=instant(-86400))),
)

LAYOUTS: Final = (
    _described("indented", layout=Layout(indent=True)),
    _described("lines-of-76-with-crlf", layout=Layout(line_width=76, line_end="\r\n")),
    _described("lines-of-64-with-lf", layout=Layout(line_width=64, line_end="\n")),
    _described("everything-in-default-namespaces", layout=Layout(protocol=None, assertion=None)),
    _described("namespaces-on-the-response", layout=Layout(assertion_namespace_on_response=True)),
    _described("without-xml-declaration", layout=Layout(declaration=False)),
    _described("ids-that-begin-with-a-digit", response_id="4312518550351640530", assertion_id="8f3c0f2e-1d0a"),
    _described(
        "ids-that-begin-with-a-digit-both-signed",
        response_id="4312518550351640530",
        assertion_id="0",
        sign_response=Signing(),
    ),
    _described("signed-info-under-inclusive-canonicalization", sign_assertion=Signing(canonicalization=names.C14N)),
    _described(
        "a-default-namespace-in-the-prefix-list",
        sign_assertion=Signing(inclusive_prefixes="#default xs nobody"),
        layout=Layout(assertion=None, schema_namespaces_on="assertion"),
    ),
    _described("strange-prefixes", layout=Layout(protocol="saml", assertion="samlp")),
)

ATTRIBUTES: Final = (
    _described("empty-value", attributes=(*GOOD.attributes, Attribute(name="nickname", values=("",)))),
    _described("spaces-are-kept", attributes=(*GOOD.attributes, Attribute(name="nickname", values=("  Ada  L  ",)))),
    _described("line-ends-are-kept", attributes=(*GOOD.attributes, Attribute(name="title", values=("one\ntwo\ttab",)))),
    _described("not-ascii", attributes=(*GOOD.attributes, Attribute(name="name", values=("Ada Łovelace 𝔸 日本",)))),
    _described("markup-as-text", attributes=(*GOOD.attributes, Attribute(name="name", values=("<b>&amp;</b>",)))),
    _described(
        "same-name-three-times",
        attributes=(Attribute(name="Role", values=("a",)), Attribute(name="Role", values=("b", "c")), *GOOD.attributes),
    ),
    _described("no-name-format", attributes=(Attribute(name="email", values=("member@acme.test",)),)),
    _described(
        "five-hundred-groups-of-a-directory",
        attributes=(
            *GOOD.attributes[:1],
            Attribute(
                name="memberOf",
                values=tuple(f"CN=Team {n},OU=Groups,OU=Europe,DC=corp,DC=acme,DC=test" for n in range(500)),
            ),
        ),
    ),
    _described(
        "fifty-groups",
        attributes=(
            *GOOD.attributes[:1],
            Attribute(name="groups", values=tuple(f"group-{number}" for number in range(50))),
        ),
    ),
    _described(
        "eight-hundred-typed-groups",
        attributes=(
            *GOOD.attributes[:1],
            Attribute(name="groups", values=tuple(f"group-{number}" for number in range(800)), value_type="xs:string"),
        ),
    ),
    _described(
        "date-typed",
        attributes=(
            *GOOD.attributes,
            Attribute(name="until", values=("2027-01-01T00:00:00Z",), value_type="xs:dateTime"),
        ),
    ),
    _described(
        "uri-format",
        attributes=(
            Attribute(name="email", values=("member@acme.test",), name_format=names.URI, friendly_name="mail"),
        ),
    ),
)

VARIANTS: Final = (*STATEMENTS, *TIMES, *LAYOUTS, *ATTRIBUTES)
