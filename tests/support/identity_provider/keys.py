"""Keys and certificates, made once per process: making them is the slowest thing that the tests do."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from chalicelib.saml.certificate import Certificate, CertificateFacts

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_CURVES: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}


@dataclass(frozen=True, slots=True)
class Key:
    """A private key and its self-signed certificate."""

    name: str
    private: PrivateKey
    x509: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate's DER encoding."""
        return self.x509.public_bytes(serialization.Encoding.DER)

    @property
    def base64(self) -> str:
        """The certificate as metadata carries it: base64 of the DER without line breaks."""
        return base64.b64encode(self.der).decode()

    @property
    def pem(self) -> str:
        """The certificate's PEM encoding."""
        return self.x509.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def private_pem(self) -> bytes:
        """The private key as unencrypted PKCS #8 PEM."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def certificate(self) -> Certificate:
        """The certificate as the domain holds it."""
        return Certificate(
            facts=CertificateFacts(
                sha256=sha256(self.der).hexdigest(),
                subject=self.x509.subject.rfc4514_string(),
                issuer=self.x509.issuer.rfc4514_string(),
                not_before=self.x509.not_valid_before_utc,
                not_after=self.x509.not_valid_after_utc,
                key=_kind(self.private),
            ),
            der=self.der,
        )


@cache
def key(name: str) -> Key:
    """The key called `name`: `p256…`, `p384…`, `p521…` are elliptic, `rsa1024…` and the like say their size.

    Every other name is an RSA key of 2048 bits. Names that contain `expired` have a certificate of the past.
    """
    return certify(name, _private(name))


def service_key() -> Key:
    """Our own decryption key, whose certificate identity providers encrypt for."""
    return key("service")


def _private(name: str) -> PrivateKey:
    curve = _CURVES.get(name[:4])
    if curve is not None:
        return ec.generate_private_key(curve)
    size = int(name[3:7]) if name.startswith("rsa") else 2048
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


def certify(name: str, private: PrivateKey) -> Key:
    """Issues a self-signed certificate over the key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = datetime(2024, 1, 1, tzinfo=UTC) if "expired" in name else datetime(2036, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2023, 1, 1, tzinfo=UTC))
        .not_valid_after(end)
        .sign(private, hashes.SHA256())
    )
    return Key(name=name, private=private, x509=certificate)


def _kind(private: PrivateKey) -> str:
    if isinstance(private, rsa.RSAPrivateKey):
        return f"RSA {private.key_size}"
    return f"EC {private.curve.name}"
