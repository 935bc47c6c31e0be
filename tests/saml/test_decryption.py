from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from chalicelib.saml import decryption
from chalicelib.saml.decryption import MAX_ENCRYPTED_KEYS, decrypt, parse_encrypted
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError
from tests.support.identity_provider import Encryption, key, names, service_key
from tests.support.identity_provider.encryption import encrypt as ciphertext
from tests.support.identity_provider.encryption import encrypted as encrypted_by_others
from tests.support.identity_provider.names import DS, SAML, XENC, XENC11
from tests.support.message_text import told
from tests.support.xml_edit import find

PLAINTEXT = b"<saml:Assertion/>"
KEYS = [KeyPair(service_key().private_pem, service_key().der)]
HASHES: dict[str, hashes.HashAlgorithm] = {
    names.SHA1: hashes.SHA1(),
    names.SHA256: hashes.SHA256(),
    names.SHA384: hashes.SHA384(),
    names.SHA512: hashes.SHA512(),
}
MASKS: dict[str, hashes.HashAlgorithm] = {
    f"{XENC11}mgf1sha{bits}": algorithm for bits, algorithm in zip((1, 256, 384, 512), HASHES.values(), strict=True)
}


def encrypted(plaintext: bytes = PLAINTEXT, encryption: Encryption | None = None) -> etree._Element:
    return encrypted_by_others(plaintext, encryption or Encryption(), "saml")


def cipher_value(element: etree._Element, path: str) -> etree._Element:
    return find(element, f"{path}/{{{XENC}}}CipherData/{{{XENC}}}CipherValue")


DATA = f"{{{XENC}}}EncryptedData"
KEY = f".//{{{XENC}}}EncryptedKey"


def resealed(
    content_key: bytes,
    *,
    plaintext: bytes = PLAINTEXT,
    content: str = names.AES256_GCM,
    oaep: padding.OAEP | None = None,
) -> etree._Element:
    """An EncryptedAssertion with a content key, a label and octets of our choice."""
    element = encrypted(encryption=Encryption(content=content))
    public = service_key().private.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = oaep or padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    cipher_value(element, KEY).text = base64.b64encode(public.encrypt(content_key, oaep)).decode()
    octets = ciphertext(plaintext, content_key, content) if len(content_key) in {16, 24, 32} else b"x" * 40
    cipher_value(element, DATA).text = base64.b64encode(octets).decode()
    return element


def open_it(element: etree._Element) -> etree._Element:
    return decrypt(parse_encrypted(element), KEYS)


def code_of(rule: Callable[[], object]) -> RefusalCode:
    with pytest.raises(ValidationError) as refused:
        rule()
    return refused.value.reason


@pytest.mark.parametrize("length", range(17, 35))
@pytest.mark.parametrize("content", [names.AES128_CBC, names.AES192_CBC, names.AES256_CBC, names.AES128_GCM])
def test_what_was_encrypted_comes_out_whatever_its_length(content: str, length: int) -> None:
    plaintext = PLAINTEXT.replace(b"/>", b" " * (length - 17) + b"/>")
    assert open_it(encrypted(plaintext, Encryption(content=content))).tag == f"{{{SAML}}}Assertion"


@pytest.mark.parametrize(("digest", "mask"), list(product(HASHES, MASKS)))
def test_every_digest_and_mask_of_oaep_is_taken(digest: str, mask: str) -> None:
    oaep = padding.OAEP(padding.MGF1(MASKS[mask]), HASHES[digest], None)
    element = resealed(os.urandom(32), oaep=oaep)
    method = find(element, f"{KEY}/{{{XENC}}}EncryptionMethod")
    method.set("Algorithm", names.RSA_OAEP_11)
    find(method, f"{{{DS}}}DigestMethod").set("Algorithm", digest)
    etree.SubElement(method, f"{{{XENC11}}}MGF", Algorithm=mask)
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


def test_a_label_of_oaep_is_taken() -> None:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), b"label")
    element = resealed(os.urandom(32), oaep=oaep)
    etree.SubElement(find(element, f"{KEY}/{{{XENC}}}EncryptionMethod"), f"{{{XENC}}}OAEPparams").text = "bGFiZWw="
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


def test_rsa_oaep_mgf1p_masks_with_sha1_whatever_is_written_beside_it() -> None:
    element = encrypted()
    method = find(element, f"{KEY}/{{{XENC}}}EncryptionMethod")
    etree.SubElement(method, f"{{{XENC11}}}MGF", Algorithm=f"{XENC11}mgf1sha256")
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{DATA}/{{{XENC}}}EncryptionMethod", f"{XENC}tripledes-cbc"),
        (f"{DATA}/{{{XENC}}}EncryptionMethod", None),
        (f"{KEY}/{{{XENC}}}EncryptionMethod", f"{XENC}rsa-1_5"),
        (f"{KEY}/{{{XENC}}}EncryptionMethod", None),
        (f"{KEY}/{{{XENC}}}EncryptionMethod/{{{DS}}}DigestMethod", f"{names.DSIG_MORE}md5"),
        (f"{KEY}/{{{XENC}}}EncryptionMethod/{{{DS}}}DigestMethod", None),
    ],
)
def test_an_algorithm_that_is_not_listed_is_weak(path: str, name: str | None) -> None:
    element = encrypted()
    method = find(element, path)
    method.attrib.pop("Algorithm")
    if name is not None:
        method.set("Algorithm", name)
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_WEAK_ALGORITHM


@pytest.mark.parametrize("mask", [f"{XENC11}mgf1md5", None])
def test_a_mask_that_is_not_listed_is_weak(mask: str | None) -> None:
    element = encrypted(encryption=Encryption(transport=names.RSA_OAEP_11, mask=names.MGF1_SHA1))
    method = find(element, f"{KEY}//{{{XENC11}}}MGF")
    method.attrib.pop("Algorithm")
    if mask is not None:
        method.set("Algorithm", mask)
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_WEAK_ALGORITHM


def test_content_that_is_not_an_element_is_malformed() -> None:
    element = encrypted()
    find(element, DATA).set("Type", f"{XENC}Content")
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_MALFORMED


def test_data_without_a_type_is_taken_for_an_element() -> None:
    element = encrypted()
    del find(element, DATA).attrib["Type"]
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


def with_keys(count: int) -> etree._Element:
    element = encrypted(encryption=Encryption(key_beside=True))
    one = find(element, f"{{{XENC}}}EncryptedKey")
    element.remove(one)
    for _ in range(count):
        element.append(etree.fromstring(etree.tostring(one)))
    return element


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_encrypted_keys_are_taken(count: int) -> None:
    assert MAX_ENCRYPTED_KEYS == 2
    assert open_it(with_keys(count)).tag == f"{{{SAML}}}Assertion"


@pytest.mark.parametrize("count", [0, 3])
def test_no_encrypted_key_or_a_third_is_malformed(count: int) -> None:
    assert code_of(lambda: parse_encrypted(with_keys(count))) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("path", [DATA, KEY])
def test_a_reference_to_a_cipher_elsewhere_is_malformed(path: str) -> None:
    element = encrypted()
    data = find(element, f"{path}/{{{XENC}}}CipherData")
    etree.SubElement(data, f"{{{XENC}}}CipherReference", URI="https://evil.test")
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize(
    "path", [DATA, f"{DATA}/{{{XENC}}}EncryptionMethod", f"{DATA}/{{{XENC}}}CipherData", f"{KEY}/{{{XENC}}}CipherData"]
)
def test_a_part_that_stands_twice_is_malformed(path: str) -> None:
    element = encrypted()
    part = find(element, path)
    part.addnext(etree.fromstring(etree.tostring(part, with_tail=False)))
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("text", ["!", "~AAAA", "AAA", "AAAA=AAA", "ä", "AA==AA=="])
@pytest.mark.parametrize("path", [DATA, KEY])
def test_a_cipher_that_is_not_base64_is_malformed(path: str, text: str) -> None:
    element = encrypted()
    cipher_value(element, path).text = text
    assert code_of(lambda: parse_encrypted(element)) is RefusalCode.SAML_MALFORMED


def test_blanks_in_a_cipher_are_passed_over() -> None:
    element = encrypted()
    value = cipher_value(element, DATA)
    assert value.text is not None
    value.text = f"\r\n\t {value.text[:7]} {value.text[7:]}\n"
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


@pytest.mark.parametrize(
    "text", [None, "AAAA", base64.b64encode(b"x" * 16).decode(), base64.b64encode(b"x" * 64).decode()]
)
@pytest.mark.parametrize("content", [names.AES256_GCM, names.AES256_CBC])
def test_octets_that_are_not_ciphertext_fail_to_decrypt(content: str, text: str | None) -> None:
    element = encrypted(encryption=Encryption(content=content))
    cipher_value(element, DATA).text = text
    assert code_of(lambda: open_it(element)) is RefusalCode.SAML_DECRYPTION_FAILED


@pytest.mark.parametrize("high", range(0, 256, 16))
def test_no_verdict_is_passed_on_the_padding_by_itself(high: int) -> None:
    """Its low bits say how much is padding; whatever the others are, the answer is the same."""
    content_key, vector = os.urandom(32), os.urandom(16)
    encryptor = Cipher(algorithms.AES(content_key), modes.CBC(vector)).encryptor()
    padded = PLAINTEXT.replace(b"/>", b" " * 14 + b"/>") + bytes([high + 1])
    element = resealed(content_key, content=names.AES256_CBC)
    octets = vector + encryptor.update(padded) + encryptor.finalize()
    cipher_value(element, DATA).text = base64.b64encode(octets).decode()
    assert open_it(element).tag == f"{{{SAML}}}Assertion"


@pytest.mark.parametrize("content", [names.AES128_CBC, names.AES128_GCM])
def test_a_content_key_of_another_length_than_the_algorithm_says_is_not_a_key(content: str) -> None:
    element = resealed(os.urandom(32), content=content)
    assert code_of(lambda: open_it(element)) is RefusalCode.SAML_DECRYPTION_FAILED


def test_without_a_key_of_ours_nothing_opens() -> None:
    assert code_of(lambda: decrypt(parse_encrypted(encrypted()), [])) is RefusalCode.SAML_DECRYPTION_FAILED


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        b"text",
        b"<a/><b/>",
        b"x<a/>",
        b"<a/>x",
        b"<a>",
        b"</wrapper><wrapper>",
        b"<!DOCTYPE a><a/>",
        b"<saml2:Assertion/>",
        b"\xff",
    ],
)
@pytest.mark.parametrize("content", [names.AES256_GCM, names.AES256_CBC])
def test_a_plaintext_that_is_not_one_element_fails_to_decrypt(content: str, plaintext: bytes) -> None:
    element = encrypted(plaintext, Encryption(content=content))
    assert code_of(lambda: open_it(element)) is RefusalCode.SAML_DECRYPTION_FAILED


@pytest.mark.parametrize(
    "plaintext", [b'<?xml version="1.0"?><saml:Assertion/>', b" \n<saml:Assertion/> \n", b'\n<?xml version="1.0"?><a/>']
)
def test_a_declaration_and_blanks_around_the_plaintext_are_passed_over(plaintext: bytes) -> None:
    assert open_it(encrypted(plaintext)).tag in {f"{{{SAML}}}Assertion", "a"}


def test_namespaces_around_the_ciphertext_hold_in_the_plaintext() -> None:
    outer = etree.Element("outer", nsmap={None: "urn:default", "x": "urn:x&y"})
    outer.append(encrypted(b'<Assertion x:a="1"/>'))
    opened_element = open_it(outer[0])
    assert opened_element.tag == "{urn:default}Assertion"
    assert dict(opened_element.attrib) == {"{urn:x&y}a": "1"}


def test_the_second_of_our_keys_opens_what_the_first_does_not() -> None:
    other = replace(KEYS[0], private_key=key("other").private_pem)
    assert decrypt(parse_encrypted(encrypted()), [other, *KEYS]).tag == f"{{{SAML}}}Assertion"


def test_the_refusal_says_one_thing_whatever_went_wrong() -> None:
    refused = decryption.decryption_failed()
    assert refused.reason is RefusalCode.SAML_DECRYPTION_FAILED
    assert told(refused.expected) == (
        "an assertion or name identifier that is encrypted for our certificate and signed; "
        "with AES-CBC, one that names us"
    )
    assert told(refused.received) is None
