"""IDs: the attribute `ID` without a namespace, unique in the document; lookalikes are refused."""

from __future__ import annotations

from typing import Final

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import FORGED, assert_refused, attack
from tests.support.identity_provider import GOOD, Changes, Signing, send, trust
from tests.support.identity_provider.names import SAML
from tests.support.verification import verify_response
from tests.support.xml_edit import assertion_of, corrupt, extensions, forged_copy, saml

XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
SPELLINGS: Final = ("Id", "id", "iD", XML_ID, f"{{{SAML}}}ID", "{urn:example}ID", "AssertionID")


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_assertion_known_by_another_attribute_is_refused(name: str) -> None:
    def change(response: etree._Element) -> None:
        assertion = assertion_of(response)
        assertion.set(name, assertion.attrib.pop("ID"))

    assert_refused(attack(name, FORGED, changes=Changes(response_signed=change)))


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_forgery_with_the_signed_id_under_another_attribute_is_refused(name: str) -> None:
    def change(response: etree._Element) -> None:
        original = assertion_of(response)
        forged = forged_copy(original, None)
        forged.set(name, "_assertion-1")
        original.addprevious(forged)

    assert_refused(attack(name, FORGED, changes=Changes(response_signed=change)))


@pytest.mark.parametrize("element", ["NameID", "Conditions", "Attribute", "AuthnStatement"])
def test_an_id_that_stands_twice_is_refused_inside_a_good_signature(element: str) -> None:
    def change(response: etree._Element) -> None:
        saml(response, element).set("ID", "_assertion-1")

    assert_refused(attack(element, FORGED, changes=Changes(built=change)))


def test_an_id_that_stands_twice_outside_the_signature_is_refused() -> None:
    def change(response: etree._Element) -> None:
        etree.SubElement(extensions(response), "{urn:example}Decoy", ID="_assertion-1")

    assert_refused(attack("decoy", FORGED, changes=Changes(response_signed=change)))


def test_a_response_with_its_assertions_id_is_refused() -> None:
    assert_refused(attack("same", FORGED, response_id="_assertion-1"))


@pytest.mark.parametrize("own_id", [None, ""])
def test_an_assertion_without_an_id_is_refused(own_id: str | None) -> None:
    assert_refused(attack("id", FORGED, assertion_id=own_id))


@pytest.mark.parametrize("own_id", [None, ""])
def test_a_response_without_an_id_is_refused(own_id: str | None) -> None:
    assert_refused(attack("id", FORGED, response_id=own_id))


NAMESPACES: Final = {
    "saml-1": (b"urn:oasis:names:tc:SAML:2.0:assertion", b"urn:oasis:names:tc:SAML:1.0:assertion"),
    "protocol-1": (b"urn:oasis:names:tc:SAML:2.0:protocol", b"urn:oasis:names:tc:SAML:1.0:protocol"),
    "upper-case": (b"urn:oasis:names:tc:SAML:2.0:assertion", b"URN:OASIS:NAMES:TC:SAML:2.0:ASSERTION"),
    "trailing-space": (b"SAML:2.0:assertion", b"SAML:2.0:assertion "),
    "signature": (b"http://www.w3.org/2000/09/xmldsig#", b"http://www.w3.org/2000/09/xmldsig"),
    "response-name": (b"samlp:Response", b"samlp:LogoutResponse"),
    "assertion-name": (b"saml:Assertion", b"saml:assertion"),
}


@pytest.mark.parametrize("name", NAMESPACES)
def test_another_namespace_or_name_is_refused(name: str) -> None:
    old, new = NAMESPACES[name]
    changes = Changes(octets=lambda octets: octets.replace(old, new))
    assert_refused(attack(name, FORGED | {RefusalCode.SAML_STATUS_NOT_SUCCESS}, changes=changes))


def test_a_forged_name_id_in_another_namespace_does_not_become_the_identity() -> None:
    def change(response: etree._Element) -> None:
        name_id = saml(response, "NameID")
        decoy = etree.Element("{urn:example}NameID")
        decoy.text = "admin@acme.test"
        name_id.addprevious(decoy)

    said = attack("decoy", FORGED, changes=Changes(built=change))
    try:
        assertion = verify_response(send(said.description), trust())
    except SignInRefused:
        return
    assert assertion.name_id is not None
    assert assertion.name_id.value == "member@acme.test"


def test_an_unsigned_response_is_called_unsigned() -> None:
    assert_refused(attack("unsigned", RefusalCode.SAML_UNSIGNED, sign_assertion=None))


def test_a_required_response_signature_is_demanded() -> None:
    hostile = attack("required", RefusalCode.SAML_UNSIGNED, under=trust(require_signed_response=True))
    assert_refused(hostile)


def test_a_required_assertion_signature_is_demanded() -> None:
    hostile = attack(
        "required",
        RefusalCode.SAML_UNSIGNED,
        under=trust(require_signed_assertion=True),
        sign_assertion=None,
        sign_response=Signing(),
    )
    assert_refused(hostile)


def test_a_good_response_signature_does_not_excuse_a_broken_assertion_signature() -> None:
    hostile = attack(
        "inner",
        RefusalCode.SAML_SIGNATURE_INVALID,
        sign_response=Signing(),
        changes=Changes(assertion_signed=lambda response: corrupt(assertion_of(response))),
    )
    assert_refused(hostile)


def test_a_good_assertion_signature_does_not_excuse_a_broken_response_signature() -> None:
    def change(response: etree._Element) -> None:
        response.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:prior")

    hostile = attack(
        "outer",
        RefusalCode.SAML_SIGNATURE_INVALID,
        base=GOOD,
        sign_response=Signing(),
        changes=Changes(response_signed=change),
    )
    assert_refused(hostile)
