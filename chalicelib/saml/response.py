"""Verifies a SAML response: returns an `Assertion` or raises a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.saml.assertion import Assertion, SignedSubject, UnverifiedResponse
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.context import Expectations
from chalicelib.saml.decode import decode, parse_xml
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.parse import ParsedAssertion
from chalicelib.saml.report import ValidationReport
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.saml.structure import envelope_of, require_response, require_success
from chalicelib.saml.time_conditions import MAX_MESSAGE_AGE
from chalicelib.saml.validate import best_confirmation, findings, request_of
from chalicelib.saml.verified import VerifiedResponse, verify_and_decrypt
from chalicelib.saml.xml_parser import NewDictionary

if TYPE_CHECKING:
    from chalicelib.saml.trust import ExpectedRequest, TrustSettings


def verify(
    response: UnverifiedResponse,
    *,
    connection: TrustSettings,
    provider: ServiceProvider,
    certificates: Sequence[Certificate],
    pending: ExpectedRequest | None,
    decryption_keys: Sequence[KeyPair] = (),
    size_limit: int,
    now: datetime,
) -> Assertion:
    """Verifies a response and returns its assertion.

    If neither place has an InResponseTo, `in_response_to` is None, and the caller decides on unsolicited responses.

    Args:
        response: the form value `SAMLResponse`; at most `size_limit` characters.
        certificates: the connection's, loaded and compared with their fingerprints.
        pending: this browser's request for the posted relay state, if there is one.
        decryption_keys: current first.

    Raises:
        SignInRefused: on every failure, including exceptions of the libraries.
    """
    with ValidationReport() as report, NewDictionary():
        expected = Expectations(connection, provider, pending, now)
        message = parse_xml(decode(response, size_limit))
        require_response(message)
        report.record_pass(CheckName.READABLE)
        require_success(message)
        report.record_pass(CheckName.STATUS)
        verified = verify_and_decrypt(envelope_of(message), expected, certificates, decryption_keys)
        report.record_pass(CheckName.SIGNATURE, verified.description)
        age = (now - verified.assertion.issued_at).total_seconds()
        name_id = verified.assertion.name_id
        signed = SignedSubject(name_id if name_id and name_id.is_bound else None, verified.assertion.attributes)
        report.evaluate(findings(verified.response, verified.assertion, expected), verified.assertion.id, age, signed)
        return _assertion(verified, expected, report.checks)


def _assertion(verified: VerifiedResponse, expected: Expectations, checks: tuple[Check, ...]) -> Assertion:
    parsed = verified.assertion
    confirmation = best_confirmation(parsed, expected)
    first = parsed.authentications[0]
    session_ends = [statement.session_not_on_or_after for statement in parsed.authentications]
    return Assertion(
        id=parsed.id,
        response_id=verified.response.id,
        issuer=expected.connection.identity_provider_issuer or "",
        in_response_to=request_of(verified.response, confirmation),
        name_id=parsed.name_id,
        attributes=parsed.attributes,
        issued_at=parsed.issued_at,
        authenticated_at=first.at,
        expires_at=_acceptance_end(parsed),
        session_index=first.session_index,
        session_not_on_or_after=min((end for end in session_ends if end is not None), default=None),
        signing_certificate=verified.proofs[-1].certificate.facts.sha256,
        clock_difference=(expected.now - parsed.issued_at).total_seconds(),
        checks=checks,
        proxy_restriction=parsed.proxy_restriction,
    )


def _acceptance_end(parsed: ParsedAssertion) -> datetime:
    """Returns the end of the longest period in which the assertion could be accepted, over all confirmations.

    The replay cache keeps the assertion ID until then. A shorter period would permit a replay with another confirmation
    of the same assertion. It never exceeds the maximum message age, which also avoids overflow at the largest datetime.
    """
    confirmed = max(one.not_on_or_after for one in parsed.confirmations if one.not_on_or_after is not None)
    too_old = parsed.issued_at + MAX_MESSAGE_AGE
    return (
        min(confirmed, too_old) if parsed.not_on_or_after is None else min(confirmed, parsed.not_on_or_after, too_old)
    )
