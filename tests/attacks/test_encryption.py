"""Encrypted assertions: one code, one text and the same checks for everything from decryption to the inner signature.

Padding oracles: Jager and Somorovsky, "How to Break XML Encryption" (2011); rsa-1_5: Bleichenbacher (1998).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Description, Encryption, Signing, key, names, send, trust
from tests.support.identity_provider.names import XENC
from tests.support.verification import refusal
from tests.support.xml_edit import assertion_of, corrupt, find

FAILED: Final = RefusalCode.SAML_DECRYPTION_FAILED
MALFORMED: Final = RefusalCode.SAML_MALFORMED
SHAPE: Final = frozenset({FAILED, MALFORMED, RefusalCode.SAML_WEAK_ALGORITHM})

ENCRYPTED: Final = replace(GOOD, encryption=Encryption())
ENCRYPTED_128: Final = replace(GOOD, encryption=Encryption(content=names.AES128_GCM))
CBC: Final = replace(GOOD, encryption=Encryption(content=names.AES256_CBC))
CIPHER: Final = f".//{{{XENC}}}EncryptedData/{{{XENC}}}CipherData/{{{XENC}}}CipherValue"
KEY_CIPHER: Final = f".//{{{XENC}}}EncryptedKey/{{{XENC}}}CipherData/{{{XENC}}}CipherValue"


def _ciphertext(path: str, change: Callable[[bytes], bytes]) -> Changes:
    def move(response: etree._Element) -> None:
        value = find(response, path)
        value.text = base64.b64encode(change(base64.b64decode(value.text or ""))).decode()

    return Changes(encrypted=move)


def _flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda octets: octets[:at] + bytes([octets[at] ^ 1]) + octets[at:][1:]


def _tampered() -> Iterator[Attack]:
    for name, base in (("gcm", ENCRYPTED), ("cbc", CBC)):
        for at in (0, 15, 16, 40, -33, -17, -16, -1):
            yield attack(f"{name}-bit-at-{at}", FAILED, base=base, changes=_ciphertext(CIPHER, _flipped(at)))
        for length in (1, 16, 32, 48):
            cut = _ciphertext(CIPHER, lambda octets, length=length: octets[:-length])  # type: ignore[misc]
            yield attack(f"{name}-{length}-less", FAILED, base=base, changes=cut)
            kept = _ciphertext(CIPHER, lambda octets, length=length: octets[:length])  # type: ignore[misc]
            yield attack(f"{name}-only-{length}", FAILED, base=base, changes=kept)
        yield attack(f"{name}-nothing", SHAPE, base=base, changes=_ciphertext(CIPHER, lambda _: b""))
        yield attack(f"{name}-key-bit", FAILED, base=base, changes=_ciphertext(KEY_CIPHER, _flipped(9)))
        yield attack(f"{name}-key-cut", FAILED, base=base, changes=_ciphertext(KEY_CIPHER, lambda octets: octets[:-1]))
        yield attack(f"{name}-key-long", FAILED, base=base, changes=_ciphertext(KEY_CIPHER, lambda octets: octets * 2))
        yield attack(f"{name}-key-zero", FAILED, base=base, changes=_ciphertext(KEY_CIPHER, lambda octets: bytes(256)))


def _inside(name: str, plaintext: Callable[[bytes], bytes], base: Description = ENCRYPTED) -> Attack:
    return attack(name, FAILED, base=base, changes=Changes(plaintext=plaintext))


def _wrong_inside() -> Iterator[Attack]:
    """Well encrypted, and nothing that a signature of the identity provider's covers is in it."""
    yield _inside("nothing", lambda _: b"")
    yield _inside("text", lambda _: b"hello")
    yield _inside("octets", lambda _: bytes(range(256)))
    yield _inside("half", lambda octets: octets[: len(octets) // 2])
    yield _inside("another-element", lambda _: b'<saml:NameID xmlns:saml="urn:x">a</saml:NameID>')
    yield _inside("two-assertions", lambda octets: octets * 2)
    yield _inside("text-before", lambda octets: b"x" + octets)
    yield _inside("text-behind", lambda octets: octets + b"x")
    yield _inside("wrapped", lambda octets: b"<x>" + octets + b"</x>")
    yield _inside("doctype", lambda octets: b"<!DOCTYPE x []>" + octets)
    yield _inside("comment", lambda octets: octets.replace(b"member@", b"member<!--x-->@"))
    yield _inside("comment-behind", lambda octets: octets + b"<!--x-->")
    yield _inside("altered", lambda octets: octets.replace(b"member@", b"admin@"))
    yield _inside("escaped-from-the-wrapper", lambda octets: b"</wrapper>" + octets + b"<wrapper>")
    yield _inside("utf-16", lambda octets: octets.decode().encode("utf-16"))
    yield _inside("id-of-the-response", lambda octets: octets.replace(b"_assertion-1", b"_response-1"))
    for name, signing in {
        "unsigned": None,
        "signed-by-a-stranger": Signing(key="stranger"),
        "signed-with-sha1": Signing(algorithm=names.RSA_SHA1, digest=names.SHA1),
        "signed-with-hmac": Signing(algorithm=names.HMAC_SHA256),
        "another-reference": Signing(reference=""),
        "another-transform": Signing(transforms=(names.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116")),
    }.items():
        yield attack(name, FAILED, base=ENCRYPTED, sign_assertion=signing)
        yield attack(f"cbc-{name}", FAILED, base=CBC, sign_assertion=signing)
    altered = Changes(assertion_signed=lambda response: corrupt(assertion_of(response)))
    yield attack("forged", FAILED, base=ENCRYPTED, changes=altered)
    yield attack("for-a-stranger", FAILED, encryption=Encryption(key="stranger"))
    yield attack("for-another-recipient", FAILED, base=ENCRYPTED, under=trust(decryption=()))


UNIFORM: Final = tuple(one for one in (*_tampered(), *_wrong_inside()) if one.codes == {FAILED})


@table(UNIFORM)
def test_what_cannot_be_decrypted_and_proven_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def test_every_failure_from_decryption_to_the_inner_signature_looks_the_same() -> None:
    """No oracle: the same code, text, private text and checks."""
    seen = set()
    for hostile in UNIFORM:
        refused = refusal(send(hostile.description), hostile.trust)
        assert refused is not None, hostile.name
        seen.add((refused.reason, refused.public, refused.private, refused.checks, refused.assertion_id))
    assert len(seen) == 1, seen


def test_failures_behind_a_good_response_signature_look_the_same_too() -> None:
    seen = set()
    for hostile in _tampered():
        if hostile.codes != {FAILED}:
            continue
        refused = refusal(send(replace(hostile.description, sign_response=Signing())), hostile.trust)
        assert refused is not None, hostile.name
        seen.add((refused.reason, refused.public, refused.private, refused.checks))
    assert len(seen) == 1, seen


def test_a_broken_response_signature_is_refused_before_anything_is_decrypted() -> None:
    """The ciphertext is as it was, yet the code is not that of decryption."""

    def change(response: etree._Element) -> None:
        response.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:prior")

    hostile = attack(
        "altered",
        RefusalCode.SAML_SIGNATURE_INVALID,
        base=ENCRYPTED,
        sign_response=Signing(),
        under=trust(decryption=()),
        changes=Changes(response_signed=change),
    )
    assert_refused(hostile)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (RefusalCode.SAML_ISSUER_MISMATCH, {"assertion_issuer": "https://evil.test"}),
        (RefusalCode.SAML_DESTINATION_MISMATCH, {"destination": "https://evil.test"}),
        (RefusalCode.SAML_SUBJECT_MISSING, {"subject": None, "confirmations": ()}),
    ],
    ids=["issuer", "destination", "subject"],
)
def test_what_was_decrypted_and_proven_is_judged_by_the_same_rules(code: RefusalCode, said: dict[str, object]) -> None:
    assert_refused(attack("judged", frozenset({code, MALFORMED}), base=ENCRYPTED, **said))  # type: ignore[arg-type]


def test_our_next_keys_ciphertext_is_no_use_under_another_key() -> None:
    assert key("service").private_pem != key("service-next").private_pem
    assert_refused(attack("next", FAILED, encryption=Encryption(key="service-next")))
