"""What people paste or upload where a certificate belongs, told apart by its wrapping: texts become DER octets."""

from __future__ import annotations

import binascii
import re
from typing import Final

from chalicelib.domain.message import message

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

CERTIFICATE_REFUSALS: Final = (
    "empty",
    "too_large",
    "private_key",
    "certificate_request",
    "pkcs7",
    "key_store",
    "pgp",
    "html_page",
    "metadata",
    "public_key_only",
    "incomplete",
    "not_a_certificate",
    "weak_key",
    "unsupported_key",
    "unsafe_exponent",
    "too_many_in_text",
    "too_many",
)
"""Every code of a refused certificate; its text is `fault.certificate.{code}`."""


class CertificateRefused(Exception):
    """What was given is no certificate that we take. Never quotes what was given.

    Attributes:
        code: one of `CERTIFICATE_REFUSALS`.
        message: what it is, and what to do.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message(f"fault.certificate.{code}")


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
