"""Required statements: success, version 2.0, subject, bearer confirmation, conditions, authentication."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Confirmation, Description, Signing, Subject, names
from tests.support.identity_provider.names import SAML, SAMLP
from tests.support.xml_edit import assertion_of, find, saml

MALFORMED: Final = RefusalCode.SAML_MALFORMED
NO_SUCCESS: Final = RefusalCode.SAML_STATUS_NOT_SUCCESS
NO_SUBJECT: Final = RefusalCode.SAML_SUBJECT_MISSING
RESPONSE_SIGNED: Final = replace(GOOD, sign_assertion=None, sign_response=Signing())

STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "requester": (names.REQUESTER,),
    "responder": (names.RESPONDER,),
    "authn-failed": (names.RESPONDER, names.AUTHN_FAILED),
    "no-passive": (names.RESPONDER, "urn:oasis:names:tc:SAML:2.0:status:NoPassive"),
    "success-below-a-failure": (names.RESPONDER, names.SUCCESS),
    "three-levels": (names.REQUESTER, names.AUTHN_FAILED, names.SUCCESS),
    "partial-logout": ("urn:oasis:names:tc:SAML:2.0:status:PartialLogout",),
    "empty-code": ("",),
    "upper-case": (names.SUCCESS.upper(),),
    "trailing-space": (names.SUCCESS + " ",),
    "suffix": (names.SUCCESS + "x",),
    "saml-1": ("samlp:Success",),
}


@pytest.mark.parametrize("codes", STATUSES.values(), ids=STATUSES)
@pytest.mark.parametrize("base", [GOOD, RESPONSE_SIGNED], ids=["assertion-signed", "response-signed"])
def test_every_status_but_success_is_refused(codes: tuple[str, ...], base: Description) -> None:
    assert_refused(attack("status", NO_SUCCESS, base=base, status=codes))


def test_a_failure_without_an_assertion_is_shown_as_a_failure() -> None:
    """The usual shape of a cancelled sign-in: no assertion, no signature."""

    def change(response: etree._Element) -> None:
        response.remove(assertion_of(response))

    hostile = attack(
        "cancelled",
        NO_SUCCESS,
        status=(names.RESPONDER, names.AUTHN_FAILED),
        status_message="User cancelled",
        changes=Changes(response_signed=change),
    )
    assert_refused(hostile)


def test_a_response_without_a_status_is_refused() -> None:
    def change(response: etree._Element) -> None:
        response.remove(find(response, f"{{{SAMLP}}}Status"))

    assert_refused(attack("absent", frozenset({MALFORMED, NO_SUCCESS}), changes=Changes(built=change)))


def test_a_second_status_is_refused() -> None:
    def change(response: etree._Element) -> None:
        status = find(response, f"{{{SAMLP}}}Status")
        second = etree.Element(f"{{{SAMLP}}}Status")
        etree.SubElement(second, f"{{{SAMLP}}}StatusCode", Value=names.RESPONDER)
        status.addnext(second)

    assert_refused(attack("second", frozenset({MALFORMED, NO_SUCCESS}), changes=Changes(built=change)))


@pytest.mark.parametrize("version", [None, "", "1.0", "1.1", "2.1", "2", "2.0 ", "2.00", "３.0"])
@pytest.mark.parametrize("where", ["version", "assertion_version"])
def test_every_version_but_two_is_refused(where: str, version: str | None) -> None:
    assert_refused(attack("version", MALFORMED, **{where: version}))  # type: ignore[arg-type]


def _without(name: str) -> Changes:
    def change(response: etree._Element) -> None:
        element = saml(response, name)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return Changes(built=change)


def _twice(name: str) -> Changes:
    def change(response: etree._Element) -> None:
        element = saml(response, name)
        second = etree.fromstring(etree.tostring(element, with_tail=False))
        element.addnext(second)

    return Changes(built=change)


_LACKING: Final = {
    "Subject": frozenset({NO_SUBJECT, MALFORMED}),
    "SubjectConfirmation": frozenset({NO_SUBJECT, MALFORMED}),
    "SubjectConfirmationData": frozenset({NO_SUBJECT, MALFORMED, RefusalCode.SAML_RECIPIENT_MISMATCH}),
    "Conditions": frozenset({MALFORMED, RefusalCode.SAML_AUDIENCE_MISMATCH}),
    "AudienceRestriction": frozenset({RefusalCode.SAML_AUDIENCE_MISMATCH}),
    "AuthnStatement": frozenset({NO_SUBJECT, MALFORMED}),
}


@pytest.mark.parametrize("name", _LACKING)
def test_an_assertion_that_lacks_a_part_is_refused(name: str) -> None:
    assert_refused(attack(name, _LACKING[name], changes=_without(name)))


@pytest.mark.parametrize("name", ["Subject", "Conditions", "NameID", "Issuer"])
def test_an_assertion_with_a_part_twice_is_refused(name: str) -> None:
    codes = frozenset({MALFORMED, NO_SUBJECT, RefusalCode.SAML_ISSUER_MISMATCH})
    assert_refused(attack(name, codes, changes=_twice(name)))


def test_a_response_without_any_assertion_is_refused() -> None:
    def change(response: etree._Element) -> None:
        response.remove(assertion_of(response))

    codes = frozenset({MALFORMED, RefusalCode.SAML_UNSIGNED})
    assert_refused(attack("none", codes, changes=Changes(response_signed=change)))
    assert_refused(attack("none", codes, base=RESPONSE_SIGNED, changes=Changes(encrypted=change)))


NOT_BEARER: Final = frozenset({NO_SUBJECT, MALFORMED, RefusalCode.SAML_RECIPIENT_MISMATCH})
CONFIRMATIONS: Final = (
    attack("holder-of-key", NOT_BEARER, confirmations=(Confirmation(method=names.HOLDER_OF_KEY),)),
    attack("sender-vouches", NOT_BEARER, confirmations=(Confirmation(method=names.SENDER_VOUCHES),)),
    attack("no-method", NOT_BEARER, confirmations=(Confirmation(method=None),)),
    attack("empty-method", NOT_BEARER, confirmations=(Confirmation(method=""),)),
    attack("saml-1-bearer", NOT_BEARER, confirmations=(Confirmation(method="urn:oasis:names:tc:SAML:1.0:cm:bearer"),)),
    attack("upper-case-bearer", NOT_BEARER, confirmations=(Confirmation(method=names.BEARER.upper()),)),
    attack("no-confirmation", NOT_BEARER, confirmations=()),
    attack("no-confirmation-data", NOT_BEARER, confirmations=(Confirmation(data=False),)),
    attack(
        "begins-later",
        frozenset({MALFORMED, NO_SUBJECT, RefusalCode.SAML_NOT_YET_VALID}),
        confirmations=(Confirmation(not_before="2026-03-02T11:00:00Z"),),
    ),
    attack(
        "two-and-neither-is-ours",
        RefusalCode.SAML_RECIPIENT_MISMATCH,
        confirmations=(Confirmation(recipient="https://one.test"), Confirmation(recipient="https://two.test")),
    ),
    attack(
        "data-split-over-two",
        NOT_BEARER | {RefusalCode.SAML_EXPIRED},
        confirmations=(Confirmation(not_on_or_after=None), Confirmation(recipient=None)),
    ),
    attack(
        "right-data-under-the-wrong-method",
        NOT_BEARER,
        confirmations=(Confirmation(method=names.HOLDER_OF_KEY), Confirmation(recipient=None)),
    ),
)


@table(CONFIRMATIONS)
def test_a_subject_without_a_bearer_confirmation_for_us_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


@pytest.mark.parametrize("value", ["", " ", "\t", "\n", "\u00a0", "\u3000 "])
def test_a_blank_name_id_is_refused(value: str) -> None:
    assert_refused(attack("blank", NO_SUBJECT, subject=Subject(value=value)))


def test_an_encrypted_id_is_refused() -> None:
    def change(response: etree._Element) -> None:
        name_id = saml(response, "NameID")
        encrypted = etree.Element(f"{{{SAML}}}EncryptedID")
        etree.SubElement(encrypted, f"{{{names.XENC}}}EncryptedData")
        name_id.addprevious(encrypted)
        parent = name_id.getparent()
        assert parent is not None
        parent.remove(name_id)

    assert_refused(attack("encrypted", frozenset({NO_SUBJECT, MALFORMED}), changes=Changes(built=change)))


def test_an_unknown_condition_is_refused() -> None:
    """SAML Core section 2.5.1: a condition that is not understood makes the assertion indeterminate."""

    def change(response: etree._Element) -> None:
        condition = etree.SubElement(saml(response, "Conditions"), f"{{{SAML}}}Condition")
        condition.set(f"{{{names.XSI}}}type", "OnlyOnMondays")

    assert_refused(attack("condition", MALFORMED, changes=Changes(built=change)))
