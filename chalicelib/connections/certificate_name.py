"""Reads the names in a certificate, as far as they can be displayed.

`cryptography.x509.Name` refuses a whole name for one invalid character: real certificates have `&` or `_` in a
PrintableString, Latin-1 in a T61String, and more. Names are displayed and compared; no decision depends on their text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_NAME_LENGTH: Final = 1_000  # characters
_MAX_OCTETS: Final = 4_000  # of a name to parse; a longer one is shown in hex
_VERSION: Final = 0xA0
_LONG_FORM: Final = 0x80
_T61_STRING: Final = 0x14
_ENCODINGS: Final = {
    0x0C: ("utf-8",),
    0x12: ("utf-8", "latin-1"),  # NumericString
    0x13: ("utf-8", "latin-1"),  # PrintableString
    0x14: ("utf-8", "latin-1"),  # T61String, which in practice holds Latin-1 or UTF-8
    0x16: ("utf-8", "latin-1"),  # IA5String
    0x1A: ("utf-8", "latin-1"),  # VisibleString
    0x1C: ("utf-32-be",),  # UniversalString
    0x1E: ("utf-16-be",),  # BMPString
}
_ATTRIBUTES: Final = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("550406"): "C",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST",
    bytes.fromhex("550409"): "STREET",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("0992268993f22c640119"): "DC",
    bytes.fromhex("0992268993f22c640101"): "UID",
    bytes.fromhex("2a864886f70d010901"): "1.2.840.113549.1.9.1",
}
_ESCAPED: Final = frozenset('\\",+<>;')


@dataclass(frozen=True, slots=True)
class NameFields:
    """The parts of a certificate that hold its names and signature.

    Attributes:
        signed: the TBSCertificate, which the certificate's own signature covers.
        issuer, subject: the two names as DER, exactly as encoded in the certificate.
        readable: the certificate with every string in its names retagged as T61String, whose characters cryptography
            doesn't validate. Only for reading other fields: these are not the signed bytes.
    """

    signed: bytes
    issuer: bytes
    subject: bytes
    readable: bytes


def name_fields(certificate: bytes) -> NameFields:
    """Finds both names by their position (RFC 5280 section 4.1).

    Raises:
        ValueError: the DER is truncated.
    """
    outer, _ = _value(certificate, 0)
    at, signed = _value(certificate, outer)
    if certificate[at : at + 1] == bytes([_VERSION]):
        _, at = _value(certificate, at)
    _, at = _value(certificate, at)  # serialNumber
    _, issuer = _value(certificate, at)  # signature
    _, validity = _value(certificate, issuer)
    _, subject = _value(certificate, validity)
    _, end = _value(certificate, subject)
    names = (issuer, validity), (subject, end)
    return NameFields(
        signed=certificate[outer:signed],
        issuer=certificate[issuer:validity],
        subject=certificate[subject:end],
        readable=_retag_strings(certificate, names),
    )


def _retag_strings(certificate: bytes, names: tuple[tuple[int, int], ...]) -> bytes:
    copy = bytearray(certificate)
    for begin, end in names:
        name = certificate[begin:end] if end - begin <= _MAX_OCTETS else b"\x30\x00"
        for attributes in _relative_names(name):
            for _, at, _ in attributes:
                if name[at] in _ENCODINGS:
                    copy[begin + at] = _T61_STRING
    return bytes(copy)


def element_end(octets: bytes) -> int:
    """Returns the offset where the first DER element ends; later bytes don't belong to it.

    Raises:
        ValueError: the DER is truncated.
    """
    return _value(octets, 0)[1]


def shown_name(name: bytes) -> str:
    """Formats a name as in RFC 4514, truncated to `MAX_NAME_LENGTH`; undecodable values are shown in hex (section
    2.4).
    """
    if len(name) > _MAX_OCTETS:
        return _truncate(f"#{name[:MAX_NAME_LENGTH].hex()}")
    try:
        parts = [
            "+".join(_format_attribute(name, *attribute) for attribute in relative)
            for relative in _relative_names(name)
        ]
    except ValueError:
        return _truncate(f"#{name.hex()}")
    return _truncate(",".join(reversed(parts)))


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_NAME_LENGTH else f"{text[: MAX_NAME_LENGTH - 1]}…"


def _relative_names(name: bytes) -> Iterator[list[tuple[bytes, int, int]]]:
    """Yields the attributes of each relative name: type, and start and end of the value's element."""
    for begin, end in _elements(name, *_value(name, 0)):
        found = []
        for pair_begin, pair_end in _elements(name, *_content(name, begin, end)):
            (kind_begin, kind_end), (value_begin, value_end) = list(
                _elements(name, *_content(name, pair_begin, pair_end))
            )
            kind = slice(*_content(name, kind_begin, kind_end))
            found.append((name[kind], value_begin, value_end))
        yield found


def _format_attribute(name: bytes, kind: bytes, begin: int, end: int) -> str:
    label = _ATTRIBUTES.get(kind) or _format_oid(kind)
    octets = name[slice(*_content(name, begin, end))]
    for encoding in _ENCODINGS.get(name[begin], ()):
        with contextlib.suppress(UnicodeDecodeError):
            return f"{label}={_escape(octets.decode(encoding))}"
    return f"{label}=#{name[begin:end].hex()}"


def _escape(text: str) -> str:
    escaped = "".join(
        f"\\{c}" if c in _ESCAPED else c if c.isprintable() else "".join(f"\\{o:02x}" for o in _octets(c)) for c in text
    )
    if escaped[:1] in {" ", "#"}:
        escaped = f"\\{escaped}"
    return f"{escaped[:-1]}\\ " if text.endswith(" ") and len(text) > 1 else escaped


def _octets(character: str) -> bytes:
    return character.encode("utf-8", "surrogatepass")


def _format_oid(kind: bytes) -> str:
    """Formats an object identifier in dotted notation (X.690 section 8.19)."""
    arcs, arc = [], 0
    for octet in kind:
        arc = (arc << 7) | (octet & 0x7F)
        if arc >= 1 << 64:
            raise ValueError("an arc without end")
        if not octet & _LONG_FORM:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise ValueError("no object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _elements(octets: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end:
        _, after = _value(octets, begin)
        if after > end:
            raise ValueError("an element that is longer than what is around it")
        yield begin, after
        begin = after


def _content(octets: bytes, begin: int, end: int) -> tuple[int, int]:
    return _value(octets, begin)[0], end


def _value(octets: bytes, at: int) -> tuple[int, int]:
    """Returns the start and end of the value of the element at `at` (X.690 section 8.1.3; DER lengths)."""
    if at + 2 > len(octets):
        raise ValueError("an element that ends too early")
    length, begin = octets[at + 1], at + 2
    if length >= _LONG_FORM:
        count = length - _LONG_FORM
        if not 1 <= count <= 4:
            raise ValueError("a length that DER does not have")
        length, begin = int.from_bytes(octets[begin : begin + count]), begin + count
    if begin + length > len(octets):
        raise ValueError("an element that ends too early")
    return begin, begin + length
