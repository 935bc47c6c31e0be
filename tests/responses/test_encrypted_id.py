"""A NameID that is encrypted for us (EncryptedID) is read and judged like a plain one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.saml.assertion import NameID
from chalicelib.saml.refusal import RefusalCode
from tests.support.identity_provider import GOOD, Description, Encryption, Signing, Subject, names, send, trust
from tests.support.verification import refusal, verify_response

SEALED = replace(GOOD, name_id_encryption=Encryption())


@pytest.mark.parametrize(
    "description",
    [
        SEALED,
        replace(SEALED, encryption=Encryption()),
        replace(SEALED, sign_assertion=None, sign_response=Signing()),
        replace(SEALED, sign_assertion=None, sign_response=Signing(), encryption=Encryption()),
        replace(GOOD, name_id_encryption=Encryption(key_beside=True)),
        replace(GOOD, name_id_encryption=Encryption(key="service-next")),
    ],
    ids=["plain", "in-an-encrypted-assertion", "response-signed", "both", "key-beside", "next-key"],
)
def test_an_encrypted_name_id_is_the_assertions_name_id(description: Description) -> None:
    assertion = verify_response(send(description), trust(decryption=("service", "service-next")))
    assert assertion.name_id == NameID("member@acme.test", names.EMAIL)


def test_format_and_qualifiers_are_those_inside() -> None:
    subject = Subject(value="x", format=names.PERSISTENT, name_qualifier="n", sp_name_qualifier="s")
    assertion = verify_response(send(replace(SEALED, subject=subject)), trust())
    assert assertion.name_id == NameID("x", names.PERSISTENT, "n", "s")


def test_a_blank_encrypted_name_id_is_refused() -> None:
    refused = refusal(send(replace(SEALED, subject=Subject(value=" "))), trust())
    assert refused is not None
    assert refused.reason is RefusalCode.SAML_SUBJECT_MISSING
