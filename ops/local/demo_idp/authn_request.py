"""The question that a service provider sends (SAML Core section 3.4), read as what it is: a stranger's bytes."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

_SAML: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_SAMLP: Final = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_LIMIT: Final = 64_000
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Unreadable(ValueError):
    """The question can't be answered; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """The values of an AuthnRequest that a response needs.

    Attributes:
        request_id: None if the sign-in is IdP-initiated.
        name_id_format: the URN asked for, "" for any.
    """

    acs_url: str
    sp_entity_id: str
    request_id: str | None
    name_id_format: str = ""


def from_redirect(encoded: str) -> Question:
    """The question in the `SAMLRequest` of the HTTP-Redirect binding (Bindings section 3.4.4.1).

    Raises:
        Unreadable: it isn't one, or it is too large.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        xml = inflater.decompress(_decode(encoded), _LIMIT)
    except zlib.error as error:
        raise Unreadable("SAMLRequest isn't deflated.") from error
    if inflater.unconsumed_tail:
        raise Unreadable("SAMLRequest is too large.")
    return _parse(xml)


def from_post(encoded: str) -> Question:
    """The question in the `SAMLRequest` of the HTTP-POST binding (Bindings section 3.5.4).

    Raises:
        Unreadable: it isn't one, or it is too large.
    """
    return _parse(_decode(encoded))


def require_local_acs_url(url: str) -> str:
    """Returns `url` if it is a loopback address; assertions are never sent to other hosts.

    Raises:
        Unreadable: it isn't.
    """
    try:
        parts = urlsplit(url)
        local = parts.hostname in _LOOPBACK and parts.scheme in ("http", "https") and parts.username is None
        printable = url.isascii() and url.isprintable() and "\\" not in url and " " not in url
    except ValueError:
        local = printable = False
    if not (local and printable):
        raise Unreadable("The demo identity provider answers to addresses on localhost and 127.0.0.1 only.")
    return url


def _decode(encoded: str) -> bytes:
    if len(encoded) > 2 * _LIMIT:
        raise Unreadable("SAMLRequest is too large.")
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("SAMLRequest isn't base64.") from error


def _parse(xml: bytes) -> Question:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("SAMLRequest isn't XML.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("SAMLRequest has a document type.")
    if root.tag != f"{_SAMLP}AuthnRequest":
        raise Unreadable("SAMLRequest isn't an AuthnRequest.")
    request_id, acs_url = root.get("ID", ""), root.get("AssertionConsumerServiceURL", "")
    issuer = (root.findtext(f"{_SAML}Issuer") or "").strip()
    if not (request_id and acs_url and issuer):
        raise Unreadable("The AuthnRequest must have an ID, an Issuer and an AssertionConsumerServiceURL.")
    policy = root.find(f"{_SAMLP}NameIDPolicy")
    wanted = policy.get("Format", "") if policy is not None else ""
    return Question(require_local_acs_url(acs_url), issuer, request_id, wanted)
