"""The cost of invalid certificates, as counted work instead of time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from chalicelib.connections import certificate_parsing as certificate_input
from chalicelib.connections.certificate_parsing import MAX_CERTIFICATES_READ, parse_certificates
from chalicelib.connections.certificate_text import CertificateRefused
from chalicelib.connections.input import read_certificates
from chalicelib.errors import Invalid
from chalicelib.idp_metadata.values import metadata_values
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.settings import Settings
from tests.support.metadata_text import endpoint, entity, key

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SETTINGS = Settings(base_url="https://sso.example.test/api", stage="test")
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one name")])
SLOW = (1 << 3071) - 1
"""An exponent with which each verification takes as many multiplications as the modulus has bits."""


@cache
def _signer() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(number: int, exponent: int = 65537, bits: int = 3072) -> str:
    """A certificate in PEM for an unused key; all have the same name."""
    public = rsa.RSAPublicNumbers(exponent, (1 << bits) - 2 * number - 1).public_key()
    made = (
        x509.CertificateBuilder(NAME, NAME)
        .public_key(public)
        .serial_number(number + 1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(_signer(), hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def pems(count: int, exponent: int = 65537, start: int = 0) -> str:
    """Certificates in one text."""
    return "".join(certificate(number, exponent) for number in range(start, start + count))


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each signature of a certificate that is verified."""
    found: list[object] = []
    signed: Callable[..., bool] = certificate_input._is_signed_by

    def counted(issuer: Any, other: Any) -> bool:
        found.append(issuer)
        return signed(issuer, other)

    monkeypatch.setattr(certificate_input, "_is_signed_by", counted)
    return found


def code_of(given: str) -> str:
    """Why a text is refused."""
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(given)
    return refused.value.code


@pytest.mark.parametrize("exponent", [SLOW, (1 << 32) + 1, 1])
def test_no_signature_is_verified_where_any_key_has_an_unusual_exponent(verified: list[object], exponent: int) -> None:
    try:
        given = pems(2) + pems(2, exponent, start=50)
    except ValueError:  # cryptography makes no such key: none can be sent
        assert exponent == 1
        return
    assert code_of(given) == "unsafe_exponent"
    assert verified == []


def test_no_signature_is_verified_where_any_key_is_too_long(verified: list[object]) -> None:
    assert code_of(pems(2) + certificate(0, bits=8193)) == "unsupported_key"
    assert verified == []


def test_the_largest_ordinary_exponent_is_taken() -> None:
    assert parse_certificates(certificate(0, (1 << 32) - 1))[0].facts.key == "RSA 3072"


def described(descriptors: int, each: int) -> str:
    """Metadata with as many keys, each with as many certificates."""
    texts = (pems(each, start=number * each) for number in range(descriptors))
    return entity("".join(key(text) for text in texts) + endpoint())


def work_of(act: Callable[[], object], verified: list[object]) -> int:
    """How many signatures an act verifies."""
    verified.clear()
    with contextlib.suppress(CertificateRefused, ImportRefused, Invalid):
        act()
    return len(verified)


def test_sixteen_keys_of_sixteen_certificates_cost_no_more_than_one(verified: list[object]) -> None:
    one = work_of(lambda: metadata_values(described(1, 16), SETTINGS, NOW), verified)
    assert 0 < one <= 2 * MAX_CERTIFICATES_READ**2
    assert work_of(lambda: metadata_values(described(16, 16), SETTINGS, NOW), verified) <= one
    assert work_of(lambda: metadata_values(described(4, 5), SETTINGS, NOW), verified) <= one


def test_a_document_of_more_than_sixteen_certificates_says_so() -> None:
    with pytest.raises(ImportRefused) as refused:
        metadata_values(described(17, 1), SETTINGS, NOW)
    assert refused.value.code == "too_many_in_text"
    assert len(metadata_values(described(16, 1), SETTINGS, NOW).certificates) == 4


def test_the_certificates_of_one_save_are_counted_together(verified: list[object]) -> None:
    with pytest.raises(Invalid) as refused:
        read_certificates([pems(5, start=5 * number) for number in range(4)])
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/x509_certificates", "too_many_in_text")]
    assert verified == []


def test_a_certificate_that_is_named_sixteen_times_is_one() -> None:
    content = "".join(key(certificate(0)) for _ in range(40)) + endpoint()
    assert len(metadata_values(entity(content), SETTINGS, NOW).certificates) == 1
