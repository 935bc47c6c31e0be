"""Certificates as people paste and upload them, and everything that they paste instead."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from chalicelib.connections.certificate_parsing import parse_certificates
from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS, MAX_TEXT_LENGTH, CertificateRefused
from chalicelib.connections.certificate_warning import warnings_for
from chalicelib.i18n.catalog import in_english
from chalicelib.i18n.message import message

NOW = datetime(2026, 3, 2, tzinfo=UTC)
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = rsa.RSAPublicKey | x25519.X25519PublicKey


@cache
def _key(name: str) -> Private:
    if name.startswith("p256"):
        return ec.generate_private_key(ec.SECP256R1())
    if name.startswith("k1"):
        return ec.generate_private_key(ec.SECP256K1())
    if name.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(name[3:7]) if name.startswith("rsa") else 2048)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str, issuer: str | None = None, *, serial: int = 1, start: datetime = NOW, days: int = 365
) -> x509.Certificate:
    signer = _key(issuer or subject)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer or subject))
        .public_key(_key(subject).public_key())
        .serial_number(serial)
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + timedelta(days=days))
        .sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


LEAF = _certificate("leaf")
PEM = _pem(LEAF)
BARE = base64.b64encode(_der(LEAF)).decode()


@pytest.mark.parametrize(
    "given",
    [
        PEM,
        PEM.encode(),
        _der(LEAF),
        BARE,
        "\n".join(BARE[start : start + 64] for start in range(0, len(BARE), 64)),
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", "\\n"),
        f'"{PEM}"',
        f"\ufeff  \n{PEM}\n\n",
        b"\xef\xbb\xbf" + PEM.encode(),
        PEM.encode("utf-16"),
        PEM.replace("\n", " \u00a0\n  "),
        PEM.replace("CERTIFICATE", "X509 CERTIFICATE"),
        f"Bag Attributes\n    friendlyName: idp\nsubject=CN = leaf\n{PEM}",
        base64.b64encode(PEM.encode()).decode(),
        PEM + PEM,
    ],
    ids=lambda given: repr(given[:30]),
)
def test_every_way_to_write_a_certificate_gives_the_same_one(given: str | bytes) -> None:
    (certificate,) = parse_certificates(given)
    assert certificate.der == _der(LEAF)


def test_the_facts_are_the_certificates() -> None:
    facts = parse_certificates(_pem(_certificate("p256-one")))[0].facts
    assert (facts.subject, facts.issuer, facts.key) == ("CN=p256-one", "CN=p256-one", "EC secp256r1")
    assert (facts.not_before, facts.not_after) == (NOW - timedelta(days=1), NOW + timedelta(days=365))
    assert parse_certificates(PEM)[0].facts.key == "RSA 2048"
    assert parse_certificates(PEM)[0].facts.sha256 == LEAF.fingerprint(hashes.SHA256()).hex()


def test_of_a_chain_only_the_leaf_is_taken_in_any_order() -> None:
    chain = [_certificate("chain-leaf", "middle"), _certificate("middle", "root"), _certificate("root")]
    for order in (chain, chain[::-1], [chain[1], chain[0], chain[2]]):
        (taken,) = parse_certificates("".join(map(_pem, order)))
        assert taken.facts.subject == "CN=chain-leaf"


def test_certificates_that_did_not_sign_each_other_are_several() -> None:
    taken = parse_certificates(PEM + _pem(_certificate("second")))
    assert [certificate.facts.subject for certificate in taken] == ["CN=leaf", "CN=second"]


def test_a_renewal_with_the_same_name_and_key_is_a_second_certificate() -> None:
    assert len(parse_certificates(PEM + _pem(_certificate("leaf", serial=2, days=900)))) == 2


def test_four_are_taken_and_five_are_not() -> None:
    pems = [_pem(_certificate(f"p256-{number}")) for number in range(5)]
    assert len(parse_certificates("".join(pems[:4]))) == 4
    assert _code("".join(pems)) == "too_many"


def _code(given: str | bytes) -> str:
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(given)
    assert refused.value.message == message(f"fault.certificate.{refused.value.code}")
    return refused.value.code


def _private(form: Encoding, *, password: bytes | None = None) -> bytes:
    protection = NoEncryption() if password is None else BestAvailableEncryption(password)
    return _key("leaf").private_bytes(form, PrivateFormat.PKCS8, protection)


def _request(form: Encoding) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name("leaf"))
    signer = _key("leaf")
    assert isinstance(signer, rsa.RSAPrivateKey)
    return builder.sign(signer, hashes.SHA256()).public_bytes(form)


def _public(form: Encoding) -> bytes:
    return _key("leaf").public_key().public_bytes(form, PublicFormat.SubjectPublicKeyInfo)


def _key_store() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"idp", _key("leaf"), LEAF, None, BestAvailableEncryption(b"secret"))


WRONG: dict[str, tuple[str, str | bytes]] = {
    "nothing": ("empty", " \n"),
    "no-bytes": ("empty", b""),
    "private-key": ("private_key", _private(Encoding.PEM)),
    "private-key-der": ("private_key", _private(Encoding.DER)),
    "private-key-base64": ("private_key", base64.b64encode(_private(Encoding.DER))),
    "private-key-pem-in-base64": ("private_key", base64.b64encode(_private(Encoding.PEM))),
    "private-key-with-password": ("private_key", _private(Encoding.PEM, password=b"secret")),
    "private-key-with-password-der": ("private_key", _private(Encoding.DER, password=b"secret")),
    "private-key-with-certificate": ("private_key", PEM.encode() + _private(Encoding.PEM)),
    "request": ("certificate_request", _request(Encoding.PEM)),
    "request-der": ("certificate_request", _request(Encoding.DER)),
    "pkcs7": ("pkcs7", pkcs7.serialize_certificates([LEAF], Encoding.PEM)),
    "pkcs7-der": ("pkcs7", pkcs7.serialize_certificates([LEAF], Encoding.DER)),
    "key-store": ("key_store", _key_store()),
    "key-store-base64": ("key_store", base64.b64encode(_key_store()).decode()),
    "key-store-of-2570-octets": ("key_store", b"\x30\x82\n\n\x02\x01\x03\x30" + b"\xff" * 2566),
    "pgp": ("pgp", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\n-----END PGP PUBLIC KEY BLOCK-----"),
    "page": ("html_page", "<!DOCTYPE html><html><body>Sign in</body></html>"),
    "page-bytes": ("html_page", b"\n<html>"),
    "metadata": ("metadata", '<?xml version="1.0"?><md:EntityDescriptor/>'),
    "public-key": ("public_key_only", _public(Encoding.PEM)),
    "public-key-der": ("public_key_only", _public(Encoding.DER)),
    "ssh": ("public_key_only", "ssh-rsa AAAAB3NzaC1yc2E= me"),
    "cut-off": ("incomplete", PEM[:300]),
    "cut-off-head": ("incomplete", "-----BEGIN CERTIFICATE"),
    "words": ("not_a_certificate", "Please ask the administrator"),
    "fingerprint": ("not_a_certificate", "AB:CD:EF:01"),
    "whole-fingerprint": ("fingerprint", "SHA256 Fingerprint=" + ":".join(["AB"] * 32)),
    "broken-base64": ("not_a_certificate", BARE[:-5]),
    "broken-der": ("not_a_certificate", _der(LEAF)[:-5]),
    "other-block": ("not_a_certificate", "-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----"),
    "latin-1": ("not_a_certificate", b"\xe9\xe9"),
    "short-rsa": ("weak_key", _pem(_certificate("rsa1024"))),
    "ed25519": ("unsupported_key", _pem(_certificate("ed"))),
    "other-curve": ("unsupported_key", _pem(_certificate("k1"))),
    "far-too-long": ("too_large", "A" * (MAX_TEXT_LENGTH + 1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_thing_has_its_own_code_and_sentence(name: str) -> None:
    code, given = WRONG[name]
    assert _code(given) == code


@pytest.mark.parametrize(
    ("found", "broken", "shown"),
    [
        (b"\x0c\x04leaf", b"\x0c\x04\xff\xff\xff\xff", "CN=#0c04ffffffff"),
        (b"\x0c\x04leaf", b"\x03\x04\x00eaf", "CN=#030400656166"),
        (b"\x0c\x04leaf", b"\x13\x04l_&f", "CN=l_&f"),
        (b"\x0c\x04leaf", b"\x14\x04l\xe4uf", "CN=läuf"),
        (b"\x0c\x04leaf", b"\x1e\x04\x00l\x00\xe4", "CN=lä"),
        (b"\x06\x03U\x04\x03", b"\x06\x03U\x04\x7f", "2.5.4.127=leaf"),
    ],
    ids=["not-utf-8", "bits-for-a-text", "printable-string", "t61-string", "bmp-string", "no-such-type"],
)
def test_a_certificate_with_an_untidy_name_is_taken_and_its_name_is_shown_as_far_as_possible(
    found: bytes, broken: bytes, shown: str
) -> None:
    """A certificate is a container of a key: its name is shown and decides nothing."""
    der = _der(LEAF).replace(found, broken)
    (taken,) = parse_certificates(der)
    assert (taken.der, taken.facts.subject, taken.facts.issuer) == (der, shown, shown)


def test_a_certificate_of_an_unknown_version_is_none() -> None:
    assert _code(_der(LEAF).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x12")) == "not_a_certificate"


# Made by `openssl req -x509 -sha1`; the tests have no other use for such a signature.
SHA1 = """-----BEGIN CERTIFICATE-----
MIIC/TCCAeWgAwIBAgIUL1A1rHw5tFFWZCwjxVVWuca3YCswDQYJKoZIhvcNAQEF
BQAwDjEMMAoGA1UEAwwDb2xkMB4XDTI2MTEyMzA5MzkzNFoXDTM2MTEyMDA5Mzkz
NFowDjEMMAoGA1UEAwwDb2xkMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEAweFbv2WIFzPcqKpjzSyjhiUv082inHN8Mr0iqlOO2bcEakQ4Y9RpMWpgNbOP
pHYR65Z6zo9jmGu5LEKZPaBI3TguTqnDkf4sQ6VBCKpV/9XEGXbs6vEbiS9N4Vtl
2+LuYWbHGRKtEtdU8EP8XG1lpvEXU0DSQ8Zu+MqVUPgj0RPPeVe8y1HfZILUhRWV
U1BqxdbDe/3atqezP6OUVte+7pTfa4z1QE2sQJD77oJpo0RRQ8GD0UKcWSAlLmOb
X/ihvRAN6u0I5+0aS2sJlAj4/m540tZU9sfVKK9qN1/XXi0H+Hu6O9DO+ZJewnlK
mOvIYHSFybLuYWQaPdtxQV4BoQIDAQABo1MwUTAdBgNVHQ4EFgQUka+3wZ3iwdgl
i7mduUv0AjOxs/AwHwYDVR0jBBgwFoAUka+3wZ3iwdgli7mduUv0AjOxs/AwDwYD
VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQUFAAOCAQEAtSQHIfvIOm5SkQ8UsgIh
su8Ur3sEsP7nDBbsHQOgEELcKHSlsp/WMYOQO0BHjRBseielvKS4qqmU1FbWoRFd
GVFI85lq/1yH0QJKIHIUHgvlJeyupLqd4b0URXIl5Ltv5YvZ3F9MwN6W9RaHNa7+
oL0O8X6HN/+SLy8pp5wZ2kyJX7v1ivoSkloIb3b2HIsnuZyJaTWT70IhOEbpr3Ki
VZbuhR++QnSWKhIutY5DZFUyL5HxDKFGFfJZbo+kqL/mDjKjz9cAp6lpH3BCbHp5
EJcjdrbAgTbuAuQjZOXeCyjPPKkXcCUX9RBQiDLZrSZXdBTLU4HSbKDbsiFI52Mn
iA==
-----END CERTIFICATE-----"""


def test_a_certificate_that_is_signed_with_sha1_or_md5_is_taken_and_says_so() -> None:
    der = x509.load_pem_x509_certificate(SHA1.encode()).public_bytes(Encoding.DER)
    for given in (SHA1, der.replace(RSA_KEY[:-1] + b"\x05", RSA_KEY[:-1] + b"\x04")):
        (taken,) = parse_certificates(given)
        assert taken.facts.sha1_signature
        assert [warning.code for warning in warnings_for(taken.facts, NOW)] == ["not_yet_valid", "sha1_signature"]
    assert not parse_certificates(PEM)[0].facts.sha1_signature


def test_a_private_key_is_in_no_text_of_its_refusal() -> None:
    pem = _private(Encoding.PEM).decode()
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(pem)
    line = pem.splitlines()[1]
    assert line not in str(refused.value)
    assert line not in repr(refused.value)
    assert line not in in_english(refused.value.message)
    assert refused.value.__cause__ is None


def test_every_code_has_a_wrong_thing_that_earns_it() -> None:
    earned = {code for code, _ in WRONG.values()} | {"too_many", "too_many_in_text", "unsafe_exponent"}
    assert earned == set(CERTIFICATE_REFUSALS)


def test_sixteen_blocks_are_checked_and_one_more_is_not() -> None:
    chain = [_certificate("p256-0", "p256-1")]
    chain += [_certificate(f"p256-{number}", f"p256-{number + 1}") for number in range(1, 17)]
    (taken,) = parse_certificates("".join(map(_pem, chain[:16])))
    assert taken.facts.subject == "CN=p256-0"
    assert _code("".join(map(_pem, chain))) == "too_many_in_text"


@pytest.mark.parametrize(("curve", "name"), [(ec.SECP384R1(), "secp384r1"), (ec.SECP521R1(), "secp521r1")])
def test_the_other_two_curves_are_taken(curve: ec.EllipticCurve, name: str) -> None:
    assert parse_certificates(_pem(_made(ec.generate_private_key(curve))))[0].facts.key == f"EC {name}"


def _made(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name("made"))
        .issuer_name(_name("made"))
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(private, hashes.SHA256())
    )


@pytest.mark.parametrize(("bits", "code"), [(8192, None), (8193, "unsupported_key")])
def test_an_rsa_key_has_8192_bits_at_most(bits: int, code: str | None) -> None:
    """Its modulus is no product of primes; making a key of that length would take a minute."""
    public = rsa.RSAPublicNumbers(65537, (1 << bits) - 1).public_key()
    signer = _key("p256")
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("long"))
        .issuer_name(_name("p256"))
        .public_key(public)
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(signer, hashes.SHA256())
    )
    if code is None:
        assert parse_certificates(_pem(certificate))[0].facts.key == f"RSA {bits}"
    else:
        assert _code(_pem(certificate)) == code


def test_a_certificate_becomes_valid_at_its_first_second() -> None:
    (certificate,) = parse_certificates(_pem(_certificate("leaf", start=NOW + timedelta(days=1))))
    assert certificate.facts.not_before == NOW
    assert warnings_for(certificate.facts, NOW) == ()


@pytest.mark.parametrize("other", ["leaf-of-another-key", "middle"])
def test_a_name_alone_makes_no_chain(other: str) -> None:
    """The second names the first as its issuer; another key signed it, so both are trusted or neither."""
    first = _certificate("middle")
    forged = (
        x509.CertificateBuilder()
        .subject_name(_name(other))
        .issuer_name(_name("middle"))
        .public_key(_key("forger").public_key())
        .serial_number(9)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(_rsa("forger"), hashes.SHA256())
    )
    assert len(parse_certificates(_pem(first) + _pem(forged))) == 2


def _rsa(name: str) -> rsa.RSAPrivateKey:
    private = _key(name)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private


def test_a_key_alone_makes_no_chain() -> None:
    """A certificate signed with the first's key that names another issuer."""
    first = _certificate("middle")
    other = (
        x509.CertificateBuilder()
        .subject_name(_name("leaf"))
        .issuer_name(_name("somebody"))
        .public_key(_key("leaf").public_key())
        .serial_number(9)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(_rsa("middle"), hashes.SHA256())
    )
    assert len(parse_certificates(_pem(first) + _pem(other))) == 2


@pytest.mark.parametrize("first", [PEM, PEM.encode()])
def test_as_long_a_text_as_allowed_is_read(first: str | bytes) -> None:
    fill = b" " * (MAX_TEXT_LENGTH - len(first)) if isinstance(first, bytes) else " " * (MAX_TEXT_LENGTH - len(first))
    assert len(parse_certificates(first + fill)) == 1  # type: ignore[operator]
    assert _code(first + fill + fill[:1]) == "too_large"  # type: ignore[operator]


@pytest.mark.parametrize(
    "given",
    [
        PEM.replace("\n", "\\r\\n"),
        PEM.encode("utf-16-be", "strict").join([b"\xfe\xff", b""]),
        BARE[:10] + "\u00a0" + BARE[10:20] + "\u200b" + BARE[20:],
        f"\u200b\x00'{PEM}'\x00",
    ],
    ids=["written-out-cr", "utf-16-big-endian", "blanks-of-a-web-page", "quotes-and-zeros"],
)
def test_what_copies_leave_behind_is_passed_over(given: str | bytes) -> None:
    assert parse_certificates(given)[0].der == _der(LEAF)


@pytest.mark.parametrize("given", [f"{BARE[:8]}~{BARE[8:]}", f"{BARE[:8]}-{BARE[8:]}", "0" + BARE])
def test_what_is_not_base64_is_no_certificate(given: str) -> None:
    assert _code(given) == "not_a_certificate"


def test_base64_of_base64_of_a_pem_is_not_a_certificate() -> None:
    once = base64.b64encode(PEM.encode())
    assert _code(base64.b64encode(once)) == "not_a_certificate"


def test_a_text_that_begins_like_der_is_read_as_a_text() -> None:
    assert _code(b"0123") == "not_a_certificate"


RSA_KEY, RSA_SHA256 = b"*\x86H\x86\xf7\r\x01\x01\x01", b"*\x86H\x86\xf7\r\x01\x01\x0b"


def test_a_certificate_for_a_key_of_an_unknown_kind_says_so() -> None:
    assert _code(_der(LEAF).replace(RSA_KEY, RSA_KEY[:-1] + b"\x7f")) == "unsupported_key"


def test_a_certificate_under_an_unknown_signature_is_none() -> None:
    assert _code(_der(LEAF).replace(RSA_SHA256, RSA_SHA256[:-1] + b"\x7f")) == "not_a_certificate"


def test_a_public_key_of_an_unknown_kind_is_not_a_certificate() -> None:
    assert _code(_public(Encoding.DER).replace(RSA_KEY, RSA_KEY[:-1] + b"\x7f")) == "not_a_certificate"


def test_an_unsound_private_key_is_still_a_private_key() -> None:
    secret = _rsa("leaf").private_numbers().d.to_bytes(256).lstrip(b"\0")
    unsound = _private(Encoding.DER).replace(secret, secret[:-1] + bytes([secret[-1] ^ 2]))
    assert unsound != _private(Encoding.DER)
    assert _code(unsound) == "private_key"


def _signed_by(signer: Private, subject: str, issuer: str, public: PublicKey) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(9)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(signer, hashes.SHA256())
    )


def test_an_issuer_whose_key_signs_nothing_is_unsupported_not_an_error() -> None:
    exchange = x25519.X25519PrivateKey.generate().public_key()
    issuer = _signed_by(_rsa("leaf"), "exchange", "leaf", exchange)
    named = _signed_by(_rsa("leaf"), "below", "exchange", _rsa("leaf").public_key())
    assert _code(_pem(issuer) + _pem(named)) == "unsupported_key"


@pytest.mark.parametrize("signer", ["p256-forger", "forger"])
def test_a_name_under_a_key_of_another_kind_makes_no_chain(signer: str) -> None:
    named = _signed_by(_key(signer), "below", "leaf", _rsa("forger").public_key())
    assert len(parse_certificates(PEM + _pem(named))) == 2


def test_what_openssl_prints_before_a_certificate_is_passed_over() -> None:
    assert parse_certificates(f"0 s:CN = leaf\n  i:CN = leaf\n{PEM}".encode())[0].der == _der(LEAF)


def test_a_pem_within_a_block_of_a_pem_is_not_a_certificate() -> None:
    inner = base64.b64encode(PEM.encode()).decode()
    assert _code(f"-----BEGIN CERTIFICATE-----\n{inner}\n-----END CERTIFICATE-----") == "not_a_certificate"


@pytest.mark.parametrize("given", [PEM[:300] + PEM, PEM + PEM[:300], PEM.replace("END", "BEGIN") + PEM])
def test_a_certificate_without_its_end_is_not_passed_over(given: str) -> None:
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(given)
    assert refused.value.code == "incomplete"


def _shown_name(*units: int) -> str:
    """Returns the parsed form of a name with units of these lengths."""
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "x" * length) for length in units])
    private = _key("p256")
    made = (
        x509.CertificateBuilder(name, name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    (kept,) = parse_certificates(made.public_bytes(Encoding.PEM).decode())
    assert kept.facts.subject == kept.facts.issuer
    return kept.facts.subject


def test_a_name_of_any_length_is_shown_in_a_thousand_characters() -> None:
    """Of four certificates in force, four that wait and four that were, one item holds the names."""
    assert _shown_name(5) == "OU=xxxxx"
    whole = _shown_name(*[64] * 14, 45)
    assert (len(whole), whole[-1]) == (1_000, "x")
    for cut in (_shown_name(*[64] * 14, 46), _shown_name(*[64] * 200)):
        assert (len(cut), cut[-1]) == (1_000, "…")
