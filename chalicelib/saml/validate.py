"""Validates a verified assertion (SAML Profiles section 4.1.4.3). All rules are evaluated, so that an admin sees every
problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.i18n.message import Message, message
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.context import Expectations
from chalicelib.saml.parse import Confirmation, Issuer, ParsedAssertion, ParsedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.report import CheckResult
from chalicelib.saml.time_conditions import check_time_conditions

_ENTITY: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"


def findings(response: ParsedResponse, assertion: ParsedAssertion, expected: Expectations) -> Iterator[CheckResult]:
    """Yields the result of every rule."""
    confirmation = best_confirmation(assertion, expected)
    yield _issuers(response, assertion, expected)
    yield _destination(response, expected)
    yield _recipient(confirmation, expected)
    yield _audience(assertion, expected)
    code, said = check_time_conditions(response, assertion, confirmation, expected)
    yield Check(CheckName.TIMES, code is None, expected.clock, said), code
    yield _request(response, confirmation, expected)
    yield _subject(assertion, confirmation)


def best_confirmation(assertion: ParsedAssertion, expected: Expectations) -> Confirmation | None:
    """Returns the bearer confirmation to validate: the first that is addressed to our ACS and in time, or else the
    first."""
    for confirmation in assertion.confirmations:
        end = confirmation.not_on_or_after
        if confirmation.recipient == expected.provider.acs_url and end is not None and expected.earliest < end:
            return confirmation
    return next(iter(assertion.confirmations), None)


def request_of(response: ParsedResponse, confirmation: Confirmation | None) -> str | None:
    """Returns the request ID that a response answers, from signed data: the confirmation's InResponseTo, or else that
    of a signed Response."""
    if confirmation is not None and confirmation.in_response_to is not None:
        return confirmation.in_response_to
    return response.in_response_to if response.signed else None


def _finding(
    name: CheckName, code: RefusalCode, passed: bool, expected: Told | None = None, received: Told | None = None
) -> CheckResult:
    return Check(name, passed, expected, received), None if passed else code


def _issuers(response: ParsedResponse, assertion: ParsedAssertion, expected: Expectations) -> CheckResult:
    wanted = expected.connection.identity_provider_issuer
    wrong = [issuer for issuer in (response.issuer, assertion.issuer) if issuer is not None and issuer.value != wanted]
    misnamed = [
        issuer for issuer in (response.issuer, assertion.issuer) if issuer is not None and not _names_an_entity(issuer)
    ]
    passed = bool(wanted) and assertion.issuer is not None and not wrong and not misnamed
    shown = wrong[0] if wrong else assertion.issuer
    received: Told | None = None if shown is None else shown.value
    if misnamed and not wrong:
        received = message("check.issuer.format", value=misnamed[0].value, format=misnamed[0].format or "")
    return _finding(CheckName.ISSUER, RefusalCode.SAML_ISSUER_MISMATCH, passed, wanted, received)


def _names_an_entity(issuer: Issuer) -> bool:
    return issuer.format in {None, "", _ENTITY}


def _destination(response: ParsedResponse, expected: Expectations) -> CheckResult:
    wanted, received = expected.provider.acs_url, response.destination
    passed = received == wanted or (received is None and expected.connection.allow_missing_destination)
    return _finding(CheckName.DESTINATION, RefusalCode.SAML_DESTINATION_MISMATCH, passed, wanted, received)


def _recipient(confirmation: Confirmation | None, expected: Expectations) -> CheckResult:
    wanted = expected.provider.acs_url
    if confirmation is None:
        code = RefusalCode.SAML_SUBJECT_MISSING
        return _finding(CheckName.RECIPIENT, code, False, wanted, message("check.recipient.no_bearer"))
    passed = confirmation.recipient == wanted
    return _finding(CheckName.RECIPIENT, RefusalCode.SAML_RECIPIENT_MISMATCH, passed, wanted, confirmation.recipient)


def _audience(assertion: ParsedAssertion, expected: Expectations) -> CheckResult:
    wanted = expected.provider.entity_id
    passed = bool(assertion.audiences) and all(wanted in restriction for restriction in assertion.audiences)
    received = " + ".join(", ".join(restriction) for restriction in assertion.audiences) or None
    return _finding(CheckName.AUDIENCE, RefusalCode.SAML_AUDIENCE_MISMATCH, passed, wanted, received)


def _subject(assertion: ParsedAssertion, confirmation: Confirmation | None) -> CheckResult:
    fault: Message | None = None
    if not assertion.has_subject or confirmation is None:
        fault = message("check.subject.no_subject")
    elif assertion.name_id is not None and _is_blank(assertion.name_id.value):
        fault = message("check.subject.blank_name_id")
    code = RefusalCode.SAML_SUBJECT_MISSING
    return _finding(CheckName.SUBJECT, code, fault is None, message("check.subject.somebody"), fault)


def _is_blank(text: str) -> bool:
    return all(character.isspace() or not character.isprintable() for character in text)


def _request(response: ParsedResponse, confirmation: Confirmation | None, expected: Expectations) -> CheckResult:
    """Checks that the response answers the request of this browser.

    SubjectConfirmationData is signed by the identity provider, so its InResponseTo is binding. The Response's own may
    be absent beside it (removing it gains an attacker nothing), is accepted alone only where the Response is signed,
    and must never differ.
    """
    answered, pending = request_of(response, confirmation), expected.pending
    wanted = None if pending is None else pending.id
    claimed = response.in_response_to
    mismatch, shown = RefusalCode.SAML_REQUEST_MISMATCH, claimed if answered is None else answered
    if shown is None:
        return _finding(CheckName.REQUEST, mismatch, True, wanted, message("check.request.unsolicited"))
    if pending is None:
        code = RefusalCode.SAML_NO_REQUEST
        return _finding(CheckName.REQUEST, code, False, message("check.request.this_browser"), shown)
    if answered is None and claimed == wanted:
        return _finding(CheckName.REQUEST, mismatch, False, message("check.request.signed", id=pending.id), claimed)
    if claimed is not None and claimed != answered:
        return _finding(CheckName.REQUEST, mismatch, False, wanted, claimed)
    if answered != pending.id or pending.connection_id != expected.connection.id:
        return _finding(CheckName.REQUEST, mismatch, False, wanted, shown)
    in_time = expected.now < pending.expires_at
    return _finding(CheckName.REQUEST, RefusalCode.SAML_REQUEST_EXPIRED, in_time, wanted, shown)
