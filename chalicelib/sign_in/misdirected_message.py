"""Messages that are no SAML Response and still arrive at the assertion consumer service.

What arrives there by mistake says how an identity provider is configured. Only the first tag is read, in one pass:
nothing of it is believed, it chooses the words of the answer.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_MAX_TEXT: Final = 8_000  # characters of base64 that are looked at
_MAX_XML: Final = 8_192  # octets after inflating
_SKIPPED: Final = ((b"<?", b"?>"), (b"<!--", b"-->"))
_END_OF_NAME: Final = b" \t\r\n/>"


class Misdirected(StrEnum):
    """What is wrong, as the last part of the problem's code."""

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
    """What these fields carry in place of a Response; None for a Response, and for what can't be told."""
    message = fields.get("SAMLResponse") or fields.get("SAMLRequest") or ""
    if (found := _BY_NAME.get(_root_name(_decoded(message)))) is not None:
        return found
    if "SAMLResponse" in fields:
        return None
    if "SAMLRequest" in fields:
        return Misdirected.REQUEST
    return Misdirected.ARTIFACT if "SAMLart" in fields else None


def _decoded(message: str) -> bytes:
    """The beginning of the XML, deflated or not."""
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
    """The local name of the first element."""
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
