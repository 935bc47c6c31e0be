"""Fuzzes pasted certificates: the result is certificates, or a refusal with a message."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import ClassVar

from chalicelib.connections.certificate_parsing import parse_certificates
from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS, CertificateRefused
from chalicelib.connections.model import MAX_CERTIFICATES
from tests.support.identity_provider import key
from tools.fuzz.target import Broken, Target


class Certificates(Target):
    """Texts and files."""

    words: ClassVar = (
        b"-----BEGIN CERTIFICATE-----",
        b"-----END CERTIFICATE-----",
        b"-----BEGIN PRIVATE KEY-----",
        b"\\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x30\x82",
    )

    def seeds(self) -> Sequence[bytes]:
        """PEM, DER, base64, UTF-16 and invalid input."""
        good, curved = key("acme"), key("p256")
        pem = good.pem.encode()
        return [
            pem,
            good.der,
            good.base64.encode(),
            base64.b64encode(pem),
            good.pem.encode("utf-16"),
            pem + curved.pem.encode(),
            curved.der,
            good.private_pem,
            b"<html>",
        ]

    def run(self, octets: bytes) -> str:
        """Parses one input, as a file and as text."""
        return f"{_ending(octets)}, {_ending(octets.decode('utf-8', 'replace'))}"


def _ending(given: str | bytes) -> str:
    try:
        found = parse_certificates(given)
    except CertificateRefused as refused:
        if refused.code not in CERTIFICATE_REFUSALS:
            raise Broken(refused.code) from None
        return refused.code
    if not 1 <= len(found) <= MAX_CERTIFICATES:
        raise Broken(f"{len(found)} certificates")
    if any(parse_certificates(one.der) != (one,) for one in found):
        raise Broken("a certificate that isn't taken a second time")
    return "accepted"
