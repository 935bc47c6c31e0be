"""From a description to the form value that a browser would post."""

from __future__ import annotations

import base64

from lxml import etree

from chalicelib.saml.assertion import UnverifiedResponse
from tests.support.identity_provider.description import Description, Encryption, TreeChange
from tests.support.identity_provider.document import unsigned_response
from tests.support.identity_provider.encryption import encrypted
from tests.support.identity_provider.names import SAML
from tests.support.identity_provider.signature import sign


def document(description: Description) -> bytes:
    """The response's octets: built, signed, encrypted and changed as described."""
    changes = description.changes
    response = _change(unsigned_response(description), changes.built)
    if description.name_id_encryption is not None:
        _encrypt_name_id(response, description, description.name_id_encryption)
    response = etree.fromstring(etree.tostring(response))
    if description.sign_assertion is not None:
        sign(_assertion(response), description.sign_assertion)
    response = _change(response, changes.assertion_signed)
    if description.encryption is not None:
        _encrypt(response, description)
    response = _change(response, changes.encrypted)
    if description.sign_response is not None:
        sign(response, description.sign_response)
    response = _change(response, changes.response_signed)
    octets = etree.tostring(response)
    if description.layout.declaration:
        octets = b'<?xml version="1.0" encoding="UTF-8"?>\n' + octets
    return octets if changes.octets is None else changes.octets(octets)


def send(description: Description) -> UnverifiedResponse:
    """The `SAMLResponse` form value."""
    text = base64.b64encode(document(description)).decode()
    layout, changes = description.layout, description.changes
    if layout.line_width:
        lines = [text[start : start + layout.line_width] for start in range(0, len(text), layout.line_width)]
        text = layout.line_end.join([*lines, ""])
    return UnverifiedResponse(text if changes.form is None else changes.form(text))


def _assertion(response: etree._Element) -> etree._Element:
    found = response.find(f"{{{SAML}}}Assertion")
    if found is None:
        raise LookupError("a change took the assertion away before it was signed")
    return found


def _encrypt(response: etree._Element, description: Description) -> None:
    if description.encryption is None:
        return
    assertion = _assertion(response)
    plaintext = etree.tostring(assertion, with_tail=False)
    if description.changes.plaintext is not None:
        plaintext = description.changes.plaintext(plaintext)
    response.replace(assertion, encrypted(plaintext, description.encryption, description.layout.assertion))


def _encrypt_name_id(response: etree._Element, description: Description, encryption: Encryption) -> None:
    name_id = response.find(f".//{{{SAML}}}NameID")
    parent = None if name_id is None else name_id.getparent()
    if name_id is None or parent is None:
        raise LookupError("no NameID to encrypt")
    plaintext = etree.tostring(name_id, with_tail=False)
    if description.changes.name_id is not None:
        plaintext = description.changes.name_id(plaintext)
    parent.replace(name_id, encrypted(plaintext, encryption, description.layout.assertion, "EncryptedID"))


def _change(root: etree._Element, change: TreeChange | None) -> etree._Element:
    answer = None if change is None else change(root)
    return root if answer is None else answer
