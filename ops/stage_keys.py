"""The first keys of a stage: cookies, signing, decryption."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from chalicelib.domain.key_set import DeploymentKeys, KeyPair, KeySet

_LIFE: Final = timedelta(days=3650)
_MARGIN: Final = timedelta(days=1)


def new_keys(now: datetime) -> DeploymentKeys:
    """Fresh random keys; RSA-2048 with certificates valid for ten years, since identity providers pin them."""
    return DeploymentKeys(
        cookies=KeySet(secrets.token_bytes(32)),
        signing=KeySet(_new_pair("Gatehouse signing", now)),
        decryption=KeySet(_new_pair("Gatehouse decryption", now)),
    )


def _new_pair(name: str, now: datetime) -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _MARGIN)
        .not_valid_after(now + _LIFE)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(private, certificate.public_bytes(serialization.Encoding.DER))
