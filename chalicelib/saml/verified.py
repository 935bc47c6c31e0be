"""Verifies signatures, decrypts and parses a response, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from chalicelib.i18n.message import Message, message
from chalicelib.saml import names
from chalicelib.saml.canonical_xml import canonical
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.ciphertext_addressee import names_another_connection, names_this_connection
from chalicelib.saml.context import Expectations
from chalicelib.saml.decode import reparse_xml
from chalicelib.saml.decryption import EncryptedData, decrypt, decryption_failed, parse_encrypted
from chalicelib.saml.encrypted_id import decrypted_id
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.parse import ParsedAssertion, ParsedResponse, parse_assertion, parse_response
from chalicelib.saml.signature import Signature, parse_signature
from chalicelib.saml.structure import Envelope, require_assertion
from chalicelib.saml.validation_error import missing_signature
from chalicelib.saml.verify_signature import VerifiedSignature, verify_signature

if TYPE_CHECKING:
    from chalicelib.saml.trust import TrustSettings


@dataclass(slots=True)
class VerifiedResponse:
    """The values read from signed bytes, with the signatures that cover them."""

    response: ParsedResponse
    assertion: ParsedAssertion
    proofs: tuple[VerifiedSignature, ...]

    @property
    def description(self) -> Message:
        """Describes which elements were signed, with which algorithm and certificate."""
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


def verify_and_decrypt(
    envelope: Envelope, expected: Expectations, certificates: Sequence[Certificate], keys: Sequence[KeyPair]
) -> VerifiedResponse:
    """Verifies and parses a message, reading signed bytes only.

    A Response's signature is verified before anything is decrypted. The few attributes of an unsigned Response are read
    unverified.

    Raises:
        ValidationError: a signature is missing, has an unsupported structure or doesn't verify; decryption or parsing
            failed.
    """
    sha1 = expected.sha1_allowed
    outer_signature = _parse_allowed_signature(envelope.response_signature, sha1=sha1)
    inner_signature = _parse_allowed_signature(envelope.assertion_signature, sha1=sha1)
    encrypted = None if envelope.encrypted is None else parse_encrypted(envelope.encrypted)
    _require_signed(envelope, expected.connection)

    outer = None if outer_signature is None else verify_signature(outer_signature, certificates)
    root = envelope.response if outer is None else reparse_xml(outer.octets)
    inner = None if inner_signature is None else verify_signature(inner_signature, certificates)
    statement = next(root.iterchildren(names.ASSERTION), None) if inner is None else reparse_xml(inner.octets)
    if encrypted is not None:
        statement, inner = _decrypt_assertion(encrypted, keys, envelope.response, certificates, sha1=sha1)
        is_authentic = inner is not None or (outer is not None and encrypted.is_authenticated)
        if not is_authentic and (outer is None or not names_this_connection(statement, expected.provider)):
            raise decryption_failed()
        # The inner signature proves no addressee: another tenant may configure the same public certificate.
        if names_another_connection(statement, expected.provider):
            raise decryption_failed()
    if statement is None or (inner is None and expected.connection.require_signed_assertion):
        raise missing_signature(message("check.signature.signed_assertion"))
    return VerifiedResponse(
        response=parse_response(root, signed=outer is not None),
        assertion=parse_assertion(statement, decrypted_id(statement, keys, expected.provider)),
        proofs=tuple(found for found in (outer, inner) if found is not None),
    )


def _parse_allowed_signature(signature: Element | None, *, sha1: bool) -> Signature | None:
    return None if signature is None else parse_signature(signature, sha1=sha1)


def _require_signed(envelope: Envelope, connection: TrustSettings) -> None:
    """Refuses missing signatures as far as they can be detected before decryption and verification."""
    if envelope.response_signature is None and connection.require_signed_response:
        raise missing_signature(message("check.signature.signed_response"))
    if envelope.assertion is not None and envelope.assertion_signature is None:
        if connection.require_signed_assertion:
            raise missing_signature(message("check.signature.signed_assertion"))
        if envelope.response_signature is None:
            raise missing_signature(message("check.signature.signed_either"))


def _decrypt_assertion(
    encrypted: EncryptedData,
    keys: Sequence[KeyPair],
    response: Element,
    certificates: Sequence[Certificate],
    *,
    sha1: bool,
) -> tuple[Element, VerifiedSignature | None]:
    """Decrypts the assertion. If it is signed, it is read from its signed bytes."""
    try:
        assertion = decrypt(encrypted, keys)
        found = require_assertion(assertion, outer=response)
        if found is None:
            return reparse_xml(canonical(assertion)), None
        inner = verify_signature(parse_signature(found, sha1=sha1), certificates)
        return reparse_xml(inner.octets), inner
    except Exception:  # noqa: BLE001 one refusal for all: no oracle
        raise decryption_failed() from None
