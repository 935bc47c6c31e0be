"""From an envelope to values that were proven: signatures first, then decryption, then reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.addressee import names_another_connection
from chalicelib.adapters.saml.canonical_xml import canonical
from chalicelib.adapters.saml.decoding import reparsed
from chalicelib.adapters.saml.decryption import Sealed, failed, opened, sealed
from chalicelib.adapters.saml.encrypted_id import decrypted_id
from chalicelib.adapters.saml.expectations import Expectations
from chalicelib.adapters.saml.gate import Envelope, require_assertion
from chalicelib.adapters.saml.proof import Proof, proof
from chalicelib.adapters.saml.reading import ReadAssertion, ReadResponse, read_assertion, read_response
from chalicelib.adapters.saml.refused import unsigned
from chalicelib.adapters.saml.signature import Signature, allowed
from chalicelib.domain.certificate import Certificate
from chalicelib.domain.connection import Connection
from chalicelib.domain.key_set import KeyPair
from chalicelib.domain.message import Message, message


@dataclass(frozen=True, slots=True)
class Proven:
    """What was read from signed octets, and by whom they were signed."""

    response: ReadResponse
    assertion: ReadAssertion
    proofs: tuple[Proof, ...]

    @property
    def described(self) -> Message:
        """Which elements were signed, how and by whom."""
        first = self.proofs[0]
        element, algorithm = first.signature.owner_name, first.signature.algorithm.name
        sha256 = first.certificate.facts.sha256
        if len(self.proofs) == 1:
            return message("check.signature.signed_by", element=element, algorithm=algorithm, sha256=sha256)
        inner = self.proofs[1]
        return message(
            "check.signature.signed_by_two",
            first=element,
            algorithm=algorithm,
            sha256=sha256,
            second=inner.signature.owner_name,
            other=inner.signature.algorithm.name,
            same=inner.certificate.facts.sha256,
        )


def proven(
    envelope: Envelope, expected: Expectations, certificates: Sequence[Certificate], keys: Sequence[KeyPair]
) -> Proven:
    """Everything the message says, from octets that a trusted key signed.

    A Response's signature is verified before anything is decrypted. Of a Response that isn't signed, its own few
    attributes are read as the message claims them.

    Raises:
        Refused: a signature is missing, of another shape, or doesn't hold; nothing could be decrypted or read.
    """
    sha1 = expected.sha1_allowed
    outer_signature = _allowed(envelope.response_signature, sha1=sha1)
    inner_signature = _allowed(envelope.assertion_signature, sha1=sha1)
    locked = None if envelope.encrypted is None else sealed(envelope.encrypted)
    _require_signed(envelope, expected.connection)

    outer = None if outer_signature is None else proof(outer_signature, certificates)
    root = envelope.response if outer is None else reparsed(outer.octets)
    inner = None if inner_signature is None else proof(inner_signature, certificates)
    statement = root.find(names.ASSERTION) if inner is None else reparsed(inner.octets)
    if locked is not None:
        statement, inner = _unlocked(locked, keys, envelope.response, certificates, sha1=sha1)
        if inner is None and (outer is None or names_another_connection(statement, expected.provider)):
            raise failed()
    if statement is None or (inner is None and expected.connection.require_signed_assertion):
        raise unsigned(message("check.signature.signed_assertion"))
    return Proven(
        response=read_response(root, signed=outer is not None),
        assertion=read_assertion(statement, decrypted_id(statement, keys, expected.provider)),
        proofs=tuple(found for found in (outer, inner) if found is not None),
    )


def _allowed(signature: Element | None, *, sha1: bool) -> Signature | None:
    return None if signature is None else allowed(signature, sha1=sha1)


def _require_signed(envelope: Envelope, connection: Connection) -> None:
    """What can be said about missing signatures before anything is decrypted or verified."""
    if envelope.response_signature is None and connection.require_signed_response:
        raise unsigned(message("check.signature.signed_response"))
    if envelope.assertion is not None and envelope.assertion_signature is None:
        if connection.require_signed_assertion:
            raise unsigned(message("check.signature.signed_assertion"))
        if envelope.response_signature is None:
            raise unsigned(message("check.signature.signed_either"))


def _unlocked(
    locked: Sealed,
    keys: Sequence[KeyPair],
    response: Element,
    certificates: Sequence[Certificate],
    *,
    sha1: bool,
) -> tuple[Element, Proof | None]:
    """The decrypted assertion, read from its own signed octets if it is signed."""
    try:
        assertion = opened(locked, keys)
        found = require_assertion(assertion, outer=response)
        if found is None:
            return reparsed(canonical(assertion)), None
        inner = proof(allowed(found, sha1=sha1), certificates)
        return reparsed(inner.octets), inner
    except Exception:  # noqa: BLE001 one refusal for all: no oracle
        raise failed() from None
