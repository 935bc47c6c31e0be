"""Which keys and algorithms count: the connection's certificates and the allow-list, never what the message says."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import FORGED, Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, NOW, Changes, Description, Encryption, Signing, key, names, trust
from tests.support.identity_provider.names import DS, DSIG11
from tests.support.xml_edit import any_signature, find

MISMATCH: Final = RefusalCode.SAML_CERTIFICATE_MISMATCH
WEAK: Final = RefusalCode.SAML_WEAK_ALGORITHM
INVALID: Final = RefusalCode.SAML_SIGNATURE_INVALID
NOT_TRUSTED: Final = frozenset({MISMATCH, INVALID})

STRANGERS: Final = (
    attack("stranger-with-its-own-certificate", MISMATCH, sign_assertion=Signing(key="stranger")),
    attack("stranger-who-shows-ours", INVALID, sign_assertion=Signing(key="stranger", certificate="acme")),
    attack("stranger-without-key-info", NOT_TRUSTED, sign_assertion=Signing(key="stranger", certificate=None)),
    attack("another-tenant", MISMATCH, sign_assertion=Signing(key="other-tenant")),
    attack("our-own-decryption-key", MISMATCH, sign_assertion=Signing(key="service")),
    attack("stranger-signs-the-response", MISMATCH, sign_assertion=None, sign_response=Signing(key="stranger")),
    attack("stranger-around-a-good-assertion", NOT_TRUSTED, sign_response=Signing(key="stranger")),
    attack(
        "stranger-inside-a-good-response", NOT_TRUSTED, sign_assertion=Signing(key="stranger"), sign_response=Signing()
    ),
    attack("certificate-that-was-removed", MISMATCH, under=trust(keys=("acme-next",))),
    attack("elliptic-stranger", MISMATCH, sign_assertion=Signing(key="p256", algorithm=names.ECDSA_SHA256)),
    attack("no-certificate-is-trusted", FORGED, under=trust(keys=())),
)


@table(STRANGERS)
def test_a_key_that_the_connection_does_not_name_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def _key_info(build: str) -> Changes:
    """KeyInfo offers the stranger's key in other ways than a certificate."""

    def change(response: etree._Element) -> None:
        info = find(any_signature(response), f"{{{DS}}}KeyInfo")
        for child in list(info):
            info.remove(child)
        if build == "name":
            etree.SubElement(info, f"{{{DS}}}KeyName").text = "stranger"
        elif build == "retrieval-http":
            etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI="http://127.0.0.1:9/key")
        elif build == "retrieval-file":
            etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI="file:///etc/hostname")
        elif build == "subject-name":
            data = etree.SubElement(info, f"{{{DS}}}X509Data")
            etree.SubElement(data, f"{{{DS}}}X509SubjectName").text = "CN=acme"
        elif build == "two-certificates":
            data = etree.SubElement(info, f"{{{DS}}}X509Data")
            for shown in ("acme", "stranger"):
                etree.SubElement(data, f"{{{DS}}}X509Certificate").text = key(shown).base64
        elif build == "der":
            etree.SubElement(info, f"{{{DSIG11}}}DEREncodedKeyValue").text = key("stranger").base64

    return Changes(response_signed=change)


@pytest.mark.parametrize(
    "build", ["empty", "name", "retrieval-http", "retrieval-file", "subject-name", "two-certificates", "der"]
)
def test_no_form_of_key_info_brings_a_key_in(build: str) -> None:
    hostile = attack(build, FORGED, sign_assertion=Signing(key="stranger"), changes=_key_info(build))
    assert_refused(hostile)


_WEAK_SIGNING: Final = {
    "rsa-sha1": Signing(algorithm=names.RSA_SHA1),
    "sha1-digest": Signing(digest=names.SHA1),
    "both-sha1": Signing(algorithm=names.RSA_SHA1, digest=names.SHA1),
    "rsa-md5": Signing(algorithm=names.RSA_MD5),
    "md5-digest": Signing(digest=names.MD5),
    "hmac-with-our-certificate": Signing(algorithm=names.HMAC_SHA256),
    "hmac-sha1": Signing(algorithm=names.HMAC_SHA1),
    "dsa": replace(Signing(), algorithm="http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
    "ripemd": replace(Signing(), algorithm=names.DSIG_MORE + "rsa-ripemd160"),
    "sha224": replace(Signing(), algorithm=names.DSIG_MORE + "rsa-sha224"),
    "unknown": replace(Signing(), algorithm="urn:example:none"),
    "none": replace(Signing(), algorithm=""),
    "upper-case": replace(Signing(), algorithm=names.RSA_SHA256.upper()),
    "trailing-space": replace(Signing(), algorithm=names.RSA_SHA256 + " "),
    "unknown-digest": replace(Signing(), digest="urn:example:none"),
}


@pytest.mark.parametrize("name", _WEAK_SIGNING)
@pytest.mark.parametrize("signed", ["sign_assertion", "sign_response"])
def test_an_algorithm_that_is_not_on_the_list_is_called_weak(name: str, signed: str) -> None:
    said = {"sign_assertion": None, "sign_response": None, signed: _WEAK_SIGNING[name]}
    assert_refused(attack(name, WEAK, base=replace(GOOD, **said)))  # type: ignore[arg-type]


def test_a_weak_inner_signature_is_refused_inside_a_strong_one() -> None:
    weak = Signing(algorithm=names.RSA_SHA1, digest=names.SHA1)
    assert_refused(attack("inner", WEAK, sign_assertion=weak, sign_response=Signing()))


_SHA1: Final = replace(GOOD, sign_assertion=Signing(algorithm=names.RSA_SHA1, digest=names.SHA1))


def test_the_sha1_exception_ends_with_its_date() -> None:
    yesterday = (NOW - timedelta(days=1)).date()
    assert_refused(attack("ended", WEAK, base=_SHA1, under=trust(sha1_exception_until=yesterday)))


@pytest.mark.parametrize("name", ["rsa-md5", "md5-digest", "hmac-sha1", "dsa"])
def test_the_sha1_exception_lets_nothing_else_in(name: str) -> None:
    until = (NOW + timedelta(days=30)).date()
    hostile = attack(name, WEAK, sign_assertion=_WEAK_SIGNING[name], under=trust(sha1_exception_until=until))
    assert_refused(hostile)


def test_the_sha1_exception_does_not_forgive_a_broken_signature() -> None:
    until = (NOW + timedelta(days=30)).date()

    def change(octets: bytes) -> bytes:
        return octets.replace(b"member@", b"memyer@")

    under = trust(sha1_exception_until=until)
    assert_refused(attack("broken", INVALID, base=_SHA1, under=under, changes=Changes(octets=change)))


def _crossed(signer: str, claimed: str) -> Description:
    """Signed with one kind of key, while the algorithm's name says another."""

    def change(response: etree._Element) -> None:
        find(any_signature(response), f".//{{{DS}}}SignatureMethod").set("Algorithm", claimed)

    return replace(GOOD, sign_assertion=Signing(key=signer), changes=Changes(response_signed=change))


def test_an_elliptic_algorithm_for_an_rsa_key_is_refused() -> None:
    assert_refused(attack("crossed", FORGED, base=_crossed("acme", names.ECDSA_SHA256)))


def test_an_hmac_name_over_an_rsa_signature_is_refused() -> None:
    assert_refused(attack("crossed", WEAK, base=_crossed("acme", names.HMAC_SHA256)))


def test_a_truncated_hmac_is_refused() -> None:
    def change(response: etree._Element) -> None:
        method = find(any_signature(response), f".//{{{DS}}}SignatureMethod")
        method.set("Algorithm", names.HMAC_SHA256)
        etree.SubElement(method, f"{{{DS}}}HMACOutputLength").text = "8"

    assert_refused(attack("truncated", FORGED, changes=Changes(response_signed=change)))


def test_an_output_length_below_an_allowed_method_is_refused() -> None:
    def change(response: etree._Element) -> None:
        method = find(any_signature(response), f".//{{{DS}}}SignatureMethod")
        etree.SubElement(method, f"{{{DS}}}HMACOutputLength").text = "0"

    assert_refused(attack("length", FORGED, changes=Changes(response_signed=change)))


@pytest.mark.parametrize("value", [b"\x00" * 64, b"\x00" * 31 + b"\x01" + b"\x00" * 31 + b"\x01", b"\xff" * 64, b""])
def test_degenerate_elliptic_signatures_are_refused(value: bytes) -> None:
    """r = s = 0 verified under CVE-2022-21449."""

    def change(response: etree._Element) -> None:
        find(any_signature(response), f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()

    hostile = attack(
        "degenerate",
        FORGED,
        under=trust(keys=("p256",)),
        sign_assertion=Signing(key="p256", algorithm=names.ECDSA_SHA256),
        changes=Changes(response_signed=change),
    )
    assert_refused(hostile)


def test_encryption_is_not_a_signature() -> None:
    """Our encryption certificate is public, so an attacker can encrypt to us."""
    hostile = attack("encrypted", RefusalCode.SAML_DECRYPTION_FAILED, sign_assertion=None, encryption=Encryption())
    assert_refused(hostile)
