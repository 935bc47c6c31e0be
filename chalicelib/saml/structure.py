"""The shape that a message must have before any cryptography runs: signature wrapping ends here.

Rules, not cases: one Response, one Assertion in the one place for it, Signatures only as direct children of those two,
every ID once, nothing in the tree that isn't an element or text.
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

STATUS_TEXT_LONGEST: Final = 400  # characters of StatusMessage and of StatusDetail
_STATUS_CODE: Final = f"{{{names.SAMLP}}}StatusCode"
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


MAX_ATTRIBUTES: Final = 32
MAX_DEPTH: Final = 16
"""Canonicalization takes the square of one element's attributes, and xmlsec1 the product of elements and levels."""

MAX_IDS: Final = 200
"""Each is looked at by several readers. Real messages have under ten."""

_HAS_TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(//@*[{MAX_ATTRIBUTES + 1}])")
_IS_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_ID_SPELLINGS: Final = frozenset({"ID", "Id", "id", "iD"})
_ID: Final = re.compile(r"\w[\w.-]*")
"""Close to NCName, but products in use begin IDs with a digit. It can't hold what a Reference's URI gives a meaning."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A Response of the right shape: exactly one of `assertion` and `encrypted` is there."""

    response: Element
    response_signature: Element | None
    assertion: Element | None
    assertion_signature: Element | None
    encrypted: Element | None


def require_response(root: Element) -> None:
    """A SAML 2.0 Response and nothing beside it.

    Raises:
        Refused: another root, another version, comments, processing instructions, an ID twice or missing, too many.
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
    """Elements and text only, and every ID once over all `roots`.

    A comment splits a text in two for one reader and not for another (CVE-2018-0489 and its kin); canonical XML
    without comments would hide it from the signature. An ID that stands twice lets two readers find two elements.
    """
    seen: set[str] = set()
    for root in roots:
        if next(root.iter(etree.Comment, etree.PI, etree.Entity), None) is not None:
            raise malformed(message("check.readable.no_comments"))
        limit_complexity(root)
        ids = _ids(root)
        if len(ids) > MAX_IDS:
            raise too_large(message("check.readable.too_many_ids"))
        before = len(seen)
        seen.update(ids)
        if len(seen) != before + len(ids):
            raise malformed(message("check.readable.every_id_once"), message("check.readable.an_id_twice"))


def limit_complexity(root: Element) -> None:
    """Elements that canonicalization and xmlsec1 get through in a moment.

    Raises:
        Refused: many attributes on one, or many levels.
    """
    if _HAS_TOO_MANY_ATTRIBUTES(root) or _IS_TOO_DEEP(root):
        raise malformed(message("check.readable.few_levels"))


def _ids(root: Element) -> list[str]:
    """The values of all IDs, whatever their namespace: libxml2 registers xml:id by itself, and xmlsec1 any ID.

    An XPath over all attributes takes twice as long.
    """
    return [
        element.get(name, "")
        for element in root.iter()
        for name in element.keys()  # noqa: SIM118 an element's own iterator gives its children
        if name[-2:] in _ID_SPELLINGS and name.rpartition("}")[2] in _ID_SPELLINGS
    ]


def require_success(root: Element) -> None:
    """The identity provider's own status (SAML Core section 3.2.2.1), read before anything is proven: a failure
    carries no assertion and often no signature.

    Raises:
        Refused: saml_status_not_success, with both codes, the message and the detail for the admin.
    """
    statuses = root.findall(f"{{{names.SAMLP}}}Status")
    if len(statuses) != 1:
        raise malformed(message("check.readable.one_status"), str(len(statuses)))
    top = tuple(islice(statuses[0].iterchildren(_STATUS_CODE), 2))
    if len(top) == 1 and top[0].get("Value") == _SUCCESS:
        return
    raise ValidationError(
        RefusalCode.SAML_STATUS_NOT_SUCCESS, CheckName.STATUS, expected=_SUCCESS, received=_status_told(statuses[0])
    )


def _status_told(status: Element) -> Message:
    """Both codes, and what the identity provider says about them in its own words."""
    codes = [str(code.get("Value")) for code in islice(status.iter(_STATUS_CODE), 2)]
    if len(codes) == 2:
        told = message("check.status.codes", top=codes[0], second=codes[1])
    else:
        told = message("check.status.code", top="".join(codes))
    if text := _text(status.find(f"{{{names.SAMLP}}}StatusMessage")):
        told = message("check.status.message", status=told, text=text)
    if text := _text(status.find(f"{{{names.SAMLP}}}StatusDetail")):
        told = message("check.status.detail", status=told, text=text)
    return told


def _text(element: Element | None) -> str:
    """All text inside, white space collapsed."""
    pieces = [] if element is None else map(str, element.itertext())
    return " ".join("".join(pieces).split())[:STATUS_TEXT_LONGEST]


def envelope_of(root: Element) -> Envelope:
    """Where everything is.

    Raises:
        Refused: not exactly one Assertion or EncryptedAssertion as a child of the Response, or a Signature elsewhere.
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
        response_signature=root.find(names.SIGNATURE),
        assertion=assertion,
        assertion_signature=None if assertion is None else signature_of(assertion),
        encrypted=None if is_plain else found[0],
    )


def require_assertion(assertion: Element, *, outer: Element) -> Element | None:
    """The shape of a decrypted assertion: the same rules, and no ID that the message around it has too. Its Signature.

    Raises:
        Refused: see above; the caller makes one refusal of them all.
    """
    if assertion.tag != names.ASSERTION:
        raise malformed(message("check.readable.an_assertion"), str(assertion.tag))
    if next(assertion.iterdescendants(names.ASSERTION, names.ENCRYPTED_ASSERTION, names.RESPONSE), None) is not None:
        raise malformed(message("check.readable.one_assertion"), message("check.readable.another_inside"))
    require_plain_tree([outer, assertion])
    _require_signatures_of(assertion, [assertion])
    return signature_of(assertion)


def signature_of(assertion: Element) -> Element | None:
    """The assertion's own Signature, if it has one."""
    _require_id(assertion)
    return assertion.find(names.SIGNATURE)


def _require_id(element: Element) -> None:
    own_id = element.get("ID", "")
    if _ID.fullmatch(own_id) is None:
        raise malformed(message("check.readable.xml_name"), own_id[:100])


def _require_signatures_of(root: Element, owners: list[Element]) -> None:
    parents = [signature.getparent() for signature in root.iter(names.SIGNATURE)]
    for parent in parents:
        if not any(parent is owner for owner in owners) or sum(other is parent for other in parents) > 1:
            raise invalid_signature(message("check.signature.one_signature"), message("check.signature.elsewhere"))
