"""Signature wrapping: the signed assertion is carried along somewhere, and another one is offered for reading.

Somorovsky et al., "On Breaking SAML" (2012), XSW 1-8, and what came after: every place × every kind of ID ×
signature left or moved.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from lxml import etree

from tests.attacks.attack import FORGED, Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Signing, document, key
from tests.support.identity_provider.names import DS, SAML, SAMLP, XENC
from tests.support.second_reader import find_signed_element
from tests.support.xml_edit import (
    any_signature,
    assertion_of,
    cut,
    extensions,
    find,
    forged_copy,
    parent_of,
    saml,
    signature_of,
)

Place = Callable[[etree._Element, etree._Element], etree._Element]
"""Given the response and the assertion that stands in it, the element into which something is hidden."""


def _child(element: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(element, name, nsmap={"saml": SAML, "samlp": SAMLP, "ds": DS})


def _in_status(response: etree._Element, _standing: etree._Element) -> etree._Element:
    return _child(find(response, f"{{{SAMLP}}}Status"), f"{{{SAMLP}}}StatusDetail")


def _in_advice(_response: etree._Element, standing: etree._Element) -> etree._Element:
    advice = etree.Element(f"{{{SAML}}}Advice")
    find(standing, f"{{{SAML}}}Conditions").addnext(advice)
    return advice


def _in_object(response: etree._Element, _standing: etree._Element) -> etree._Element:
    return _child(any_signature(response), f"{{{DS}}}Object")


def _in_key_info(response: etree._Element, _standing: etree._Element) -> etree._Element:
    return find(any_signature(response), f"{{{DS}}}KeyInfo")


def _in_nested_response(response: etree._Element, _standing: etree._Element) -> etree._Element:
    return _child(extensions(response), f"{{{SAMLP}}}Response")


def _in_encrypted(response: etree._Element, _standing: etree._Element) -> etree._Element:
    return _child(_child(response, f"{{{SAML}}}EncryptedAssertion"), f"{{{XENC}}}EncryptedData")


PLACES: Final[dict[str, Place]] = {
    "extensions": lambda response, _: extensions(response),
    "response": lambda response, _: response,
    "assertion": lambda _, standing: standing,
    "status-detail": _in_status,
    "advice": _in_advice,
    "subject": lambda _, standing: find(standing, f"{{{SAML}}}Subject"),
    "subject-confirmation-data": lambda _, standing: find(standing, f".//{{{SAML}}}SubjectConfirmationData"),
    "attribute-value": lambda _, standing: find(standing, f".//{{{SAML}}}AttributeValue"),
    "name-id": lambda _, standing: find(standing, f".//{{{SAML}}}NameID"),
    "issuer": lambda _, standing: find(standing, f"{{{SAML}}}Issuer"),
    "authn-context": lambda _, standing: find(standing, f".//{{{SAML}}}AuthnContext"),
    "object": _in_object,
    "key-info": _in_key_info,
    "nested-response": _in_nested_response,
    "encrypted-data": _in_encrypted,
}
IDS: Final = {"new-id": "_evil-1", "same-id": "_assertion-1", "no-id": None}


def _replaced(place: Place, own_id: str | None, move_signature: bool) -> Changes:
    """The forged assertion stands in the original's place; the original is hidden."""

    def change(response: etree._Element) -> None:
        original = assertion_of(response)
        forged = forged_copy(original, own_id)
        response.replace(original, forged)
        if move_signature:
            forged.insert(1, signature_of(original))
        else:
            forged.insert(1, copy.deepcopy(signature_of(original)))
        place(response, forged).append(original)

    return Changes(response_signed=change)


def _added(place: Place, own_id: str | None, first: bool) -> Changes:
    """The original stays where it is; the forged assertion is hidden."""

    def change(response: etree._Element) -> None:
        original = assertion_of(response)
        forged = forged_copy(original, own_id)
        into = place(response, original)
        into.insert(0 if first else len(into), forged)

    return Changes(response_signed=change)


def _matrix() -> Iterator[Attack]:
    for (place_name, place), (id_name, own_id) in product(PLACES.items(), IDS.items()):
        for moved in (True, False):
            name = f"original-in-{place_name}-{id_name}-signature-{'moved' if moved else 'copied'}"
            yield attack(name, FORGED, changes=_replaced(place, own_id, moved))
        for first in (True, False):
            name = f"forgery-in-{place_name}-{id_name}-{'first' if first else 'last'}"
            yield attack(name, FORGED, changes=_added(place, own_id, first))


def _response_wrapped(hide: Callable[[etree._Element, etree._Element], None]) -> Changes:
    def change(response: etree._Element) -> etree._Element:
        original = copy.deepcopy(response)
        forged = forged_copy(response, "_evil-response")
        forged.insert(1, signature_of(response))
        inner = assertion_of(forged)
        inner.set("ID", "_evil-1")
        for signature in original.findall(f"{{{DS}}}Signature"):
            original.remove(signature)
        hide(forged, original)
        return forged

    return Changes(response_signed=change)


RESPONSE_SIGNED: Final = replace(GOOD, sign_assertion=None, sign_response=Signing())
NAMED: Final = (
    attack(
        "xsw1-original-response-in-the-signature",
        FORGED,
        changes=_response_wrapped(lambda forged, original: signature_of(forged).append(original)),
        base=RESPONSE_SIGNED,
    ),
    attack(
        "xsw2-original-response-before-the-signature",
        FORGED,
        changes=_response_wrapped(lambda forged, original: signature_of(forged).addprevious(original)),
        base=RESPONSE_SIGNED,
    ),
    attack(
        "original-response-in-extensions",
        FORGED,
        changes=_response_wrapped(lambda forged, original: extensions(forged).append(original)),
        base=RESPONSE_SIGNED,
    ),
    attack(
        "original-response-in-an-object",
        FORGED,
        changes=_response_wrapped(
            lambda forged, original: _child(signature_of(forged), f"{{{DS}}}Object").append(original)
        ),
        base=RESPONSE_SIGNED,
    ),
    attack(
        "original-response-at-the-end",
        FORGED,
        changes=_response_wrapped(lambda forged, original: forged.append(original)),
        base=RESPONSE_SIGNED,
    ),
)
MATRIX: Final = tuple(_matrix())


@table(NAMED)
def test_a_wrapped_response_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


@table(MATRIX)
def test_a_wrapped_assertion_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


# signxml looks for the original outside the signature only, and a copied signature changes what is enveloped.
CARRIED: Final = (*NAMED[1:], *(one for one in MATRIX if one.name.endswith("new-id-signature-moved")))


@table(CARRIED)
def test_the_carried_signature_would_still_verify(hostile: Attack) -> None:
    """Otherwise the tables above would prove nothing."""
    octets = document(hostile.description)
    assert b"admin@acme.test" in octets
    assert find_signed_element(octets, key("acme")).get("ID") in {"_assertion-1", "_response-1"}


def _moved_up(response: etree._Element) -> None:
    """The assertion's signature becomes the response's, still pointing at the assertion."""
    signature = cut(signature_of(assertion_of(response)))
    response.insert(1, signature)


def _moved_down(response: etree._Element) -> None:
    signature = cut(signature_of(response))
    assertion_of(response).insert(1, signature)


def _into_subject(response: etree._Element) -> None:
    saml(response, "Subject").append(cut(signature_of(assertion_of(response))))


def _assertion_as_root(response: etree._Element) -> etree._Element:
    return copy.deepcopy(assertion_of(response))


def _evil_subject_first(response: etree._Element) -> None:
    subject = saml(response, "Subject")
    subject.addprevious(forged_copy(subject, None))


def _deep(response: etree._Element) -> None:
    original = assertion_of(response)
    wrapper = etree.Element(f"{{{SAMLP}}}Response", ID="_inner")
    parent_of(original).replace(original, wrapper)
    wrapper.append(original)


MOVED: Final = (
    attack("assertion-signature-as-the-response's", FORGED, changes=Changes(response_signed=_moved_up)),
    attack(
        "response-signature-as-the-assertion's",
        FORGED,
        changes=Changes(response_signed=_moved_down),
        base=RESPONSE_SIGNED,
    ),
    attack("signature-in-the-subject", FORGED, changes=Changes(response_signed=_into_subject)),
    attack("assertion-without-response", FORGED, changes=Changes(response_signed=_assertion_as_root)),
    attack("second-subject", FORGED, changes=Changes(response_signed=_evil_subject_first)),
    attack("assertion-one-level-too-deep", FORGED, changes=Changes(response_signed=_deep)),
)


@table(MOVED)
def test_a_signature_or_assertion_out_of_place_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)
