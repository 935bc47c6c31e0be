"""Detects the encoding of pasted or uploaded certificates and decodes them to DER.

Certificates are copied through Word, mail, chats, logs and web pages. `copied_text` reverses what those do to a text;
then each block is decoded in the few ways its lines may be wrapped, and the first that yields exactly one DER element
wins. Everything runs in time linear in the length of the text.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final

from chalicelib.connections.copied_text import visible, without_markup, without_transport
from chalicelib.i18n.message import message

MAX_TEXT_LENGTH: Final = 100_000  # characters; four certificates with their chains need a tenth of that

_MARK: Final = re.compile(
    r"-{0,8} {0,2}\b(BEGIN|END) {0,2}(?:X509 {0,2}|TRUSTED {0,2})?CERTIFICATE(?! {0,2}REQUEST) {0,2}-{0,8}"
)
"""Hyphens and spaces may be missing or merged into a dash."""
_LABEL: Final = re.compile(r"BEGIN |BEGIN_")
_LABEL_LENGTH: Final = 40
_WRONG_LABELS: Final = (
    ("PRIVATE KEY", "private_key"),
    ("CERTIFICATE REQUEST", "certificate_request"),
    ("PKCS", "pkcs7"),
    ("CMS", "pkcs7"),
    ("PGP", "pgp"),
    ("PUBLIC KEY", "public_key_only"),
)
_PRIVATE_KEY_FILES: Final = ("PuTTY-User-Key-File", "<RSAKeyValue>")
_PUBLIC_KEYS: Final = ("ssh-", "ecdsa-sha2-")
_HTML: Final = ("<!doctype html", "<html", "<head", "<body")
_METADATA: Final = ("EntityDescriptor", "EntitiesDescriptor")
_ELEMENT: Final = re.compile(r"</?(?:[A-Za-z_][\w.-]{0,40}:)?X509Certificate(?:\s[^<>]{0,500})?>")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_CERTIFICATE: Final = re.compile(
    r"(?<![A-Za-z0-9+/])MI(?:[I-L][A-Za-z0-9+/]{2}[DTjz]C[BC]|[E-H][A-Za-z0-9+/]MI[E-H])[A-Za-z0-9+/]*={0,2}"
)
"""Base64 of two sequences, one in the other, each longer than 127 octets: how each certificate begins."""
_TRUST: Final = re.compile(rb"\x30[\x00-\x7f](?:\x30[\x00-\x7f]\x06|[\xa0\x0c\x04\xa1])", re.DOTALL)
_AROUND_TOKENS: Final = "\"'`|>#*,;:()[]{}<\\"
_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_BLANKS: Final = " \t\r\n\"'"

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
    """The input isn't an acceptable certificate. The message never quotes the input.

    Attributes:
        code: one of `CERTIFICATE_REFUSALS`.
        message: what the input is, and what to do.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message(f"fault.certificate.{code}")


def ders_in(given: str | bytes) -> tuple[bytes, ...]:
    """Returns the DER bytes in a text or file, not yet validated as certificates.

    Accepts PEM (any number of blocks, with other text around them, also without hyphens), bare base64, base64 of PEM,
    DER, hexadecimal, and X509Certificate elements, each also as escaped by JSON, HTML, quoted-printable,
    percent-encoding, mail, logs and word processors.

    Raises:
        CertificateRefused: the encoding is that of something else.
    """
    if len(given) > MAX_TEXT_LENGTH:
        raise CertificateRefused("too_large")
    if isinstance(given, bytes):
        if given.startswith(b"\x30") and not given.isascii():
            return _elements_in(given)
        given = _decode_text(given)
    return _from_text(given, nested=False)


def holds_private_key(text: str) -> bool:
    """True if a pasted text contains a private key, even one altered by copying."""
    plain = without_transport(visible(text))
    return any(mark in plain for mark in _PRIVATE_KEY_FILES) or "private_key" in _find_wrong_labels(plain)


def looks_like_certificate(text: str) -> bool:
    """True if a text has markers of a certificate: PEM lines, or an X509Certificate element outside metadata."""
    plain = without_transport(visible(text))
    if any(word in plain for word in _METADATA):
        return False
    return _MARK.search(plain) is not None or _ELEMENT.search(plain) is not None


def _from_text(text: str, *, nested: bool) -> tuple[bytes, ...]:
    plain = without_transport(visible(text)).strip(_BLANKS)
    if not plain:
        raise CertificateRefused("empty")
    _require_no_other_kind(plain)
    if (elements := list(_elements(plain))) and _MARK.search(plain) is None:
        return tuple(der for element in elements for der in _ders(element))
    _require_no_document(plain)
    text = without_markup(plain)
    blocks = list(_blocks(text))
    if not blocks and "BEGIN " in plain:
        raise CertificateRefused("not_a_certificate")
    if blocks and _CERTIFICATE.search(outside := _outside(text)) is not None:
        blocks.append(outside)
    ders = tuple(der for block in blocks or [text] for der in _ders(block))
    if not blocks and not nested and b"BEGIN " in ders[0][:20]:
        return _from_text(_decode_text(ders[0]), nested=True)
    return ders


def _require_no_other_kind(plain: str) -> None:
    if any(mark in plain for mark in _PRIVATE_KEY_FILES):
        raise CertificateRefused("private_key")
    found = _find_wrong_labels(plain)
    for _, code in _WRONG_LABELS:
        if code in found:
            raise CertificateRefused(code)
    if plain.startswith(_PUBLIC_KEYS):
        raise CertificateRefused("public_key_only")


def _find_wrong_labels(plain: str) -> set[str]:
    """Returns the refusal codes of PEM blocks that aren't certificates."""
    found = set[str]()
    for begin in _LABEL.finditer(plain):
        label = plain[begin.end() : begin.end() + _LABEL_LENGTH].partition("\n")[0].partition("-")[0]
        found |= {code for words, code in _WRONG_LABELS if label.startswith(words) or (" " in words and words in label)}
    return found


def _require_no_document(plain: str) -> None:
    """Refuses web pages and metadata, unless they contain PEM."""
    if not plain.startswith("<") or _MARK.search(plain) is not None:
        return
    if plain[:20].lower().startswith(_HTML):
        raise CertificateRefused("html_page")
    raise CertificateRefused("metadata")


def _elements(plain: str) -> Iterator[str]:
    """Yields the contents of X509Certificate elements outside metadata."""
    if any(word in plain for word in _METADATA):
        return
    pieces = _ELEMENT.split(plain)
    yield from (piece for piece in pieces[1::2] if piece.strip())


def _blocks(plain: str) -> Iterator[str]:
    """Yields the text between each BEGIN and END.

    Raises:
        CertificateRefused: `incomplete`: one of the two is missing.
    """
    begun: int | None = None
    for mark in _MARK.finditer(plain):
        if (mark[1] == "BEGIN") == (begun is not None):
            raise CertificateRefused("incomplete")
        if begun is not None:
            yield plain[begun : mark.start()]
        begun = mark.end() if mark[1] == "BEGIN" else None
    if begun is not None:
        raise CertificateRefused("incomplete")


def _outside(plain: str) -> str:
    """The text around the blocks."""
    marks = list(_MARK.finditer(plain))
    begins, ends = [mark.start() for mark in marks[::2]], [mark.end() for mark in marks[1::2]]
    return "\n".join(plain[end:begin] for end, begin in zip([0, *ends], [*begins, len(plain)], strict=True))


def _ders(block: str) -> tuple[bytes, ...]:
    """The certificates of the first reading that consists of whole DER elements; else what the plain one gives.

    Raises:
        CertificateRefused: `not_a_certificate`: nothing is base64, or more certificates begin than can be read.
    """
    usual: bytes | None = None
    beginnings = len(_CERTIFICATE.findall(block))
    for reading in _candidate_texts(block):
        if len(ders := _whole_elements(reading)) >= max(beginnings, 1):
            return ders
        usual = _decode_base64(reading) if usual is None else usual
    if usual is None or beginnings > 1:
        raise CertificateRefused("not_a_certificate")
    return (usual,)


def _candidate_texts(block: str) -> Iterator[str]:
    """The whole; each line's last word, where something stands before it, also without the last line; what begins as a
    certificate does; the longest word; hexadecimal."""
    yield "".join(block.split()).strip("-")
    words = [[word for w in line.split() if (word := w.strip(_AROUND_TOKENS))] for line in block.splitlines()]
    fitting = [[word for word in line if _BASE64.fullmatch(word) and word != "+"] for line in words]
    last = [line[-1] for line in fitting if line]
    yield "".join(last)
    yield "".join(last[:-1])  # END has a log's words before it too
    yield "".join(_CERTIFICATE.findall(block))
    yield max((word for line in fitting for word in line), key=len, default="")
    digits = "".join("".join(line) for line in words).replace(":", "")
    if digits.startswith(("3082", "3081")) and len(digits) % 2 == 0 and _DIGITS.issuperset(digits):
        yield binascii.b2a_base64(bytes.fromhex(digits), newline=False).decode()


def _decode_base64(text: str) -> bytes | None:
    """Decodes base64. Padding is recomputed, because soft line breaks in mail look like it."""
    compact = text.replace("=", "")
    if not compact or not compact.isascii():
        return None
    try:
        return binascii.a2b_base64(compact + "=" * (-len(compact) % 4), strict_mode=True)
    except ValueError:
        return None


def _whole_elements(text: str) -> tuple[bytes, ...]:
    """The certificates in base64 that consists of whole DER elements, encoded together or each for itself."""
    octets = _decode_base64(text)
    if octets is not None and _end_of_element(octets) is not None:
        elements = _elements_in(octets)
        if len(elements) > 1 or _end_of_element(elements[0]) == len(elements[0]):
            return elements
    compact, found, start = text.replace("=", ""), list[bytes](), 0
    while start < len(compact):
        end = _end_of_element(_decode_base64(compact[start : start + 8]) or b"")
        length = -(-(end or 0) * 4 // 3)
        element = None if end is None else _decode_base64(compact[start : start + length])
        if element is None or len(element) != end:
            return ()
        found.append(element)
        start += length
    return tuple(found)


def _elements_in(octets: bytes) -> tuple[bytes, ...]:
    """DER elements that follow one another, without OpenSSL's trust settings (`TRUSTED CERTIFICATE`) at the end.

    Octets that aren't whole elements to their end stay together: they are refused as a whole.
    """
    found, start = list[bytes](), 0
    while start < len(octets):
        length = _end_of_element(octets[start : start + 5])
        if length is None or start + length > len(octets):
            trust = octets[start:]
            is_trust = len(found) == 1 and _TRUST.match(trust) and len(trust) == trust[1] + 2
            return tuple(found) if is_trust else (octets,)
        found.append(octets[start : start + length])
        start += length
    return tuple(found) or (octets,)


def _end_of_element(octets: bytes) -> int | None:
    """Where a DER sequence ends that is longer than 127 octets, as each certificate is; None for anything else."""
    if len(octets) < 5 or octets[0] != 0x30:
        return None
    count = octets[1] - 0x80
    return 2 + count + int.from_bytes(octets[2 : 2 + count]) if 1 <= count <= 3 else None


def _decode_text(octets: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")):
        if octets.startswith(mark):
            try:
                return octets.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise CertificateRefused("not_a_certificate")
