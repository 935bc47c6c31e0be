"""Checks the structure of a message before any cryptography, against signature wrapping.

The rules: one Response, one Assertion at its only permitted place, Signatures only as direct children of those two,
unique IDs, and no nodes other than elements and text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.i18n.message import Message, message
from chalicelib.saml import names
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError, invalid_signature, malformed, too_large

_MAX_STATUS_TEXT_LENGTH: Final = 400  # maximum characters of StatusMessage and of StatusDetail
_STATUS: Final = f"{{{names.SAMLP}}}Status"
_STATUS_CODE: Final = f"{{{names.SAMLP}}}StatusCode"
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


MAX_ATTRIBUTES: Final = 32
MAX_DEPTH: Final = 16
"""Canonicalization cost grows with the square of an element's attributes, and xmlsec1's with elements times levels."""

MAX_IDS: Final = 200
"""Several steps process each ID. Real messages have under ten."""

_IS_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_ID_SPELLINGS: Final = frozenset({"ID", "Id", "id", "iD"})
_ID: Final = re.compile(r"\w[\w.-]*")
"""Similar to NCName, but some products' IDs begin with a digit. It excludes characters with a meaning in a Reference
URI."""


@dataclass(slots=True)
class Envelope:
    """A Response with a permitted structure: exactly one of `assertion` and `encrypted` is set."""

    response: Element
    response_signature: Element | None
    assertion: Element | None
    assertion_signature: Element | None
    encrypted: Element | None


def require_response(root: Element) -> None:
    """Requires a SAML 2.0 Response.

    Raises:
        ValidationError: another root or version, comments, processing instructions, or IDs that are repeated, missing
            or too many.
    """
    if root.tag != names.RESPONSE or next(root.iterdescendants(names.RESPONSE), None) is not None:
        raise malformed(message("check.readable.one_response"), str(etree.QName(root).localname))
    if root.getprevious() is not None or root.getnext() is not None:
        raise malformed(message("check.readable.nothing_beside"), message("check.readable.comments"))
    if root.get("Version") != "2.0":
        raise malformed(message("check.readable.response_2"), root.get("Version"))
    _require_id(root)
    require_plain_tree([root])


def require_plain_tree(roots: Iterable[Element]) -> None:
    """Requires elements and text only, and IDs that are unique over all `roots`.

    A comment splits a text in two for some parsers only (CVE-2018-0489 and similar), and canonical XML without comments
    hides it from the signature. With a repeated ID, two parsers may find two different elements.
    """
    seen: set[str] = set()
    for root in roots:
        if next(root.iter(etree.Comment, etree.PI, etree.Entity), None) is not None:
            raise malformed(message("check.readable.no_comments"))
        ids = limit_complexity(root)
        if len(ids) > MAX_IDS:
            raise too_large(message("check.readable.too_many_ids"))
        before = len(seen)
        seen.update(ids)
        if len(seen) != before + len(ids):
            raise malformed(message("check.readable.every_id_once"), message("check.readable.an_id_twice"))


def limit_complexity(root: Element) -> list[str]:
    """Limits the cost of canonicalization and xmlsec1.

    Returns the values of all IDs in any namespace: libxml2 registers xml:id by itself, and xmlsec1 any ID. One pass
    over the elements does both; XPath takes twice as long.

    Raises:
        ValidationError: too many attributes on one element, or too many levels.
    """
    ids = list[str]()
    for element in root.iter():
        attributes = element.keys()
        if len(attributes) > MAX_ATTRIBUTES:
            raise malformed(message("check.readable.few_levels"))
        ids += [
            element.get(name, "")
            for name in attributes
            if name[-2:] in _ID_SPELLINGS and name.rpartition("}")[2] in _ID_SPELLINGS
        ]
    if _IS_TOO_DEEP(root):
        raise malformed(message("check.readable.few_levels"))
    return ids


def require_success(root: Element) -> None:
    """Requires the identity provider's success status (SAML Core section 3.2.2.1). It is checked before any
    verification: a failure has no assertion and often no signature.

    Raises:
        ValidationError: saml_status_not_success, with both codes, the message and the detail for the admin.
    """
    statuses = list(root.iterchildren(_STATUS))
    if len(statuses) != 1:
        raise malformed(message("check.readable.one_status"), str(len(statuses)))
    top = tuple(islice(statuses[0].iterchildren(_STATUS_CODE), 2))
    if len(top) == 1 and top[0].get("Value") == _SUCCESS:
        return
    raise ValidationError(
        RefusalCode.SAML_STATUS_NOT_SUCCESS, CheckName.STATUS, expected=_SUCCESS, received=_describe_status(statuses[0])
    )


def _describe_status(status: Element) -> Message:
    """Returns both status codes with the identity provider's message and detail."""
    codes = [str(code.get("Value")) for code in islice(status.iter(_STATUS_CODE), 2)]
    if len(codes) == 2:
        description = message("check.status.codes", top=codes[0], second=codes[1])
    else:
        description = message("check.status.code", top="".join(codes))
    if text := _text(status.find(f"{{{names.SAMLP}}}StatusMessage")):
        description = message("check.status.message", status=description, text=text)
    if text := _text(status.find(f"{{{names.SAMLP}}}StatusDetail")):
        description = message("check.status.detail", status=description, text=text)
    return description


def _text(element: Element | None) -> str:
    """Returns all text inside, with white space collapsed."""
    pieces = [] if element is None else map(str, element.itertext())
    return " ".join("".join(pieces).split())[:_MAX_STATUS_TEXT_LENGTH]


def envelope_of(root: Element) -> Envelope:
    """Locates the assertion and the signatures.

    Raises:
        ValidationError: not exactly one Assertion or EncryptedAssertion as a child of the Response, or a Signature
            elsewhere.
    """
    found = list(root.iter(names.ASSERTION, names.ENCRYPTED_ASSERTION))
    if len(found) != 1 or found[0].getparent() is not root:
        raise malformed(
            message("check.readable.one_assertion_directly"),
            message("check.readable.in_the_message", number=len(found)),
        )
    is_plain = found[0].tag == names.ASSERTION
    assertion = found[0] if is_plain else None
    _require_signatures_of(root, [root] if assertion is None else [root, assertion])
    return Envelope(
        response=root,
        response_signature=next(root.iterchildren(names.SIGNATURE), None),
        assertion=assertion,
        assertion_signature=None if assertion is None else signature_of(assertion),
        encrypted=None if is_plain else found[0],
    )


def require_assertion(assertion: Element, *, outer: Element) -> Element | None:
    """Checks a decrypted assertion with the same rules, and its IDs against those of the enclosing message. Returns its
    Signature.

    Raises:
        ValidationError: as above; the caller converts them all to one refusal.
    """
    if assertion.tag != names.ASSERTION:
        raise malformed(message("check.readable.an_assertion"), str(assertion.tag))
    if next(assertion.iterdescendants(names.ASSERTION, names.ENCRYPTED_ASSERTION, names.RESPONSE), None) is not None:
        raise malformed(message("check.readable.one_assertion"), message("check.readable.another_inside"))
    require_plain_tree([outer, assertion])
    _require_signatures_of(assertion, [assertion])
    return signature_of(assertion)


def signature_of(assertion: Element) -> Element | None:
    """Returns the assertion's own Signature, or None."""
    _require_id(assertion)
    return next(assertion.iterchildren(names.SIGNATURE), None)


def _require_id(element: Element) -> None:
    own_id = element.get("ID", "")
    if _ID.fullmatch(own_id) is None:
        raise malformed(message("check.readable.xml_name"), own_id[:100])


def _require_signatures_of(root: Element, owners: list[Element]) -> None:
    parents = [signature.getparent() for signature in root.iter(names.SIGNATURE)]
    for parent in parents:
        if not any(parent is owner for owner in owners) or sum(other is parent for other in parents) > 1:
            raise invalid_signature(message("check.signature.one_signature"), message("check.signature.elsewhere"))
