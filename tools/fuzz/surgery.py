"""Structural mutations that byte mutations rarely find: nodes copied, moved or renamed; texts and IDs swapped."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Final

from lxml import etree

Element = etree._Element  # noqa: SLF001 lxml's name for the type
_TEXTS: Final = ("admin@acme.test", "", "_evil", "#_response-1", "2.0", "2031-01-01T00:00:00Z", "\u00a0", "a<b&c")


def mutate_document(document: bytes, random: Random) -> bytes:
    """Returns the document after one to three mutations, or unchanged if it isn't well-formed."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return document
    for _ in range(random.randint(1, 3)):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        random.choice(_MOVES)(random.choice(nodes), random.choice(nodes), random)
    return etree.tostring(root, encoding="utf-8")


def _copy(one: Element, other: Element, random: Random) -> None:
    other.insert(random.randint(0, len(other)), copy.deepcopy(one))


def _move(one: Element, other: Element, random: Random) -> None:
    if one.getparent() is not None and one is not other and one not in other.iterancestors():
        other.insert(random.randint(0, len(other)), one)


def _remove(one: Element, _: Element, __: Random) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _wrap(one: Element, other: Element, _: Random) -> None:
    parent = one.getparent()
    if parent is not None:
        wrapper = etree.Element(other.tag, dict(other.attrib), nsmap=other.nsmap)
        parent.replace(one, wrapper)
        wrapper.append(one)


def _rename(one: Element, other: Element, _: Random) -> None:
    one.tag = other.tag


def _change_text(one: Element, other: Element, random: Random) -> None:
    one.text = random.choice((other.text or "", *_TEXTS))


def _set_attribute(one: Element, other: Element, random: Random) -> None:
    names = [*one.attrib, *other.attrib, "ID", "URI", "{http://www.w3.org/XML/1998/namespace}id"]
    one.set(random.choice(names), random.choice((*other.attrib.values(), *_TEXTS)))


def _unset(one: Element, _: Element, random: Random) -> None:
    if one.attrib:
        del one.attrib[random.choice(list(one.attrib))]


def _insert_comment(one: Element, _: Element, random: Random) -> None:
    text = one.text or ""
    place = random.randint(0, len(text))
    comment = random.choice((etree.Comment("x"), etree.ProcessingInstruction("x")))
    one.text, comment.tail = text[:place], text[place:]
    one.insert(0, comment)


_MOVES: Final[tuple[Callable[[Element, Element, Random], None], ...]] = (
    _copy,
    _move,
    _remove,
    _wrap,
    _rename,
    _change_text,
    _set_attribute,
    _unset,
    _insert_comment,
)
