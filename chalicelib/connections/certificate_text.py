"""Detects the encoding of pasted or uploaded certificates and decodes them to DER.

Certificates are copied through Word, mail, chats, logs and web pages. `copied_text` reverses what those do to a text;
then each block is decoded in the few ways its lines may be wrapped, and the first that yields exactly one DER element
wins. Everything runs in time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chalicelib.connections.copied_text import visible, without_markup, without_transport
from chalicelib.connections.der_elements import decode_base64, elements_in, whole_elements
from chalicelib.connections.fingerprint import is_fingerprint
from chalicelib.connections.hexadecimal import der_in_hexadecimal
from chalicelib.i18n.message import message

MAX_TEXT_LENGTH: Final = 100_000  # characters; four certificates with their chains need a tenth of that

_MARK: Final = re.compile(
    r"-{0,8} {0,2}\b(BEGIN|END)\s{0,2}(?:X509\s{0,2}|TRUSTED\s{0,2})?CERTIFICATE(?!\s{0,2}REQUEST) {0,2}-{0,8}"
)
"""Hyphens and spaces may be missing, merged into a dash, or broken into two lines."""
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
_AROUND_TOKENS: Final = "\"'`|>#*,;:()[]{}<\\"
_BLANKS: Final = " \t\r\n\"'"
_OF_ADDRESSES: Final = str.maketrans("-_", "+/")

CERTIFICATE_REFUSALS: Final = (
    "empty",
    "too_large",
    "private_key",
    "certificate_request",
    "pkcs7",
    "key_store",
    "pgp",
    "fingerprint",
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
            return elements_in(given)
        given = _decode_text(given)
    return _from_text(given, nested=False)


def holds_private_key(text: str) -> bool:
    """True if a pasted text contains a private key, even one altered by copying."""
    plain = without_transport(visible(text))
    return any(mark in plain for mark in _PRIVATE_KEY_FILES) or "private_key" in _find_wrong_labels(plain)


def holds_certificate(text: str) -> bool:
    """True if base64 in a text begins as each certificate does."""
    return _CERTIFICATE.search(text) is not None


def looks_like_certificate(text: str) -> bool:
    """True if a text has markers of a certificate: PEM lines, or an X509Certificate element outside metadata."""
    plain = without_transport(visible(text))
    if any(word in plain for word in _METADATA):
        return False
    if _MARK.search(plain) is not None or _ELEMENT.search(plain) is not None:
        return True
    return der_in_hexadecimal(text) is not None


def _from_text(text: str, *, nested: bool) -> tuple[bytes, ...]:
    shown = visible(text)
    if (der := der_in_hexadecimal(shown)) is not None:
        return elements_in(der)
    if is_fingerprint(shown):
        raise CertificateRefused("fingerprint")
    plain = without_transport(shown).strip(_BLANKS)
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
        if len(ders := whole_elements(reading)) >= max(beginnings, 1):
            return ders
        usual = decode_base64(reading) if usual is None else usual
    if usual is None or beginnings > 1:
        raise CertificateRefused("not_a_certificate")
    return (usual,)


def _candidate_texts(block: str) -> Iterator[str]:
    """The whole, also in the alphabet of addresses (RFC 4648 section 5); each line without the mark that all begin
    with; each line's last word, where something stands before it, also without the last line; what begins as a
    certificate does, also with what follows it; the longest word."""
    whole = "".join(block.split()).strip("-")
    yield whole
    yield whole.translate(_OF_ADDRESSES)
    lines = [line for line in block.splitlines() if line.strip()]
    beginnings = {line[0] for line in lines}
    if len(beginnings) == 1 and not beginnings.pop().isalnum():
        yield "".join("".join(line[1:].split()) for line in lines)
    words = [[word for w in line.split() if (word := w.strip(_AROUND_TOKENS))] for line in lines]
    fitting = [[word for word in line if _BASE64.fullmatch(word) and word != "+"] for line in words]
    last = [line[-1] for line in fitting if line]
    yield "".join(last)
    yield "".join(last[:-1])  # END has a log's words before it too
    yield "".join(_CERTIFICATE.findall(block))
    if (begun := _CERTIFICATE.search(block)) is not None:
        rest = [word.strip(_AROUND_TOKENS) for word in block[begun.start() :].split()]
        yield "".join(word for word in rest if _BASE64.fullmatch(word))
        yield "".join(rest).translate(_OF_ADDRESSES)
    yield max((word for line in fitting for word in line), key=len, default="")


def _decode_text(octets: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")):
        if octets.startswith(mark):
            try:
                return octets.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise CertificateRefused("not_a_certificate")
