"""Fuzzes the raw `SAMLResponse` form value: it ends in an Assertion or a refusal; no mutation changes the user."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import ClassVar, Final

from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.response import verify
from tests.support.identity_provider import GOOD, Description, Encryption, Signing, Trust, names, send, trust
from tools.fuzz.surgery import mutate_document
from tools.fuzz.target import Broken, Target

WORDS: Final = (
    b"<saml:Assertion ",
    b"</saml:Assertion>",
    b"<!--x-->",
    b"<?x?>",
    b"<![CDATA[x]]>",
    b"&#64;",
    b"admin@acme.test",
    b"<saml:NameID>",
    b"</saml:NameID>",
    b' ID="_assertion-1"',
    b' ID="_evil"',
    b' xml:id="_assertion-1"',
    b' xmlns="urn:x"',
    b' xmlns:saml="urn:x"',
    b'URI="#_response-1"',
    b"<ds:Signature>",
    b"<ds:Object>",
    b"<!DOCTYPE a>",
)


def describe(assertion: Assertion) -> tuple[object, ...]:
    """The user that signed in, and the issuer."""
    attributes = tuple(sorted(assertion.attributes.items()))
    return assertion.issuer, assertion.name_id, attributes, assertion.id, assertion.signing_certificate


def verify_value(sent: UnverifiedResponse, under: Trust) -> Assertion | SignInRefused:
    """Returns the verifier's result; passes through all exceptions except its own refusal."""
    try:
        return verify(
            sent,
            connection=under.connection,
            provider=under.provider,
            certificates=under.certificates,
            pending=under.pending,
            decryption_keys=under.decryption_keys,
            size_limit=under.size_limit,
            now=under.now,
        )
    except SignInRefused as refused:
        return refused


class FormValue(Target):
    """Every seed is signed by the trusted key; an attacker has no key."""

    words: ClassVar = WORDS

    def __init__(self) -> None:
        super().__init__()
        self._trust = trust()
        self._seeds = [send(description) for description in _descriptions()]
        answers = [verify_value(sent, self._trust) for sent in self._seeds]
        self._known = {describe(answer) for answer in answers if isinstance(answer, Assertion)}
        if len(self._known) != len(self._seeds):
            raise Broken("a seed is refused")

    def seeds(self) -> Sequence[bytes]:
        """Assertion signed, both signed, Response signed, encrypted in GCM and CBC, and other layouts."""
        return [sent.encode("ascii") for sent in self._seeds]

    def run(self, octets: bytes) -> str:
        """Verifies one form value."""
        answer = verify_value(UnverifiedResponse(octets.decode("utf-8", "surrogateescape")), self._trust)
        if isinstance(answer, SignInRefused):
            return answer.reason.value
        if describe(answer) not in self._known:
            raise Broken(f"accepted: {describe(answer)}")
        return "accepted"

    def mutate(self, octets: bytes, random: Random) -> bytes:
        """Mutates the document inside, as an attacker would."""
        try:
            document = binascii.a2b_base64(octets, strict_mode=True)
        except ValueError:
            return octets
        return base64.b64encode(mutate_document(document, random))


def _descriptions() -> list[Description]:
    both = replace(GOOD, sign_response=Signing())
    outer = replace(GOOD, sign_assertion=None, sign_response=Signing(inclusive_prefixes="saml xs"))
    shapes = [
        GOOD,
        both,
        outer,
        replace(GOOD, encryption=Encryption()),
        replace(both, encryption=Encryption(content=names.AES128_CBC)),
        replace(outer, encryption=Encryption(key_beside=True)),
    ]
    return [replace(shape, assertion_id=f"_assertion-{number}") for number, shape in enumerate(shapes)]
