"""Who it is: text exactly as signed, so that no address becomes another on its way."""

from __future__ import annotations

from typing import Final

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from chalicelib.users.email_address import canonical_address
from tests.attacks.attack import assert_refused, attack
from tests.support.identity_provider import GOOD, Attribute, Changes, Description, Encryption, Subject, send, trust
from tests.support.identity_provider.names import SAML
from tests.support.verification import verify_response
from tests.support.xml_edit import find, saml

ADMIN: Final = "admin@acme.test"

LOOKALIKES: Final = {
    "no-break-space-behind": ADMIN + "\u00a0",
    "no-break-space-before": "\u00a0" + ADMIN,
    "space-behind": ADMIN + " ",
    "line-end-behind": ADMIN + "\n",
    "tab-before": "\t" + ADMIN,
    "ideographic-space": ADMIN + "\u3000",
    "zero-width-space": "admin\u200b@acme.test",
    "zero-width-joiner": "admin\u200d@acme.test",
    "soft-hyphen": "ad\u00admin@acme.test",
    "byte-order-mark": "\ufeff" + ADMIN,
    "right-to-left-override": "\u202e" + ADMIN,
    "cyrillic-a": "аdmin@acme.test",
    "cyrillic-domain": "admin@аcme.test",
    "dotless-i": "admın@acme.test",
    "dotted-capital-i": "adm\u0130n@acme.test",
    "kelvin-sign": "admin@acme.\u212aest",
    "long-s": "admin@acme.te\u017ft",
    "full-width-at": "admin\uff20acme.test",
    "small-at": "admin\ufe6bacme.test",
    "full-width-letters": "ａｄｍｉｎ@acme.test",
    "ideographic-full-stop": "admin@acme\u3002test",
    "one-dot-leader": "admin@acme\u2024test",
    "combining-mark": "admin\u0301@acme.test",
    "ligature": "adm\ufb01n@acme.test",
    "two-addresses": f"{ADMIN},evil@evil.test",
    "two-addresses-semicolon": f"{ADMIN};evil@evil.test",
    "two-addresses-space": f"evil@evil.test {ADMIN}",
    "two-addresses-line": f"evil@evil.test\n{ADMIN}",
    "two-at-signs": "evil@evil.test@acme.test",
    "display-name": f"Admin <{ADMIN}>",
    "angle-brackets": f"<{ADMIN}>",
    "mailto": f"mailto:{ADMIN}",
    "quoted": '"admin"@acme.test',
    "quoted-at": '"admin@acme.test"@evil.test',
    "comment": "admin(x)@acme.test",
    "trailing-dot": ADMIN + ".",
    "domain-literal": "admin@[127.0.0.1]",
    "punycode-lookalike": "admin@xn--cme-5cd.test",
    "percent-route": "admin%acme.test@evil.test",
    "percent-encoded": "admin%40acme.test",
    "subdomain": "admin@sub.acme.test",
    "suffix-domain": "admin@acme.test.evil.test",
    "plus": "admin+x@acme.test",
    "dotted": "ad.min@acme.test",
    "escaped-markup": "admin@acme.test<!---->",
}
"""Each of them is another address than the admin's, or none."""


@pytest.mark.parametrize("value", LOOKALIKES.values(), ids=LOOKALIKES)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_lookalike_is_never_read_as_the_admins_address(value: str, encrypted: bool) -> None:
    said = attack(
        "lookalike",
        RefusalCode.SAML_MALFORMED,
        subject=Subject(value=value),
        attributes=(Attribute(name="email", values=(value,)),),
        encryption=Encryption() if encrypted else None,
    )
    assertion = verify_response(send(said.description), trust())
    assert assertion.name_id is not None
    assert assertion.name_id.value == value
    assert assertion.attributes == {"email": (value,)}
    assert canonical_address(assertion.name_id.value) != ADMIN
    assert canonical_address(assertion.attributes["email"][0]) != ADMIN


def _said(description: Description) -> dict[str, tuple[str, ...]]:
    return dict(verify_response(send(description), trust()).attributes)


def test_several_values_stay_several() -> None:
    """The result contains both addresses, so the caller detects the ambiguity."""
    both = ("member@acme.test", ADMIN)
    one = attack("one", RefusalCode.SAML_MALFORMED, attributes=(Attribute(name="email", values=both),))
    two = attack(
        "two", RefusalCode.SAML_MALFORMED, attributes=tuple(Attribute(name="email", values=(one,)) for one in both)
    )
    assert _said(one.description) == {"email": both}
    assert _said(two.description) == {"email": both}


@pytest.mark.parametrize("name", ["Email", "EMAIL", "email ", "\u00a0email", "e\u200bmail", "ｅmail", "emaıl"])
def test_an_attribute_with_another_name_is_another_attribute(name: str) -> None:
    said = attack("name", RefusalCode.SAML_MALFORMED, attributes=(Attribute(name=name, values=(ADMIN,)),))
    assert _said(said.description) == {name: (ADMIN,)}


def test_a_friendly_name_is_never_a_name() -> None:
    """Conformance: FriendlyName is not used for matching (IIP-SP11)."""
    said = attack(
        "friendly",
        RefusalCode.SAML_MALFORMED,
        attributes=(Attribute(name="urn:example:x", friendly_name="email", values=(ADMIN,)),),
    )
    assert _said(said.description) == {"urn:example:x": (ADMIN,)}


def _child_in(path: str, before: str, after: str) -> Changes:
    def change(response: etree._Element) -> None:
        element = find(response, path)
        element.text = before
        child = etree.SubElement(element, "{urn:example}x")
        child.tail = after

    return Changes(built=change)


def test_an_element_inside_a_value_does_not_cut_the_text() -> None:
    """The identity provider signed it, so the whole text counts or nothing."""
    path = f".//{{{SAML}}}AttributeValue"
    said = attack("cut", RefusalCode.SAML_MALFORMED, changes=_child_in(path, ADMIN, ".evil.test"))
    try:
        assertion = verify_response(send(said.description), trust())
    except SignInRefused:
        return
    assert ADMIN not in assertion.attributes.get("email", ())


def test_an_element_inside_the_name_id_is_refused() -> None:
    codes = frozenset({RefusalCode.SAML_MALFORMED, RefusalCode.SAML_SUBJECT_MISSING})
    path = f".//{{{SAML}}}NameID"
    assert_refused(attack("cut", codes, changes=_child_in(path, ADMIN, ".evil.test")))
    assert_refused(attack("cut", codes, changes=_child_in(path, "", ADMIN)))


def test_an_attribute_outside_an_attribute_statement_is_not_read() -> None:
    def change(response: etree._Element) -> None:
        advice = etree.Element(f"{{{SAML}}}Advice")
        stray = etree.SubElement(advice, f"{{{SAML}}}Attribute", Name="email")
        etree.SubElement(stray, f"{{{SAML}}}AttributeValue").text = ADMIN
        saml(response, "Conditions").addnext(advice)

    said = attack("stray", RefusalCode.SAML_MALFORMED, base=GOOD, changes=Changes(built=change))
    try:
        attributes = _said(said.description)
    except SignInRefused:
        return
    assert attributes["email"] == ("member@acme.test",)


def test_an_attribute_without_a_name_names_nothing() -> None:
    def change(response: etree._Element) -> None:
        del saml(response, "Attribute").attrib["Name"]

    said = attack("nameless", RefusalCode.SAML_MALFORMED, changes=Changes(built=change))
    try:
        attributes = _said(said.description)
    except SignInRefused:
        return
    assert "email" not in attributes
