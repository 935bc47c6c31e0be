"""EncryptedID: nothing but one NameID that was encrypted for us, and one refusal for whatever else is inside."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import assert_refused, attack
from tests.support.identity_provider import (
    CONNECTION_ID,
    ENTITY_ID,
    GOOD,
    Changes,
    Encryption,
    Subject,
    names,
    send,
    trust,
)
from tests.support.identity_provider.names import SAML, XENC
from tests.support.verification import refusal
from tests.support.xml_edit import find

FAILED: Final = RefusalCode.SAML_DECRYPTION_FAILED
SEALED: Final = replace(GOOD, name_id_encryption=Encryption())
VICTIM: Final = ENTITY_ID.replace(CONNECTION_ID, CONNECTION_ID.replace("0", "1"))
NAME_ID: Final = f'<saml:NameID xmlns:saml="{SAML}">admin@acme.test</saml:NameID>'.encode()
INSIDE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing": lambda _: b"",
    "text": lambda _: b"admin@acme.test",
    "two": lambda octets: octets * 2,
    "another-element": lambda _: f'<saml:BaseID xmlns:saml="{SAML}"/>'.encode(),
    "another-namespace": lambda _: b"<NameID>admin@acme.test</NameID>",
    "an-assertion": lambda _: f'<saml:Assertion xmlns:saml="{SAML}">{NAME_ID.decode()}</saml:Assertion>'.encode(),
    "a-comment": lambda _: NAME_ID.replace(b"admin@", b"admin@<!-- -->"),
    "an-instruction": lambda _: NAME_ID.replace(b"admin@", b"admin@<?x?>"),
    "a-document-type": lambda octets: b"<!DOCTYPE x>" + octets,
    "text-around": lambda octets: octets + b"x",
    "not-xml": lambda _: bytes(range(128, 255)),
}


@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
def test_whatever_is_not_one_name_id_fails_to_decrypt(inside: Callable[[bytes], bytes]) -> None:
    assert_refused(attack("inside", FAILED, base=SEALED, changes=Changes(name_id=inside)))


def test_every_failure_inside_looks_the_same() -> None:
    descriptions = [replace(SEALED, changes=Changes(name_id=inside)) for inside in INSIDE.values()]
    descriptions.append(replace(GOOD, name_id_encryption=Encryption(key="stranger")))
    seen = set()
    for description in descriptions:
        refused = refusal(send(description), trust())
        assert refused is not None
        seen.add((refused.reason, refused.public, refused.private, refused.checks))
    assert len(seen) == 1


def test_a_name_id_of_another_connection_of_ours_looks_like_one_that_cannot_be_decrypted() -> None:
    stolen = replace(SEALED, subject=Subject(sp_name_qualifier=VICTIM))
    broken = replace(SEALED, changes=Changes(name_id=lambda _: b""))
    first, second = refusal(send(stolen), trust()), refusal(send(broken), trust())
    assert first is not None
    assert second is not None
    assert (first.reason, first.checks, first.private) == (second.reason, second.checks, second.private)


def test_a_name_id_with_an_element_inside_is_refused() -> None:
    nested = Changes(name_id=lambda _: NAME_ID.replace(b"@", b"@<x/>"))
    assert_refused(attack("nested", RefusalCode.SAML_MALFORMED, base=SEALED, changes=nested))


def test_rsa_1_5_is_refused_by_the_check_of_the_encryption() -> None:
    for described in ("name_id_encryption", "encryption"):
        weak = replace(GOOD, **{described: Encryption(transport=names.RSA_1_5)})  # type: ignore[arg-type]
        refused = refusal(send(weak), trust())
        assert refused is not None
        assert refused.reason is RefusalCode.SAML_WEAK_ALGORITHM
        failed = [check for check in refused.checks if not check.passed]
        assert [(check.name.value, check.received) for check in failed] == [("encryption", names.RSA_1_5)]


def test_a_plain_and_an_encrypted_name_id_together_are_refused() -> None:
    def both(response: etree._Element) -> None:
        plain = etree.fromstring(NAME_ID)
        subject = find(response, f".//{{{SAML}}}Subject")
        subject.insert(0, plain)

    refused = attack("both", frozenset({RefusalCode.SAML_MALFORMED, FAILED}), changes=Changes(built=both))
    assert_refused(refused)

    def sealed_beside(response: etree._Element) -> None:
        other = etree.fromstring(base64.b64decode(send(replace(SEALED, sign_assertion=None))))
        find(response, f".//{{{SAML}}}Subject").insert(1, find(other, f".//{{{SAML}}}EncryptedID"))

    assert_refused(attack("beside", RefusalCode.SAML_MALFORMED, changes=Changes(built=sealed_beside)))


def test_an_encrypted_name_id_under_a_broken_signature_is_never_decrypted() -> None:
    def swapped(response: etree._Element) -> None:
        find(response, f".//{{{XENC}}}CipherValue").text = "AAAA"

    code = RefusalCode.SAML_SIGNATURE_INVALID
    assert_refused(
        attack("swapped", code, base=SEALED, under=trust(decryption=()), changes=Changes(response_signed=swapped))
    )
