"""Classifies posts to the assertion consumer service that are not a SAML Response.

Such a post indicates a configuration error at the identity provider. Only the first tag is read, in one pass. It is
untrusted and selects the error message only.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_MAX_TEXT: Final = 8_000  # maximum characters of base64 that are read
_MAX_XML: Final = 8_192  # bytes after inflating
_SKIPPED: Final = ((b"<?", b"?>"), (b"<!--", b"-->"))
_END_OF_NAME: Final = b" \t\r\n/>"


class Misdirected(StrEnum):
    """The kind of misdirected message: the last part of the problem's code."""

    LOGOUT = "acs_got_logout"
    REQUEST = "acs_got_request"
    ARTIFACT = "acs_got_artifact"
    METHOD = "acs_wants_post"
    CONTENT_TYPE = "acs_wants_form"


_BY_NAME: Final = {
    b"LogoutRequest": Misdirected.LOGOUT,
    b"LogoutResponse": Misdirected.LOGOUT,
    b"AuthnRequest": Misdirected.REQUEST,
    b"ArtifactResolve": Misdirected.ARTIFACT,
    b"ArtifactResponse": Misdirected.ARTIFACT,
}


def misdirected(fields: Mapping[str, str]) -> Misdirected | None:
    """Classifies form fields without a Response. Returns None for a Response, and for unrecognized content."""
    message = fields.get("SAMLResponse") or fields.get("SAMLRequest") or ""
    if (found := _BY_NAME.get(_root_name(_decode(message)))) is not None:
        return found
    if "SAMLResponse" in fields:
        return None
    if "SAMLRequest" in fields:
        return Misdirected.REQUEST
    return Misdirected.ARTIFACT if "SAMLart" in fields else None


def _decode(message: str) -> bytes:
    """Decodes the beginning of the XML, deflated or not."""
    text = "".join(message[:_MAX_TEXT].split())
    try:
        octets = base64.b64decode(text[: len(text) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""
    if octets.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return octets
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(octets, _MAX_XML)
    except zlib.error:
        return b""


def _root_name(xml: bytes) -> bytes:
    """Returns the local name of the first element."""
    rest = xml.lstrip(b"\xef\xbb\xbf \t\r\n")
    while (skipped := next((end for begin, end in _SKIPPED if rest.startswith(begin)), None)) is not None:
        _, found, rest = rest.partition(skipped)
        if not found:
            return b""
        rest = rest.lstrip(b" \t\r\n")
    if not rest.startswith(b"<"):
        return b""
    end = next((at for at, octet in enumerate(rest[1:]) if octet in _END_OF_NAME), None)
    return b"" if end is None else rest[1 : end + 1].rpartition(b":")[2]
