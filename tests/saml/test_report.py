from __future__ import annotations

import pytest

from chalicelib.errors import SignInRefused
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.report import ValidationReport
from chalicelib.saml.validation_error import malformed

GOOD = Check(CheckName.AUDIENCE, True)
BAD = Check(CheckName.ISSUER, False, "a", "b")
ABOUT_THE_REQUEST = [
    RefusalCode.SAML_NO_REQUEST,
    RefusalCode.SAML_REQUEST_MISMATCH,
    RefusalCode.SAML_REQUEST_EXPIRED,
]


def judgement(*codes: RefusalCode | None) -> SignInRefused:
    with pytest.raises(SignInRefused) as refused, ValidationReport() as trail:
        trail.evaluate([(BAD, code) for code in codes], "_a")
    return refused.value


def test_checks_are_reported_in_the_order_in_which_they_were_made() -> None:
    with ValidationReport() as trail:
        trail.record_pass(CheckName.READABLE)
        trail.record_pass(CheckName.SIGNATURE, "by us")
        trail.evaluate([(GOOD, None)], "_a")
    assert trail.checks == (Check(CheckName.READABLE, True), Check(CheckName.SIGNATURE, True, None, "by us"), GOOD)


@pytest.mark.parametrize("code", ABOUT_THE_REQUEST)
def test_a_failure_about_the_request_counts_last_and_alone_tells_the_assertion(code: RefusalCode) -> None:
    alone, second = judgement(None, code), judgement(code, RefusalCode.SAML_EXPIRED)
    assert (alone.reason, alone.assertion_id) == (code, "_a")
    assert (second.reason, second.assertion_id) == (RefusalCode.SAML_EXPIRED, None)


def test_the_first_of_several_failures_gives_its_code() -> None:
    refused = judgement(RefusalCode.SAML_AUDIENCE_MISMATCH, RefusalCode.SAML_EXPIRED)
    assert (refused.reason, refused.assertion_id) == (RefusalCode.SAML_AUDIENCE_MISMATCH, None)
    assert refused.checks == (BAD, BAD)


def test_a_refusal_takes_the_place_of_its_own_check_and_keeps_the_others() -> None:
    trail = ValidationReport()
    trail.record_pass(CheckName.READABLE)
    trail.record_pass(CheckName.STATUS)
    with pytest.raises(SignInRefused) as refused, trail:
        raise malformed("one thing", "another")
    failed = Check(CheckName.READABLE, False, "one thing", "another")
    assert refused.value.checks == (Check(CheckName.STATUS, True), failed)
    assert refused.value.reason is RefusalCode.SAML_MALFORMED
    assert refused.value.private == "one thing"


def test_what_is_not_an_error_of_ours_or_of_a_library_passes_through() -> None:
    with pytest.raises(KeyboardInterrupt), ValidationReport():
        raise KeyboardInterrupt
