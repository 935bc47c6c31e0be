"""What people paste or upload where a certificate belongs, told apart by its wrapping: texts become DER octets."""

from __future__ import annotations

import binascii
import re
from typing import Final

TEXT_LONGEST: Final = 100_000  # characters; four certificates with their chains need a tenth

# Up to the next five hyphens whatever they begin: a block without its end is not looked for in all that follows.
_BLOCK: Final = re.compile(
    r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----((?:(?!-----).)*+)-----END (?:X509 |TRUSTED )?CERTIFICATE-----",
    re.DOTALL,
)
_BEGIN: Final = re.compile(r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_MARK: Final = "-----BEGIN "
_WRONG_BLOCKS: Final = (
    (re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----"), "private_key"),
    (re.compile(r"-----BEGIN (NEW )?CERTIFICATE REQUEST-----"), "certificate_request"),
    (re.compile(r"-----BEGIN (PKCS ?#?7|CMS)( SIGNED DATA)?-----"), "pkcs7"),
    (re.compile(r"-----BEGIN PGP "), "pgp"),
    (re.compile(r"-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----|^\s*(ssh-|ecdsa-sha2-)"), "public_key_only"),
    (re.compile(r"^\s*<(!doctype html|html|head|body)", re.IGNORECASE), "html_page"),
    (re.compile(r"^\s*<"), "metadata"),
)

DETAILS: Final = {
    "empty": "Paste the identity provider's signing certificate here.",
    "too_large": "This is far too long for a certificate. Paste only the signing certificate.",
    "private_key": "This is a private key. It was not stored, but treat it as exposed: replace it at the identity "
    "provider, and paste the certificate here, which begins with -----BEGIN CERTIFICATE-----.",
    "certificate_request": "This is a certificate signing request. Paste the certificate that was made from it.",
    "pkcs7": "This is a PKCS #7 bundle (.p7b). Export the certificate as PEM (Base-64 encoded X.509) instead.",
    "key_store": "This is a key store, which may hold a private key. It was not stored, but if it left a safe place "
    "treat the key as exposed. Export the certificate alone.",
    "pgp": "This is a PGP block. SAML needs the identity provider's X.509 signing certificate.",
    "html_page": "This is a web page, perhaps a sign-in page that was saved instead of the file. Download the "
    "certificate again while signed in to the identity provider's console.",
    "metadata": "This is XML, perhaps the identity provider's metadata. Import it as metadata, or paste the text "
    "inside its X509Certificate element.",
    "public_key_only": "This is a public key without its certificate. Export the certificate.",
    "incomplete": "The certificate is cut off. Copy everything from -----BEGIN CERTIFICATE----- to "
    "-----END CERTIFICATE-----.",
    "not_a_certificate": "This is not an X.509 certificate in PEM, base64 or DER form.",
    "weak_key": "The certificate's RSA key has fewer than 2048 bits. Create a new signing certificate with 2048 or "
    "more at the identity provider.",
    "unsupported_key": "The certificate's key can't sign SAML messages here. Use RSA (2048 to 8192 bits) or ECDSA "
    "(P-256, P-384, P-521).",
    "sha1_only": "The certificate itself is signed with SHA-1 or MD5. Create a new one that is signed with SHA-256 at "
    "the identity provider.",
    "too_many": "A connection trusts at most four certificates. Remove those that are no longer used.",
}
"""Every code of a refused certificate with its sentence."""


class CertificateRefused(Exception):
    """What was given is no certificate that we take. Never quotes what was given.

    Attributes:
        code: a key of `DETAILS`.
        detail: its sentence.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = DETAILS[code]


def ders_in(given: str | bytes) -> tuple[bytes, ...]:
    """The DER octets in a text or file, not yet known to be certificates.

    Takes PEM (any number of blocks, with texts around them), bare base64, base64 of PEM, PEM with written-out `\\n` as
    JSON has it, UTF-16 and byte order marks as Windows writes them, and DER.

    Raises:
        CertificateRefused: by its wrapping it is something else.
    """
    if len(given) > TEXT_LONGEST:
        raise CertificateRefused("too_large")
    if isinstance(given, bytes):
        if given.startswith(b"\x30") and not given.isascii():
            return (given,)
        given = _text(given)
    return _from_text(given)


def _from_text(text: str) -> tuple[bytes, ...]:
    text = text.replace("\\r", "").replace("\\n", "\n").strip("\ufeff\u200b \t\r\n\"'\x00")
    if not text:
        raise CertificateRefused("empty")
    for pattern, code in _WRONG_BLOCKS:
        if pattern.search(text):
            raise CertificateRefused(code)
    blocks = _BLOCK.findall(text)
    if len(_BEGIN.findall(text)) > len(blocks):
        raise CertificateRefused("incomplete")
    if not blocks and _MARK in text:
        raise CertificateRefused("incomplete" if "BEGIN CERTIFICATE" in text else "not_a_certificate")
    ders = tuple(_decoded(block) for block in blocks or [text])
    if not blocks and ders[0].startswith(_MARK.encode()):
        return _from_text(_text(ders[0]))
    return ders


def _text(octets: bytes) -> str:
    encoding = "utf-16" if octets[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        raise CertificateRefused("not_a_certificate") from None


def _decoded(text: str) -> bytes:
    """Octets of base64, whatever blanks a copy brought along."""
    compact = "".join(text.replace("\u200b", "").split())
    try:
        return binascii.a2b_base64(compact.encode("ascii"), strict_mode=True)
    except ValueError:
        raise CertificateRefused("not_a_certificate") from None
