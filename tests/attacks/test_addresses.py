"""Issuer, audience, recipient and destination: compared byte for byte, and required."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import (
    ACS_URL,
    CONNECTION_ID,
    ENTITY_ID,
    GOOD,
    IDP_ISSUER,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Signing,
    trust,
)
from tests.support.identity_provider.names import SAML
from tests.support.xml_edit import saml

RESPONSE_SIGNED: Final = replace(GOOD, sign_assertion=None, sign_response=Signing())
OTHER_ID: Final = CONNECTION_ID.replace("0", "1")


def near_misses(address: str) -> dict[str, str]:
    """Everything that looks like the address and is another."""
    return {
        "empty": "",
        "prefix": address[:-1],
        "suffix": address + "x",
        "trailing-slash": address + "/",
        "trailing-space": address + " ",
        "leading-space": " " + address,
        "trailing-newline": address + "\n",
        "no-break-space": address + "\u00a0",
        "query": address + "?x=1",
        "fragment": address + "#x",
        "upper-case": address.upper(),
        "upper-case-host": address.replace("example.test", "EXAMPLE.test").replace("acme.test", "ACME.test"),
        "port": address.replace(".test/", ".test:443/"),
        "http": address.replace("https://", "http://"),
        "user": address.replace("https://", "https://x@"),
        "inside-another": f"https://evil.test/?{address}",
        "host-suffix": address.replace(".test/", ".test.evil.test/"),
        "dot-segment": address.replace(".test/", ".test/./"),
        "double-slash": address.replace(".test/", ".test//"),
        "percent-encoded": address.replace("saml", "sam%6c"),
        "homoglyph": address.replace("a", "а"),
        "full-width": address.replace("s", "ｓ"),
        "zero-width": address.replace("saml", "sa\u200bml"),
        "other": "https://evil.test/saml/acs",
    }


def other_uris(address: str) -> dict[str, str]:
    """The same where the value is of type xs:anyURI: white space of XML around it is no part of the value."""
    return {name: value for name, value in near_misses(address).items() if value.strip(" \t\r\n") != address}


def _audiences() -> Iterator[Attack]:
    code = RefusalCode.SAML_AUDIENCE_MISMATCH
    for name, value in other_uris(ENTITY_ID).items():
        yield attack(f"audience-{name}", code, conditions=Conditions(restrictions=((value,),)))
    tables: dict[str, tuple[tuple[str, ...], ...]] = {
        "no-restriction": (),
        "empty-restriction": ((),),
        "other-connection": ((ENTITY_ID.replace(CONNECTION_ID, OTHER_ID),),),
        "acs-url": ((ACS_URL,),),
        "second-restriction-names-another": ((ENTITY_ID,), ("https://other.example.test",)),
        "first-restriction-names-another": (("https://other.example.test",), (ENTITY_ID,)),
        "second-restriction-is-empty": ((ENTITY_ID,), ()),
        "two-in-one-text": ((f"{ENTITY_ID} https://other.example.test",),),
    }
    for name, restrictions in tables.items():
        yield attack(f"audience-{name}", code, conditions=Conditions(restrictions=restrictions))
    yield attack("audience-encrypted", code, encryption=Encryption(), conditions=Conditions(restrictions=(("urn:x",),)))
    yield attack(
        "audience-of-another-connection-with-our-issuer-and-key",
        code,
        conditions=Conditions(restrictions=((ENTITY_ID.replace(CONNECTION_ID, OTHER_ID),),)),
        base=RESPONSE_SIGNED,
    )


def _recipients() -> Iterator[Attack]:
    code = RefusalCode.SAML_RECIPIENT_MISMATCH
    for name, value in other_uris(ACS_URL).items():
        yield attack(f"recipient-{name}", code, confirmations=(Confirmation(recipient=value),))
    other = ACS_URL.replace(CONNECTION_ID, OTHER_ID)
    for name, base in (("assertion-signed", GOOD), ("response-signed", RESPONSE_SIGNED)):
        yield attack(f"recipient-absent-{name}", code, base=base, confirmations=(Confirmation(recipient=None),))
        yield attack(
            f"recipient-other-connection-{name}", code, base=base, confirmations=(Confirmation(recipient=other),)
        )
    yield attack("recipient-entity-id", code, confirmations=(Confirmation(recipient=ENTITY_ID),))


def _destinations() -> Iterator[Attack]:
    code = RefusalCode.SAML_DESTINATION_MISMATCH
    for name, value in other_uris(ACS_URL).items():
        yield attack(f"destination-{name}", code, base=RESPONSE_SIGNED, destination=value)
        yield attack(f"destination-{name}-response-not-signed", code, destination=value)
    yield attack("destination-absent-response-signed", code, base=RESPONSE_SIGNED, destination=None)
    yield attack("destination-absent", code, destination=None)
    other = ACS_URL.replace(CONNECTION_ID, OTHER_ID)
    allowing = trust(allow_missing_destination=True)
    yield attack("destination-other-where-it-may-be-missing", code, destination=other, under=allowing)
    yield attack("destination-empty-where-it-may-be-missing", code, destination="", under=allowing)


def _issuers() -> Iterator[Attack]:
    code = RefusalCode.SAML_ISSUER_MISMATCH
    for name, value in near_misses(IDP_ISSUER).items():
        yield attack(f"issuer-{name}", code, assertion_issuer=value)
        yield attack(f"response-issuer-{name}", code, response_issuer=value)
        yield attack(f"both-issuers-{name}", code, base=RESPONSE_SIGNED, assertion_issuer=value, response_issuer=value)
    yield attack("issuer-encrypted", code, assertion_issuer="https://evil.test", encryption=Encryption())


ATTACKS: Final = (*_audiences(), *_recipients(), *_destinations(), *_issuers())


@table(ATTACKS)
def test_an_address_that_is_not_exactly_ours_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def test_an_assertion_without_issuer_is_refused() -> None:
    codes = frozenset({RefusalCode.SAML_ISSUER_MISMATCH, RefusalCode.SAML_MALFORMED})
    assert_refused(attack("absent", codes, assertion_issuer=None))
    assert_refused(attack("absent", codes, assertion_issuer=None, base=RESPONSE_SIGNED))


def _nested(name: str, text: str) -> Description:
    """The text stands in a child element, after the right beginning: `.text` would read only the beginning."""

    def change(response: etree._Element) -> None:
        element = saml(response, name)
        child = etree.SubElement(element, "{urn:example}x")
        child.tail = text

    return replace(GOOD, changes=Changes(built=change))


NESTED: Final = tuple(
    attack(name, frozenset({code, RefusalCode.SAML_MALFORMED}), base=_nested(name, ".evil.test"))
    for name, code in (
        ("Audience", RefusalCode.SAML_AUDIENCE_MISMATCH),
        ("Issuer", RefusalCode.SAML_ISSUER_MISMATCH),
        ("NameID", RefusalCode.SAML_SUBJECT_MISSING),
    )
)


@table(NESTED)
def test_a_text_that_an_element_interrupts_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def test_an_issuer_in_the_right_place_only() -> None:
    """An Issuer anywhere else, here in the advice of the assertion, does not stand for the missing one."""

    def change(response: etree._Element) -> None:
        advice = etree.Element(f"{{{SAML}}}Advice")
        etree.SubElement(advice, f"{{{SAML}}}Issuer").text = IDP_ISSUER
        saml(response, "Conditions").addnext(advice)

    codes = frozenset({RefusalCode.SAML_ISSUER_MISMATCH, RefusalCode.SAML_MALFORMED})
    assert_refused(attack("elsewhere", codes, assertion_issuer=None, changes=Changes(built=change)))
