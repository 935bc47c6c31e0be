"""AES-CBC doesn't protect its plaintext: another tenant may alter a stolen ciphertext block by block and read it from
the answers. No answer depends on the plaintext unless the plaintext names this connection or is signed itself."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import NameID
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from tests.support.identity_provider import (
    ENTITY_ID,
    GOOD,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Signing,
    Subject,
    names,
    send,
    trust,
)
from tests.support.identity_provider.names import SAML, XENC
from tests.support.verification import refusal, verify_response
from tests.support.xml_edit import find

CBC: Final = Encryption(content=names.AES256_CBC)
SEALED: Final = replace(GOOD, name_id_encryption=CBC)
WRAPPED: Final = replace(GOOD, sign_assertion=None, sign_response=Signing(), encryption=CBC)
NOWHERE: Final = (Confirmation(recipient="https://sp.elsewhere.test/acs"),)
ELSEWHERE: Final = Conditions(restrictions=(("https://sp.elsewhere.test",),))
UNBOUND: Final[dict[str, Description]] = {
    "unqualified": SEALED,
    "of-a-stranger": replace(SEALED, subject=Subject(sp_name_qualifier="https://sp.elsewhere.test")),
    "blank": replace(SEALED, subject=Subject(value=" ")),
    "two": replace(SEALED, changes=Changes(name_id=lambda octets: octets * 2)),
    "not-xml": replace(SEALED, changes=Changes(name_id=lambda _: bytes(range(128, 255)))),
    "with-an-element": replace(SEALED, changes=Changes(name_id=lambda octets: octets.replace(b"@", b"@<x/>"))),
    "in-an-assertion-too": replace(SEALED, encryption=CBC),
}
NAMES_NEITHER: Final[dict[str, Description]] = {
    "elsewhere": replace(WRAPPED, confirmations=NOWHERE, conditions=ELSEWHERE),
    "nowhere": replace(WRAPPED, confirmations=(Confirmation(recipient=None),), conditions=None),
    "that-cannot-be-read": replace(WRAPPED, confirmations=NOWHERE, conditions=ELSEWHERE, assertion_issued_at="never"),
    "without-a-subject": replace(WRAPPED, subject=None, confirmations=(), conditions=ELSEWHERE),
}


def _seen(description: Description) -> tuple[object, ...]:
    refused = refusal(send(description), trust())
    assert refused is not None
    return (refused.reason, refused.public, refused.private, refused.checks, refused.signed, refused.age_seconds)


def _broken(element: str) -> Callable[[etree._Element], None]:
    def alter(response: etree._Element) -> None:
        value = find(response, f"{element}/{{{XENC}}}EncryptedData/{{{XENC}}}CipherData/{{{XENC}}}CipherValue")
        octets = base64.b64decode(value.text or "")
        value.text = base64.b64encode(octets[:-17] + bytes([octets[-17] ^ 1]) + octets[-16:]).decode()

    return alter


@pytest.mark.parametrize("description", UNBOUND.values(), ids=UNBOUND)
def test_a_cbc_name_id_that_does_not_name_this_connection_looks_like_a_broken_one(description: Description) -> None:
    broken = replace(SEALED, changes=Changes(name_id=lambda _: b""), encryption=description.encryption)
    assert _seen(description) == _seen(broken)
    assert _seen(description)[0] is RefusalCode.SAML_DECRYPTION_FAILED


def test_a_cbc_name_id_that_names_this_connection_is_read() -> None:
    bound = replace(SEALED, subject=Subject(sp_name_qualifier=ENTITY_ID))
    assert verify_response(send(bound), trust()).name_id == NameID(
        "member@acme.test", names.EMAIL, sp_name_qualifier=ENTITY_ID
    )


@pytest.mark.parametrize("description", NAMES_NEITHER.values(), ids=NAMES_NEITHER)
def test_an_unsigned_cbc_assertion_that_does_not_name_this_connection_looks_like_a_broken_one(
    description: Description,
) -> None:
    broken = replace(WRAPPED, changes=Changes(encrypted=_broken(f"{{{SAML}}}EncryptedAssertion")))
    assert _seen(description) == _seen(broken)
    assert _seen(description)[0] is RefusalCode.SAML_DECRYPTION_FAILED


@pytest.mark.parametrize(
    ("said", "check"),
    [({"conditions": ELSEWHERE}, CheckName.AUDIENCE), ({"confirmations": NOWHERE}, CheckName.RECIPIENT)],
    ids=["by-its-recipient", "by-its-audience"],
)
def test_an_unsigned_cbc_assertion_that_names_this_connection_keeps_its_details(
    said: dict[str, object], check: CheckName
) -> None:
    refused = refusal(send(replace(WRAPPED, **said)), trust())  # type: ignore[arg-type]
    assert isinstance(refused, SignInRefused)
    failed = next(found for found in refused.checks if found.name is check)
    assert "elsewhere.test" in str(failed.received)


def test_a_signed_cbc_assertion_keeps_its_details_whomever_it_names() -> None:
    signed = replace(NAMES_NEITHER["elsewhere"], sign_assertion=Signing(), sign_response=None)
    refused = refusal(send(signed), trust())
    assert refused is not None
    assert refused.reason is RefusalCode.SAML_RECIPIENT_MISMATCH


def test_a_gcm_ciphertext_passed_off_as_cbc_tells_nothing() -> None:
    """The same content key serves both modes (Jager, Paterson and Somorovsky, NDSS 2013)."""

    def as_cbc(octets: bytes) -> bytes:
        return octets.replace(names.AES256_GCM.encode(), names.AES256_CBC.encode())

    passed_off = replace(GOOD, sign_assertion=None, encryption=Encryption(), changes=Changes(octets=as_cbc))
    refused = refusal(send(passed_off), trust())
    assert refused is not None
    assert refused.reason is RefusalCode.SAML_DECRYPTION_FAILED
    assert not [check for check in refused.checks if check.received and check.name is not CheckName.SIGNATURE]
