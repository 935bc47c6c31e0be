"""Creates and validates the deployment's RSA key pairs, which sign requests and decrypt assertions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from chalicelib.saml.key_pair import KeyPair

KEY_BITS: Final = 3072
LIFETIME: Final = timedelta(days=3650)


def new_key_pair(name: str, *, now: datetime) -> KeyPair:
    """Creates a key with a self-signed certificate valid for ten years. Identity providers store the certificate and
    validate no chain.

    Args:
        name: the certificate's common name, at most 64 characters.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(pem, certificate.public_bytes(Encoding.DER))


def require_sound(pair: KeyPair) -> KeyPair:
    """Validates a pair before it is saved. Takes 50 ms, so loading skips it.

    Raises:
        ValueError: not an RSA key of at least 2048 bits, or the certificate is for another key.
    """
    private = load_pem_private_key(pair.private_key, None)
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < 2048:
        raise ValueError("The private key must be RSA with 2048 bits or more.")
    if x509.load_der_x509_certificate(pair.certificate).public_key() != private.public_key():
        raise ValueError("The certificate does not belong to the private key.")
    return pair
