"""Holes of 2026 in other products that concern the verifier, each by its CVE number; others have files of their own.

| CVE | where |
|---|---|
| 2026-2092, 2026-18108 (unsigned or foreign EncryptedAssertion) | here, `test_encryption`, `test_shared_key` |
| 2026-3047, 2026-16442 (a disabled provider), 2026-117691 (encoded parameter names) | `test_acs_form` |
| 2026-18092, 2026-89043 (wrapping) | `test_wrapping`, `test_mutations` |
| 2026-49454 (digest checked, SignatureValue not) | here |
| 2026-1190 (NotOnOrAfter of the confirmation) | `test_times` |
| 2025-66568, 2025-54369 (void canonicalization) | here, `test_signature_form` |
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml.assertion import ProxyRestriction
from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import FORGED, assert_refused, attack
from tests.support.identity_provider import (
    ACS_URL,
    GOOD,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Signing,
    key,
    names,
    send,
    trust,
)
from tests.support.identity_provider.names import DS, SAML
from tests.support.identity_provider.signature import signature_value
from tests.support.verification import refusal, verify_response
from tests.support.xml_edit import any_signature, extensions, find

UNSIGNED: Final = replace(GOOD, sign_assertion=None)
NO_ONES: Final = frozenset({RefusalCode.SAML_SUBJECT_MISSING, RefusalCode.SAML_RECIPIENT_MISMATCH})


@pytest.mark.parametrize(
    "description",
    [UNSIGNED, GOOD, replace(UNSIGNED, encryption=Encryption()), replace(UNSIGNED, sign_response=Signing())],
    ids=["unsigned", "signed", "encrypted-by-attacker", "response-signed"],
)
@pytest.mark.parametrize("solicited", [True, False])
def test_cve_2026_89042_a_connection_without_certificates_refuses_sign_ins(
    description: Description, solicited: bool
) -> None:
    under = replace(trust(solicited=solicited), certificates=())
    assert refusal(send(description), under) is not None


@pytest.mark.parametrize("placed", ["extensions", "beside", "inside"])
def test_cve_2026_2092_an_unsigned_encrypted_assertion_beside_a_signed_one_is_refused(placed: str) -> None:
    def change(response: etree._Element) -> None:
        other = etree.fromstring(base64.b64decode(send(replace(UNSIGNED, encryption=Encryption()))))
        encrypted = find(other, f"{{{SAML}}}EncryptedAssertion")
        if placed == "extensions":
            extensions(response).append(encrypted)
        elif placed == "beside":
            response.append(encrypted)
        else:
            find(any_signature(response), f"{{{DS}}}KeyInfo").append(encrypted)

    assert_refused(attack(placed, FORGED, changes=Changes(response_signed=change)))


@pytest.mark.parametrize("value", [b"", bytes(256), b"\xff" * 256])
def test_cve_2026_49454_a_right_digest_under_a_wrong_signature_value_is_refused(value: bytes) -> None:
    def change(response: etree._Element) -> None:
        find(any_signature(response), f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()

    assert_refused(attack("value", FORGED, changes=Changes(response_signed=change)))


def test_cve_2026_49454_the_signature_of_another_signed_info_is_refused() -> None:
    def change(response: etree._Element) -> None:
        other = base64.b64encode(signature_value(b"<other/>", key("acme"), names.RSA_SHA256)).decode()
        find(any_signature(response), f"{{{DS}}}SignatureValue").text = other

    assert_refused(attack("other", FORGED, changes=Changes(response_signed=change)))


@pytest.mark.parametrize(
    "confirmations",
    [
        (Confirmation(method=names.HOLDER_OF_KEY),),
        (Confirmation(method=names.HOLDER_OF_KEY), Confirmation(recipient="https://sp.elsewhere.test/acs")),
        (Confirmation(recipient="https://sp.elsewhere.test/acs"), Confirmation(method=names.HOLDER_OF_KEY)),
        (Confirmation(method=names.SENDER_VOUCHES), Confirmation(method=names.HOLDER_OF_KEY)),
    ],
    ids=["alone", "before-a-foreign-bearer", "behind-a-foreign-bearer", "with-sender-vouches"],
)
def test_cve_2026_92855_a_holder_of_key_confirmation_never_serves_as_bearer(
    confirmations: tuple[Confirmation, ...],
) -> None:
    assert_refused(attack("holder-of-key", NO_ONES, confirmations=confirmations))


def test_cve_2026_92855_a_bearer_of_ours_counts_whatever_stands_beside_it() -> None:
    beside = Confirmation(
        method=names.HOLDER_OF_KEY, recipient="https://sp.elsewhere.test/acs", in_response_to="_other"
    )
    assertion = verify_response(send(replace(GOOD, confirmations=(beside, Confirmation()))), trust())
    assert assertion.in_response_to == GOOD.in_response_to
    assert Confirmation().recipient == ACS_URL


def test_cve_2026_92856_a_proxy_restriction_is_kept_for_those_who_pass_the_sign_in_on() -> None:
    assertion = verify_response(send(replace(GOOD, conditions=Conditions(proxy_count="0"))), trust())
    assert assertion.proxy_restriction == ProxyRestriction(0, ())
    assert verify_response(send(GOOD), trust()).proxy_restriction is None


@pytest.mark.parametrize("method", [names.EXC_C14N, names.C14N])
def test_cve_2025_66568_a_signature_over_no_octets_is_refused_under_either_canonicalization(method: str) -> None:
    def change(response: etree._Element) -> etree._Element:
        octets = etree.tostring(response).replace(b"<ds:SignedInfo>", b'<ds:SignedInfo xmlns:void="1">')
        void = etree.fromstring(octets)
        value = base64.b64encode(signature_value(b"", key("acme"), names.RSA_SHA256)).decode()
        find(any_signature(void), f"{{{DS}}}SignatureValue").text = value
        return void

    signing, changes = Signing(canonicalization=method), Changes(response_signed=change)
    assert_refused(attack("void", FORGED, sign_assertion=signing, changes=changes))
