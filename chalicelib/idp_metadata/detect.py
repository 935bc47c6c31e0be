"""Detects the kind of pasted or uploaded input by its form alone."""

from __future__ import annotations

import binascii
import json
import re
from contextlib import suppress
from enum import StrEnum
from typing import Final

from chalicelib.connections.certificate_text import (
    MAX_TEXT_LENGTH,
    holds_certificate,
    holds_private_key,
    looks_like_certificate,
)
from chalicelib.connections.copied_text import plain_quotes
from chalicelib.connections.decoded_text import decoded, without_declaration
from chalicelib.connections.fingerprint import is_fingerprint
from chalicelib.idp_metadata.address import MAX_URL_LENGTH
from chalicelib.idp_metadata.import_error import usual_message
from chalicelib.idp_metadata.provider_address import is_sign_in_link
from chalicelib.saml.import_refused import ImportRefused

MAX_LENGTH: Final = 1_048_576  # characters or octets


class InputKind(StrEnum):
    """The kind of input, which determines its parser."""

    XML = "xml"
    ADDRESS = "address"
    NAME = "name"
    CERTIFICATE = "certificate"


_TRIMMED: Final = "\ufeff\u200b\u00a0 \t\r\n\"'`\x00"
_HTML: Final = re.compile(
    r"<(?:[a-z]{1,10}:)?(?:html|head|body|script|noscript|style|meta|link|base|title|center|div|span|font|b|strong|section|main|header"
    r"|footer|nav|h[1-6]|p|a|ul|ol|li|br|hr|table|tbody|tr|td|img|svg|iframe|frameset|form|fieldset|input|label|button)\b",
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(r"<(?:\?xml\s|!--|(?:[A-Za-z_][\w.-]{0,40}:)?Entit(?:y|ies)Descriptor[\s>/])")
_DESCRIPTOR: Final = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?Entit(?:y|ies)Descriptor[\s>/]")
_FOLDED: Final = re.compile(r"^[ \t]{0,200}[-+\u2013\u25b6\u25b8\u25bc\u25be][ \t]{0,20}(?=<)", re.MULTILINE)
"""The markers with which browsers show collapsible XML elements."""
_TYPOGRAPHIC: Final = re.compile("=\\s?[\u201c\u201d\u201e]")
_SOLID: Final = re.compile(r"\S")
_DOCTYPE: Final = "<!doctype"
_PROLOG: Final = (("<?", "?>"), ("<!--", "-->"))
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:\[[^\[\]]{0,500}\]\(|<)(https?://[^\s<>()\"']{1,2048})[)>]", re.IGNORECASE)
"""A link in Markdown, or an address in angle brackets (RFC 3986, appendix C)."""
_HOST: Final = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?"
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{64,}={0,2}")
_CERTIFICATE_WORD: Final = re.compile(r"(?<![A-Za-z0-9+/])(?:MII[A-Za-z0-9+/]|30[ :]?82[ :]?0[0-9a-fA-F])")
"""The first characters of every certificate of usual length, in base64 and in hexadecimal."""
_MAGICS: Final = (
    (b"PK\x03\x04", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\xfe\xed\xfe\xed", "key_store"),
    (b"%PDF", "document_file"),
    (b"\x89PNG", "document_file"),
    (b"\xff\xd8\xff", "document_file"),
    (b"GIF8", "document_file"),
    (b"\xd0\xcf\x11\xe0", "document_file"),
    (b"{\\rtf", "document_file"),
)
_SINGLE: Final = (
    (re.compile(r"[a-f0-9]{8}-([a-f0-9]{4}-){3}[a-f0-9]{12}", re.IGNORECASE), "bare_id"),
    (re.compile(r"(mailto:)?[^\s@/:]+@[^\s@/.]+(\.[^\s@/.]+)+", re.IGNORECASE), "email_address"),
    (re.compile(r"([a-z]:\\|\\\\|~?/|\.\.?/|file:).*", re.IGNORECASE), "file_name"),
    (re.compile(r"[^\s/:]+\.(cer|crt|der|pem|xml|p7b|pfx|p12|txt|key)", re.IGNORECASE), "file_name"),
    (re.compile(rf"{_HOST}/?", re.IGNORECASE), "host_only"),
    (re.compile(r"(?!urn:|spn:)[a-z][a-z0-9+.-]*:(?!\d+(/|$))\S*", re.IGNORECASE), "other_scheme"),
)  # fmt: skip


def detect(given: str | bytes) -> tuple[InputKind, str | bytes]:
    """Returns the kind of input and its relevant part: without artifacts of copying; base64 is decoded.

    Raises:
        ImportRefused: it is something that can't be imported.
    """
    if len(given) > MAX_LENGTH:
        raise ImportRefused("too_long")
    if isinstance(given, bytes):
        for magic, code in _MAGICS:
            if given.startswith(magic):
                raise ImportRefused(code, usual_message(code))
        if given.startswith(b"\x30") and not given.isascii():
            return InputKind.CERTIFICATE, given
    return _detect_text(text_of(given).strip(_TRIMMED), nested=False)


def text_of(given: str | bytes) -> str:
    """Decodes a file to text.

    Raises:
        ImportRefused: the file isn't text.
    """
    if isinstance(given, str):
        return given
    return decoded(given)


def _detect_text(text: str, *, nested: bool) -> tuple[InputKind, str]:
    if not text:
        raise ImportRefused("empty_import")
    if (link := _LINK.fullmatch(text)) is not None:
        text = link[1]
    if holds_private_key(text):
        raise ImportRefused("private_key", usual_message("private_key"))
    if (document := _extract_document(text)) is not None:
        return InputKind.XML, document
    if _has_marks_of_certificate(text):
        return InputKind.CERTIFICATE, text
    _require_no_other_format(text)
    if text.startswith("<"):
        return InputKind.XML, without_declaration(text)
    if addresses := list(dict.fromkeys(_ADDRESS.findall(text))):
        return _parse_address(addresses)
    return _detect_single(text, nested=nested)


def _has_marks_of_certificate(text: str) -> bool:
    if "-----BEGIN " in text or text.startswith(("ssh-", "ecdsa-sha2-")):
        return True
    return len(text) <= MAX_TEXT_LENGTH and looks_like_certificate(text)


def _require_no_other_format(text: str) -> None:
    if _is_page(text):
        raise ImportRefused("html_page", usual_message("html_page"))
    if text.startswith("&lt;"):
        raise ImportRefused("escaped_xml")
    if text[0] in "{[" and not holds_certificate(text):
        raise ImportRefused(_classify_json(text))
    if "SAMLResponse=" in text or text.startswith("SAMLRequest="):
        raise ImportRefused("saml_message")


def _extract_document(text: str) -> str | None:
    """Returns metadata without its XML declaration and what browsers display around it; None for anything else."""
    found = _DESCRIPTOR.search(text)
    if found is None or _is_page(text):
        return None
    if not text.startswith("<"):
        begin = _DOCUMENT.search(text)
        text = _FOLDED.sub("", text[begin.start() if begin else found.start() : text.rfind(">") + 1])
    return without_declaration(_with_plain_quotes(text))


def _with_plain_quotes(document: str) -> str:
    """Reverses what JSON, source code and word processors do to the quotes around attributes."""
    if '=\\"' in document:
        with suppress(ValueError):
            document = str(json.loads(f'"{document}"', strict=False))
    return plain_quotes(document) if _TYPOGRAPHIC.search(document) else document


def _is_page(text: str) -> bool:
    """True if a web page starts here, after any declarations, comments and document type."""
    at = 0
    while (at := _skip_spaces(text, at)) < len(text):
        end = next((end for begin, end in _PROLOG if text.startswith(begin, at)), None)
        if end is None and text[at : at + len(_DOCTYPE)].lower() == _DOCTYPE:
            if text[at + len(_DOCTYPE) : at + 40].lower().lstrip().startswith("html"):
                return True
            end = ">"
        if end is None:
            return _HTML.match(text, at) is not None
        found = text.find(end, at)
        at = found + len(end) if found >= 0 else len(text)
    return False


def _skip_spaces(text: str, at: int) -> int:
    found = _SOLID.search(text, at)
    return found.start() if found else len(text)


def _classify_json(text: str) -> str:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return "not_understood"
    keys = set(document) if isinstance(document, dict) else set()
    return "oidc_configuration" if keys & {"authorization_endpoint", "jwks_uri", "keys", "client_secret"} else "json"


def _parse_address(addresses: list[str]) -> tuple[InputKind, str]:
    """Returns the only URL, without any label in front of it."""
    if len(addresses) > 1:
        raise ImportRefused("several_addresses")
    address = addresses[0].rstrip(".,;)")
    if is_sign_in_link(address):
        raise ImportRefused("sign_in_link")
    return InputKind.ADDRESS, address


def _detect_single(text: str, *, nested: bool) -> tuple[InputKind, str]:
    if is_fingerprint(text):
        raise ImportRefused("fingerprint")
    if text.lower().startswith("urn:") and not any(c.isspace() for c in text):
        return InputKind.NAME, text
    if len(text) <= MAX_URL_LENGTH:
        for pattern, code in _SINGLE:
            if pattern.fullmatch(text):
                raise ImportRefused(code)
        if re.fullmatch(rf"{_HOST}/\S+", text, re.IGNORECASE):
            return _parse_address([f"https://{text}"])
    compact = "".join(text.replace("\\r", "").replace("\\n", "").split())
    if not _BASE64.fullmatch(compact):
        if len(text) <= MAX_TEXT_LENGTH and _CERTIFICATE_WORD.search(text) is not None:
            return InputKind.CERTIFICATE, text
        raise ImportRefused("not_understood")
    inside = _decode(compact)
    if not nested and inside.lstrip()[:1] == "<":
        return _detect_text(inside.strip(_TRIMMED), nested=True)
    return InputKind.CERTIFICATE, text


def _decode(text: str) -> str:
    """Decodes base64 to text; "" if it isn't base64 of text."""
    try:
        return binascii.a2b_base64(text, strict_mode=True).decode("utf-8-sig")
    except ValueError:
        return ""
