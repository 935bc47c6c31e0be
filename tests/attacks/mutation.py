"""Random surgery on a valid response: octets overwritten, cut, doubled; nodes moved, copied, renamed, filled."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st
from lxml import etree

from tests.support.identity_provider.names import DS, SAML, SAMLP, XENC

EVIL: Final = "admin@acme.test"

TEXTS: Final = st.one_of(
    st.sampled_from(
        [
            "",
            EVIL,
            "admin",
            "#_assertion-1",
            "#_response-1",
            "_assertion-1",
            "_response-1",
            "_evil",
            "2.0",
            "2030-01-01T00:00:00Z",
            "urn:oasis:names:tc:SAML:2.0:cm:bearer",
            "http://www.w3.org/2000/09/xmldsig#sha1",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
)
NAMES: Final = st.sampled_from(
    [
        f"{{{SAML}}}Assertion",
        f"{{{SAML}}}NameID",
        f"{{{SAML}}}Subject",
        f"{{{SAML}}}Attribute",
        f"{{{SAML}}}AttributeValue",
        f"{{{SAML}}}Advice",
        f"{{{SAML}}}EncryptedAssertion",
        f"{{{SAMLP}}}Response",
        f"{{{SAMLP}}}Extensions",
        f"{{{DS}}}Signature",
        f"{{{DS}}}SignedInfo",
        f"{{{DS}}}Object",
        f"{{{XENC}}}EncryptedData",
        "{urn:example}x",
        "x",
    ]
)
ATTRIBUTES: Final = st.sampled_from(
    [
        "ID",
        "Id",
        "id",
        "Version",
        "Destination",
        "InResponseTo",
        "Recipient",
        "NotOnOrAfter",
        "Name",
        "URI",
        "Algorithm",
    ]
)


@dataclass(frozen=True, slots=True)
class TreeMove:
    """One move on the tree: what, where from, where to, and with which words. Indices count modulo the nodes there."""

    kind: str
    from_node: int
    to_node: int
    text: str
    name: str
    attribute: str

    def __call__(self, root: etree._Element) -> None:
        """Make the move in place; moves that make no sense on this tree do nothing."""
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, target = nodes[self.from_node % len(nodes)], nodes[self.to_node % len(nodes)]
        _MOVES[self.kind](self, node, target)


def _copy(_move: TreeMove, node: etree._Element, target: etree._Element) -> None:
    target.append(copy.deepcopy(node))


def _forge(_move: TreeMove, node: etree._Element, target: etree._Element) -> None:
    forged = copy.deepcopy(node)
    for inner in forged.iter():
        if isinstance(inner.text, str) and "@" in inner.text:
            inner.text = EVIL
        if inner.get("ID") is not None:
            inner.set("ID", "_evil")
    target.append(forged)


def _beside(_move: TreeMove, node: etree._Element, target: etree._Element) -> None:
    if target.getparent() is not None:
        target.addprevious(copy.deepcopy(node))


def _move_node(_move: TreeMove, node: etree._Element, target: etree._Element) -> None:
    if node is not target and node not in target.iterancestors() and node.getparent() is not None:
        target.append(node)


def _remove(_move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _wrap(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        wrapper = etree.Element(move.name)
        parent.replace(node, wrapper)
        wrapper.append(node)


def _change_text(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    node.text = move.text


def _change_tail(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    if node.getparent() is not None:
        node.tail = move.text


def _set_attribute(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    node.set(move.attribute, move.text)


def _unset(_move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    if node.attrib:
        del node.attrib[next(iter(node.attrib))]


def _rename(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    node.tag = move.name


def _insert_comment(move: TreeMove, node: etree._Element, _target: etree._Element) -> None:
    comment = etree.Comment(move.text.replace("-", ""))
    text = node.text or ""
    node.text, comment.tail = text[: len(text) // 2], text[len(text) // 2 :]
    node.insert(0, comment)


_MOVES: Final[dict[str, Callable[[TreeMove, etree._Element, etree._Element], None]]] = {
    "copied": _copy,
    "forged": _forge,
    "beside": _beside,
    "moved": _move_node,
    "removed": _remove,
    "wrapped": _wrap,
    "texted": _change_text,
    "tailed": _change_tail,
    "set": _set_attribute,
    "unset": _unset,
    "renamed": _rename,
    "commented": _insert_comment,
}

TREE_MOVES: Final = st.lists(
    st.builds(
        TreeMove,
        kind=st.sampled_from(sorted(_MOVES)),
        from_node=st.integers(0, 80),
        to_node=st.integers(0, 80),
        text=TEXTS,
        name=NAMES,
        attribute=ATTRIBUTES,
    ),
    min_size=1,
    max_size=4,
)


@dataclass(frozen=True, slots=True)
class OctetMove:
    """Overwrite `length` octets at `at` (a share of the whole) with others, or with octets from `source`."""

    at: float
    length: int
    octets: bytes
    source: float | None

    def __call__(self, whole: bytes) -> bytes:
        """The changed octets."""
        start = int(self.at * len(whole))
        put = self.octets
        if self.source is not None:
            begin = int(self.source * len(whole))
            put = whole[begin : begin + len(self.octets) * 40]
        return whole[:start] + put + whole[start + self.length :]


OCTET_MOVES: Final = st.lists(
    st.builds(
        OctetMove,
        at=st.floats(0, 1),
        length=st.integers(0, 60),
        octets=st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b"<!--x-->", b"<![CDATA[]]>", b"admin@acme.test", b"&#64;", b' ID="_evil"', b"<x/>", b"\r\n"]
            ),
        ),
        source=st.none() | st.floats(0, 1),
    ),
    min_size=1,
    max_size=3,
)
