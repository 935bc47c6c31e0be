"""Canonicalizes elements in place, without changing the tree.

lxml rewrites namespace declarations when an element is removed from its tree and inserted again: a prefix may become
that of an ancestor that declares the same namespace, which changes the canonical form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.i18n.message import message
from chalicelib.saml.validation_error import invalid_signature
from chalicelib.saml.xml_parser import NewDictionary, is_dictionary_open, parse_untrusted

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


def canonical(element: Element, prefixes: Sequence[str] = ()) -> bytes:
    """Returns exclusive canonical XML without comments (xml-exc-c14n), in the element's namespace context.

    Args:
        prefixes: the PrefixList, as `parse_signature` accepts it: ASCII names and `#default`.

    Raises:
        ValidationError: there is no canonical form. Empty output would verify any digest of it (void canonicalization,
            CVE-2025-66568).
    """
    try:
        if not prefixes:
            return _require_not_empty(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))
        # lxml drops prefixes that the dictionary of the thread (for a root element: of its document) doesn't have.
        if is_dictionary_open():
            octets = _exclusive(element, prefixes)
        else:
            with NewDictionary(prefixes):
                octets = _exclusive(element, prefixes)
    except etree.C14NError:
        octets = b""
    return _require_not_empty(octets)


def _exclusive(element: Element, prefixes: Sequence[str]) -> bytes:
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=list(prefixes)
    )


def inclusive_canonical(element: Element) -> bytes:
    """Returns Canonical XML 1.0 without comments of an element inside a document (xml-c14n section 2.4).

    The element has all namespaces that are in scope, and inherits the attributes of the `xml` namespace. It is
    canonicalized as a document of its own: inside another one, libxml2 undeclares default namespaces of its children.

    Raises:
        ValidationError: there is no canonical form.
    """
    alone = parse_untrusted(etree.tostring(element, with_tail=False))
    for ancestor in element.iterancestors():
        for name, value in ancestor.items():
            if name.startswith(_XML) and name not in alone.attrib:
                alone.set(name, value)
    try:
        octets = etree.tostring(alone, method="c14n", exclusive=False, with_comments=False)
    except etree.C14NError:
        octets = b""
    return _require_not_empty(octets)


def canonical_without(owner: Element, child: Element, prefixes: Sequence[str]) -> bytes:
    """Returns exclusive canonical XML of `owner` without one child: the result of the enveloped-signature transform.

    The child is cut out of the serialized bytes. In exclusive canonical XML an element's form depends on its ancestors
    only, so the rest is the same with or without the child, and `<` occurs only at the start of tags. If the wrong
    bytes were removed, the digest would not match. Only the remaining bytes are read afterwards.

    Raises:
        ValidationError: there is no canonical form.
    """
    octets = canonical(owner, prefixes)
    local_name = str(child.tag).rpartition("}")[2]
    name = f"{child.prefix}:{local_name}" if child.prefix else local_name
    closing = f"</{name}>".encode()
    if octets.count(closing) == 1:
        begin = _tag(octets, f"<{name}".encode(), 0, 0)
        return octets[:begin] + octets[octets.find(closing) + len(closing) :]
    same = f"{{*}}{local_name}"
    earlier = sum(
        found.prefix == child.prefix for sibling in child.itersiblings(preceding=True) for found in sibling.iter(same)
    )
    inside = sum(found.prefix == child.prefix for found in child.iterdescendants(same))
    begin = _tag(octets, f"<{name}".encode(), 0, earlier)
    end = begin
    for _ in range(inside + 1):
        end = octets.find(closing, end) + len(closing)
    return octets[:begin] + octets[end:]


def _tag(octets: bytes, opening: bytes, start: int, skipped: int) -> int:
    """Returns the offset of the start tag that follows `skipped` tags of the same name."""
    while True:
        start = octets.find(opening, start)
        if start < 0:
            raise invalid_signature(message("check.signature.canonical"))
        if octets[start + len(opening)] in b" >":
            if skipped == 0:
                return start
            skipped -= 1
        start += len(opening)


def _require_not_empty(octets: bytes) -> bytes:
    if not octets:
        raise invalid_signature(message("check.signature.canonical"))
    return octets
