"""The key that is found in a certificate is the one that cryptography finds there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from chalicelib.saml.keys import public_key

_NOW = datetime(2026, 3, 2, tzinfo=UTC)
_RSA = rsa.generate_private_key(65537, 2048)
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_KEYS: dict[str, _Key] = {
    "rsa": _RSA,
    "rsa of 3072 bits": rsa.generate_private_key(65537, 3072),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
}
_NAMES = {"short": "a", "over 127 octets": "b" * 60, "over 255 octets": "c" * 64}


def _certificate(
    key: _Key, common_name: str = "idp", *, organization: str = "acme", units: int = 1, serial: int = 1
) -> x509.Certificate:
    parts = [
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
    ]
    parts += [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, common_name) for _ in range(units)]
    name = x509.Name(parts)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_NOW)
        .not_valid_after(_NOW + timedelta(days=30_000))  # beyond 2049: another type of time
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _spelled(key: object) -> bytes:
    assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("kind", _KEYS)
@pytest.mark.parametrize("name", _NAMES)
def test_it_is_the_key_that_cryptography_finds(kind: str, name: str) -> None:
    certificate = _certificate(_KEYS[kind], _NAMES[name], units=1 if name == "short" else 6, serial=2**158)
    found = public_key(certificate.public_bytes(Encoding.DER))
    assert _spelled(found) == _spelled(certificate.public_key())


@pytest.mark.parametrize("length", range(120, 136))
def test_names_may_have_any_length_around_where_lengths_take_another_octet(length: int) -> None:
    certificate = _certificate(_RSA, "d" * 50, organization="e" * (length - 72), units=0)
    assert len(certificate.subject.public_bytes()) == length + (2 if length < 128 else 3)
    assert _spelled(public_key(certificate.public_bytes(Encoding.DER))) == _spelled(_RSA.public_key())


def test_a_certificate_of_version_1_has_no_version_before_its_serial_number() -> None:
    whole = _certificate(_RSA).public_bytes(Encoding.DER)
    version, at = b"\xa0\x03\x02\x01\x02", 8
    assert whole[at : at + 5] == version
    outer, inner = int.from_bytes(whole[2:4]), int.from_bytes(whole[6:8])
    first = whole[:2] + (outer - 5).to_bytes(2) + whole[4:6] + (inner - 5).to_bytes(2) + whole[at + 5 :]
    assert _spelled(public_key(first)) == _spelled(_RSA.public_key())


@pytest.mark.parametrize("octets", [b"", b"\x30", b"\x30\x82", b"\x30\x03\x02\x01\x02", b"no certificate at all"])
def test_what_is_not_a_certificate_has_no_key(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_key(octets)


@pytest.mark.parametrize("end", [10, 100, 250])
def test_a_certificate_cut_short_has_no_key(end: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_key(_certificate(_RSA).public_bytes(Encoding.DER)[:end])
