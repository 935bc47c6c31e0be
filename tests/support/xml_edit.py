"""Moves that attackers make on a document; each works on the Response element."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from tests.support.identity_provider.names import DS, SAML, SAMLP

EVIL = "admin@acme.test"
GOOD_ADDRESS = "member@acme.test"

Move = Callable[[etree._Element], None]


def assertion_of(response: etree._Element) -> etree._Element:
    """The response's own assertion."""
    return find(response, f"{{{SAML}}}Assertion")


def signature_of(element: etree._Element) -> etree._Element:
    """The element's own signature."""
    return find(element, f"{{{DS}}}Signature")


def any_signature(response: etree._Element) -> etree._Element:
    """The first signature anywhere."""
    return find(response, f".//{{{DS}}}Signature")


def find(element: etree._Element, path: str) -> etree._Element:
    """The first element at `path`."""
    answer = element.find(path)
    if answer is None:
        raise LookupError(path)
    return answer


def saml(response: etree._Element, name: str) -> etree._Element:
    """The assertion's first descendant with this local name in the assertion namespace."""
    return find(response, f"{{{SAML}}}Assertion//{{{SAML}}}{name}")


def parent_of(element: etree._Element) -> etree._Element:
    """The parent, which is there."""
    parent = element.getparent()
    if parent is None:
        raise LookupError("the root has no parent")
    return parent


def corrupt(element: etree._Element) -> None:
    """Everything below that names the member names the admin instead."""
    for node in element.iter():
        if node.text == GOOD_ADDRESS:
            node.text = EVIL


def forged_copy(original: etree._Element, own_id: str | None) -> etree._Element:
    """A deep copy without signature that speaks of the admin; `own_id` None takes its ID away."""
    forged = copy.deepcopy(original)
    forged.tail = None
    for signature in forged.findall(f"{{{DS}}}Signature"):
        forged.remove(signature)
    corrupt(forged)
    if own_id is None:
        forged.attrib.pop("ID", None)
    else:
        forged.set("ID", own_id)
    return forged


def cut(element: etree._Element) -> etree._Element:
    """Take the element out of its tree."""
    parent_of(element).remove(element)
    return element


def extensions(response: etree._Element) -> etree._Element:
    """A new Extensions element, at its place behind the Issuer."""
    element = etree.Element(f"{{{SAMLP}}}Extensions")
    response.insert(1, element)
    return element


def texts(change: Callable[[str], str], *paths: str) -> Move:
    """A move that rewrites the text of the elements at `paths`."""

    def move(response: etree._Element) -> None:
        for path in paths:
            element = find(response, path)
            element.text = change(element.text or "")

    return move


def attribute(path: str, name: str, value: str | None) -> Move:
    """A move that sets or removes an attribute."""

    def move(response: etree._Element) -> None:
        element = response if path == "." else find(response, path)
        if value is None:
            element.attrib.pop(name, None)
        else:
            element.set(name, value)

    return move
