"""Our own key pairs: sound when they are saved, silent when they are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys.key_pair import KEY_BITS, new_key_pair, require_sound
from tests.support.identity_provider import key

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_new_pair_is_sound_and_valid_from_now_for_ten_years() -> None:
    pair = require_sound(new_key_pair("Gatehouse signing", now=NOW))
    certificate = x509.load_der_x509_certificate(pair.certificate)
    public = certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == KEY_BITS
    assert certificate.not_valid_before_utc <= NOW
    assert (certificate.not_valid_after_utc - NOW).days == 3650


@pytest.mark.parametrize(
    "pair",
    [
        KeyPair(key("acme").private_pem, key("other").der),
        KeyPair(key("p256").private_pem, key("p256").der),
        KeyPair(key("rsa1024").private_pem, key("rsa1024").der),
        KeyPair(b"nothing", key("acme").der),
    ],
    ids=["another-certificate", "elliptic", "short", "no-key"],
)
def test_an_unsound_pair_is_refused(pair: KeyPair) -> None:
    with pytest.raises(ValueError):
        require_sound(pair)


def test_a_pair_shows_neither_key_nor_certificate() -> None:
    assert repr(KeyPair(key("acme").private_pem, key("acme").der)) == "KeyPair()"
