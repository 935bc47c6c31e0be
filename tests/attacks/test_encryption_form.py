"""Allowed forms of an EncryptedAssertion: one EncryptedData, allowed ciphers and values, no references."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Encryption, document, names
from tests.support.identity_provider.names import DS, SAML, XENC
from tests.support.xml_edit import find

FAILED: Final = RefusalCode.SAML_DECRYPTION_FAILED
SHAPE: Final = frozenset({FAILED, RefusalCode.SAML_MALFORMED, RefusalCode.SAML_WEAK_ALGORITHM})

ENCRYPTED: Final = replace(GOOD, encryption=Encryption())
ENCRYPTED_128: Final = replace(GOOD, encryption=Encryption(content=names.AES128_GCM))
CBC: Final = replace(GOOD, encryption=Encryption(content=names.AES256_CBC))
DATA: Final = f".//{{{XENC}}}EncryptedData"
CIPHER: Final = f"{DATA}/{{{XENC}}}CipherData/{{{XENC}}}CipherValue"


def _replaced_algorithm(path: str, algorithm: str) -> Changes:
    def change(response: etree._Element) -> None:
        find(response, f".//{{{XENC}}}{path}/{{{XENC}}}EncryptionMethod").set("Algorithm", algorithm)

    return Changes(encrypted=change)


def _reference(kind: str, uri: str) -> Changes:
    def change(response: etree._Element) -> None:
        data = find(response, f".//{{{XENC}}}{kind}/{{{XENC}}}CipherData")
        for child in list(data):
            data.remove(child)
        etree.SubElement(data, f"{{{XENC}}}CipherReference", URI=uri)

    return Changes(encrypted=change)


def _beside(plain_first: bool) -> Changes:
    """The signed assertion in the clear and a forged one encrypted, or the other way round."""

    def change(response: etree._Element) -> None:
        other = etree.fromstring(document(replace(GOOD, encryption=Encryption(), sign_assertion=None)))
        encrypted = find(other, f"{{{SAML}}}EncryptedAssertion")
        if plain_first:
            response.append(encrypted)
        else:
            response.insert(2, encrypted)

    return Changes(response_signed=change)


def _twice(response: etree._Element) -> None:
    encrypted = find(response, f"{{{SAML}}}EncryptedAssertion")
    encrypted.addnext(etree.fromstring(etree.tostring(encrypted, with_tail=False)))


def _many_keys(response: etree._Element) -> None:
    encrypted_key = find(response, f".//{{{XENC}}}EncryptedKey")
    for _ in range(100):
        encrypted_key.addnext(etree.fromstring(etree.tostring(encrypted_key, with_tail=False)))


def _retrieval(uri: str) -> Changes:
    def change(response: etree._Element) -> None:
        info = find(response, f".//{{{XENC}}}EncryptedData/{{{DS}}}KeyInfo")
        for child in list(info):
            info.remove(child)
        etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI=uri)

    return Changes(encrypted=change)


def _empty(response: etree._Element) -> None:
    encrypted = find(response, f"{{{SAML}}}EncryptedAssertion")
    for child in list(encrypted):
        encrypted.remove(child)


def _doubled(path: str) -> Changes:
    def change(response: etree._Element) -> None:
        element = find(response, path)
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))

    return Changes(encrypted=change)


def _reference_beside(response: etree._Element) -> None:
    data = find(response, f".//{{{XENC}}}EncryptedData/{{{XENC}}}CipherData")
    etree.SubElement(data, f"{{{XENC}}}CipherReference", URI="http://127.0.0.1:9/")


def _typed(response: etree._Element) -> None:
    find(response, f".//{{{XENC}}}EncryptedData").set("Type", f"{XENC}Content")


def _oaep_digest(response: etree._Element) -> None:
    find(response, f".//{{{XENC}}}EncryptedKey//{{{DS}}}DigestMethod").set("Algorithm", names.MD5)


def _mask(response: etree._Element) -> None:
    find(response, f".//{{{names.XENC11}}}MGF").set("Algorithm", names.XENC11 + "mgf1md5")


WEAK: Final = frozenset({RefusalCode.SAML_WEAK_ALGORITHM, FAILED})
SHAPES: Final = (
    attack("rsa-1_5", WEAK, encryption=Encryption(transport=names.RSA_1_5)),
    attack("rsa-1_5-with-cbc", WEAK, encryption=Encryption(transport=names.RSA_1_5, content=names.AES128_CBC)),
    attack("rsa-1_5-by-name", WEAK, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedKey", names.RSA_1_5)),
    attack("triple-des", WEAK, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedData", XENC + "tripledes-cbc")),
    attack("no-algorithm", WEAK, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedData", "")),
    attack("null-cipher", WEAK, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedData", "urn:none")),
    attack("key-wrap", WEAK, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedKey", XENC + "kw-aes256")),
    attack("oaep-with-md5", WEAK, base=ENCRYPTED, changes=Changes(encrypted=_oaep_digest)),
    attack(
        "mask-with-md5",
        WEAK,
        encryption=Encryption(transport=names.RSA_OAEP_11, mask=names.MGF1_SHA1),
        changes=Changes(encrypted=_mask),
    ),
    attack("content-not-element", SHAPE, base=ENCRYPTED, changes=Changes(encrypted=_typed)),
    attack("cipher-reference-beside-the-value", SHAPE, base=ENCRYPTED, changes=Changes(encrypted=_reference_beside)),
    attack("two-values", SHAPE, base=ENCRYPTED, changes=_doubled(CIPHER)),
    attack("two-methods", SHAPE, base=ENCRYPTED, changes=_doubled(f"{DATA}/{{{XENC}}}EncryptionMethod")),
    attack("two-data", SHAPE, base=ENCRYPTED, changes=_doubled(DATA)),
    attack(
        "short-key-for-a-long-cipher",
        SHAPE,
        base=ENCRYPTED_128,
        changes=_replaced_algorithm("EncryptedData", names.AES256_GCM),
    ),
    attack("cbc-read-as-gcm", SHAPE, base=CBC, changes=_replaced_algorithm("EncryptedData", names.AES256_GCM)),
    attack("gcm-read-as-cbc", SHAPE, base=ENCRYPTED, changes=_replaced_algorithm("EncryptedData", names.AES256_CBC)),
    attack("cipher-reference-http", SHAPE, base=ENCRYPTED, changes=_reference("EncryptedData", "http://127.0.0.1:9/")),
    attack("cipher-reference-file", SHAPE, base=ENCRYPTED, changes=_reference("EncryptedData", "file:///etc/hostname")),
    attack("cipher-reference-self", SHAPE, base=ENCRYPTED, changes=_reference("EncryptedData", "#_response-1")),
    attack("key-cipher-reference", SHAPE, base=ENCRYPTED, changes=_reference("EncryptedKey", "http://127.0.0.1:9/")),
    attack("retrieval-http", SHAPE, base=ENCRYPTED, changes=_retrieval("http://127.0.0.1:9/key")),
    attack("retrieval-file", SHAPE, base=ENCRYPTED, changes=_retrieval("file:///etc/hostname")),
    attack("plain-then-encrypted", SHAPE, changes=_beside(plain_first=True)),
    attack("encrypted-then-plain", SHAPE, changes=_beside(plain_first=False)),
    attack("encrypted-twice", SHAPE, base=ENCRYPTED, changes=Changes(encrypted=_twice)),
    attack("a-hundred-keys", SHAPE, base=ENCRYPTED, changes=Changes(encrypted=_many_keys)),
    attack("empty", SHAPE, base=ENCRYPTED, changes=Changes(encrypted=_empty)),
)


@table(SHAPES)
def test_a_forbidden_shape_of_encryption_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)
