"""Fuzzes documents signed by a trusted identity provider: parsing is strict, and two parsers agree."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import ClassVar

from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import UnverifiedResponse
from tests.support.identity_provider import GOOD, Layout, Signing, document, key, trust
from tests.support.identity_provider.names import SAML
from tests.support.identity_provider.signature import sign
from tests.support.second_reader import Unreadable, second_reading
from tools.fuzz.form_value import WORDS, verify_value
from tools.fuzz.surgery import mutate_document
from tools.fuzz.target import Broken, Target


class SignedDocument(Target):
    """Signs the input before verification, so that it reaches the parser and the validation rules."""

    words: ClassVar = WORDS

    def __init__(self) -> None:
        super().__init__()
        self._trust = trust()
        self._key = key("acme")

    def seeds(self) -> Sequence[bytes]:
        """A valid unsigned response in several layouts."""
        layouts = (Layout(), Layout(indent=True), Layout(protocol=None, assertion=None), Layout(declaration=False))
        return [document(replace(GOOD, sign_assertion=None, layout=layout)) for layout in layouts]

    def run(self, octets: bytes) -> str:
        """Signs and verifies one document; signxml reads accepted ones too."""
        try:
            root = etree.fromstring(octets, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            return "not well-formed"
        assertion = root.find(f"{{{SAML}}}Assertion")
        if assertion is None:
            return "no assertion"
        try:
            sign(assertion, Signing())
        except (etree.C14NError, etree.XMLSyntaxError):  # an xml:id that is no name: lxml takes it once, not twice
            return "no canonical form"
        sent = UnverifiedResponse(base64.b64encode(etree.tostring(root, encoding="utf-8")).decode())
        answer = verify_value(sent, self._trust)
        if isinstance(answer, SignInRefused):
            return answer.reason.value
        try:
            reading = second_reading(sent, (self._key,))
        except Unreadable:
            return "accepted, and signxml gave up"
        read = (reading.id, reading.name_id, reading.attributes)
        if read != (answer.id, answer.name_id and answer.name_id.value, answer.attributes):
            raise Broken(f"two readers: {read} and {answer}")
        return "accepted"

    def mutate(self, octets: bytes, random: Random) -> bytes:
        """Mutates the document."""
        return mutate_document(octets, random)
