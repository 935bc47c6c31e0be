"""Unverified response in, `Assertion` out, or a refusal: the one function that a stranger's XML goes through."""

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
    """The assertion, if all of it holds.

    Without InResponseTo in either place `in_response_to` is None: whether such a one signs in is the caller's decision.

    Args:
        response: the form value `SAMLResponse`; at most `size_limit` characters.
        certificates: the connection's, loaded and compared with their fingerprints.
        pending: this browser's request for the posted relay state, if there is one.
        decryption_keys: current first.
    Raises:
        SignInRefused: in every other case, whatever a library raised inside.
    """
    with ValidationReport() as report, NewDictionary():
        expected = Expectations(connection, provider, pending, now)
        message = parse_xml(decode(response, size_limit))
        require_response(message)
        report.record_pass(CheckName.READABLE)
        require_success(message)
        report.record_pass(CheckName.STATUS)
        said = verify_and_decrypt(envelope_of(message), expected, certificates, decryption_keys)
        report.record_pass(CheckName.SIGNATURE, said.description)
        age = (now - said.assertion.issued_at).total_seconds()
        signed = SignedSubject(said.assertion.name_id, said.assertion.attributes)
        report.evaluate(findings(said.response, said.assertion, expected), said.assertion.id, age, signed)
        return _assertion(said, expected, report.checks)


def _assertion(said: VerifiedResponse, expected: Expectations, checks: tuple[Check, ...]) -> Assertion:
    read = said.assertion
    confirmation = best_confirmation(read, expected)
    first = read.authentications[0]
    session_ends = [statement.session_not_on_or_after for statement in read.authentications]
    return Assertion(
        id=read.id,
        response_id=said.response.id,
        issuer=expected.connection.identity_provider_issuer or "",
        in_response_to=request_of(said.response, confirmation),
        name_id=read.name_id,
        attributes=read.attributes,
        issued_at=read.issued_at,
        authenticated_at=first.at,
        expires_at=_last_moment(read),
        session_index=first.session_index,
        session_not_on_or_after=min((end for end in session_ends if end is not None), default=None),
        signing_certificate=said.proofs[-1].certificate.facts.sha256,
        clock_difference=(expected.now - read.issued_at).total_seconds(),
        checks=checks,
        proxy_restriction=read.proxy_restriction,
    )


def _last_moment(read: ParsedAssertion) -> datetime:
    """When nobody would accept it any more: by the confirmation that lasts longest, not the one that served.

    The replay memory lasts until then; by a shorter one a used assertion could come back under its other confirmation.
    An end beyond our own maximum age says nothing, and may be the last instant that a clock can show.
    """
    confirmed = max(one.not_on_or_after for one in read.confirmations if one.not_on_or_after is not None)
    too_old = read.issued_at + MAX_MESSAGE_AGE
    return min(confirmed, too_old) if read.not_on_or_after is None else min(confirmed, read.not_on_or_after, too_old)
