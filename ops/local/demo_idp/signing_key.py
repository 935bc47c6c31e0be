"""The demo identity provider's key and self-signed certificate."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

_LIFE: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA-2048 key with its certificate."""

    private_key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, name: str = "Gatehouse demo identity provider") -> Self:
        """A fresh pair, valid for ten years from yesterday."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        begins = datetime.now(UTC) - timedelta(days=1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + _LIFE)
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def load_or_create(cls, file: Path) -> Self:
        """The pair in `file` (PEM, mode 0600), made there when missing."""
        if file.exists():
            pem = file.read_bytes()
            key = serialization.load_pem_private_key(pem, None)
            if not isinstance(key, rsa.RSAPrivateKey):
                raise ValueError(f"{file} holds no RSA key. Start afresh with: make run RESET=1")
            return cls(key, x509.load_pem_x509_certificate(pem))
        made = cls.new()
        unfinished = file.with_suffix(".new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(made.private_pem + made.certificate_pem.encode())
        unfinished.replace(file)
        return made

    @property
    def certificate_pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def certificate_base64(self) -> str:
        """The certificate's DER in Base64, as in metadata and signatures."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""
        return self.private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    @property
    def private_pem(self) -> bytes:
        """PKCS #8, not encrypted."""
        return self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
