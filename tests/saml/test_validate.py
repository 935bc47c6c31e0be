from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.saml.assertion import NameID
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.context import Expectations
from chalicelib.saml.parse import Authentication, Confirmation, Issuer, ParsedAssertion, ParsedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validate import best_confirmation, findings, request_of
from chalicelib.sign_in.authn_state import PendingRequest
from tests.support.identity_provider import ACS_URL, ENTITY_ID, IDP_ISSUER, NOW, REQUEST_ID, names, trust
from tests.support.message_text import told

ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
END = NOW + timedelta(seconds=300)
OURS = Confirmation(ACS_URL, None, END, REQUEST_ID)
ISSUER = Issuer(IDP_ISSUER, None)
RESPONSE = ParsedResponse("_r", ACS_URL, REQUEST_ID, ISSUER, NOW, signed=False)
ASSERTION = ParsedAssertion(
    id="_a",
    issuer=ISSUER,
    issued_at=NOW,
    has_subject=True,
    name_id=NameID("member@acme.test", names.EMAIL),
    confirmations=(OURS,),
    not_before=None,
    not_on_or_after=END,
    audiences=((ENTITY_ID,),),
    authentications=(Authentication(NOW, None, None),),
    attributes={},
)


def expectations(*, solicited: bool = True, **settings: object) -> Expectations:
    under = trust(solicited=solicited, **settings)  # type: ignore[arg-type]
    return Expectations(under.connection, under.provider, under.pending, under.now)


EXPECTED = expectations()


def found(
    name: CheckName,
    response: ParsedResponse = RESPONSE,
    assertion: ParsedAssertion = ASSERTION,
    expected: Expectations = EXPECTED,
) -> tuple[Check, RefusalCode | None]:
    (finding,) = [one for one in findings(response, assertion, expected) if one[0].name is name]
    assert finding[0].passed is (finding[1] is None)
    return finding


def test_every_rule_passes_what_is_right_and_shows_what_it_compared() -> None:
    shown = {
        check.name: (told(check.expected), told(check.received))
        for check, code in findings(RESPONSE, ASSERTION, EXPECTED)
    }
    assert all(code is None for _, code in findings(RESPONSE, ASSERTION, EXPECTED))
    assert shown == {
        CheckName.ISSUER: (IDP_ISSUER, IDP_ISSUER),
        CheckName.DESTINATION: (ACS_URL, ACS_URL),
        CheckName.RECIPIENT: (ACS_URL, ACS_URL),
        CheckName.AUDIENCE: (ENTITY_ID, ENTITY_ID),
        CheckName.TIMES: ("2026-03-02T12:00:00Z, 180 s either way", "IssueInstant 2026-03-02T12:00:00Z"),
        CheckName.REQUEST: (REQUEST_ID, REQUEST_ID),
        CheckName.SUBJECT: ("a Subject with a bearer confirmation and no blank Name ID", None),
    }


ELSEWHERE = replace(OURS, recipient="https://elsewhere.test")
OVER = replace(OURS, not_on_or_after=NOW - timedelta(seconds=180))
ENDLESS = replace(OURS, not_on_or_after=None)


@pytest.mark.parametrize(
    ("confirmations", "best"),
    [
        ((ELSEWHERE, OVER, ENDLESS, OURS), OURS),
        ((replace(OURS, in_response_to="_first"), OURS), replace(OURS, in_response_to="_first")),
        ((ELSEWHERE, OVER), ELSEWHERE),
        ((OVER, ELSEWHERE), OVER),
        ((ENDLESS,), ENDLESS),
        ((), None),
    ],
)
def test_the_confirmation_that_counts_is_the_first_for_us_in_time_else_the_first(
    confirmations: tuple[Confirmation, ...], best: Confirmation | None
) -> None:
    assert best_confirmation(replace(ASSERTION, confirmations=confirmations), EXPECTED) == best


@pytest.mark.parametrize(
    ("confirmation", "signed", "request_id"),
    [
        (OURS, False, REQUEST_ID),
        (replace(OURS, in_response_to="_c"), True, "_c"),
        (replace(OURS, in_response_to=None), True, REQUEST_ID),
        (replace(OURS, in_response_to=None), False, None),
        (None, True, REQUEST_ID),
        (None, False, None),
    ],
)
def test_the_request_is_what_the_confirmation_says_else_what_a_signed_response_says(
    confirmation: Confirmation | None, signed: bool, request_id: str | None
) -> None:
    assert request_of(replace(RESPONSE, signed=signed), confirmation) == request_id


@pytest.mark.parametrize("issuer_format", [None, "", ENTITY])
def test_an_issuer_names_an_entity(issuer_format: str | None) -> None:
    issuer = Issuer(IDP_ISSUER, issuer_format)
    told = found(CheckName.ISSUER, replace(RESPONSE, issuer=issuer), replace(ASSERTION, issuer=issuer))
    assert told[1] is None


@pytest.mark.parametrize(
    ("of_response", "of_assertion", "shown"),
    [
        (Issuer("evil", None), ISSUER, "evil"),
        (ISSUER, Issuer("evil", None), "evil"),
        (None, Issuer("evil", None), "evil"),
        (Issuer("one", None), Issuer("other", None), "one"),
        (ISSUER, None, None),
        (None, None, None),
        (Issuer(IDP_ISSUER, names.EMAIL), ISSUER, f"{IDP_ISSUER} with Format {names.EMAIL}"),
        (ISSUER, Issuer(IDP_ISSUER, names.EMAIL), f"{IDP_ISSUER} with Format {names.EMAIL}"),
        (Issuer("evil", None), None, "evil"),
    ],
)
def test_an_issuer_that_is_not_the_connections_is_refused_and_shown(
    of_response: Issuer | None, of_assertion: Issuer | None, shown: str | None
) -> None:
    response, assertion = replace(RESPONSE, issuer=of_response), replace(ASSERTION, issuer=of_assertion)
    check, code = found(CheckName.ISSUER, response, assertion)
    assert code is RefusalCode.SAML_ISSUER_MISMATCH
    assert (told(check.expected), told(check.received)) == (IDP_ISSUER, shown)


def test_a_response_need_not_name_an_issuer() -> None:
    assert found(CheckName.ISSUER, replace(RESPONSE, issuer=None))[1] is None


@pytest.mark.parametrize("wanted", [None, ""])
def test_a_connection_without_an_issuer_refuses_every_response(wanted: str | None) -> None:
    empty = Issuer("", None)
    response, assertion = replace(RESPONSE, issuer=empty), replace(ASSERTION, issuer=empty)
    expected = expectations(identity_provider_issuer=wanted)
    assert found(CheckName.ISSUER, response, assertion, expected)[1] is RefusalCode.SAML_ISSUER_MISMATCH


@pytest.mark.parametrize(
    ("destination", "allowing", "passed"),
    [(ACS_URL, False, True), (None, True, True), (None, False, False), ("", True, False), (f"{ACS_URL}/", True, False)],
)
def test_a_destination_is_ours_or_missing_where_that_is_allowed(
    destination: str | None, allowing: bool, passed: bool
) -> None:
    expected = expectations(allow_missing_destination=allowing)
    check, code = found(CheckName.DESTINATION, replace(RESPONSE, destination=destination), expected=expected)
    assert code is (None if passed else RefusalCode.SAML_DESTINATION_MISMATCH)
    assert (told(check.expected), told(check.received)) == (ACS_URL, destination)


def test_a_recipient_elsewhere_is_refused_and_shown() -> None:
    check, code = found(CheckName.RECIPIENT, assertion=replace(ASSERTION, confirmations=(ELSEWHERE,)))
    assert code is RefusalCode.SAML_RECIPIENT_MISMATCH
    assert (told(check.expected), told(check.received)) == (ACS_URL, "https://elsewhere.test")


def test_without_a_bearer_confirmation_there_is_no_recipient_and_no_subject() -> None:
    without = replace(ASSERTION, confirmations=())
    check, code = found(CheckName.RECIPIENT, assertion=without)
    assert code is RefusalCode.SAML_SUBJECT_MISSING
    assert (told(check.expected), told(check.received)) == (ACS_URL, "no bearer SubjectConfirmation")
    assert found(CheckName.SUBJECT, assertion=without)[1] is RefusalCode.SAML_SUBJECT_MISSING


@pytest.mark.parametrize(
    ("audiences", "passed", "shown"),
    [
        ((("a", ENTITY_ID),), True, f"a, {ENTITY_ID}"),
        (((ENTITY_ID,), (ENTITY_ID, "b")), True, f"{ENTITY_ID} + {ENTITY_ID}, b"),
        (((ENTITY_ID,), ("b",)), False, f"{ENTITY_ID} + b"),
        (((),), False, None),
        ((), False, None),
    ],
)
def test_every_restriction_names_us_and_there_is_one(
    audiences: tuple[tuple[str, ...], ...], passed: bool, shown: str | None
) -> None:
    check, code = found(CheckName.AUDIENCE, assertion=replace(ASSERTION, audiences=audiences))
    assert code is (None if passed else RefusalCode.SAML_AUDIENCE_MISMATCH)
    assert (told(check.expected), told(check.received)) == (ENTITY_ID, shown)


@pytest.mark.parametrize("value", ["", " ", "\u00a0\t", "\u200b", "\u202e\u2066", "\x7f"])
def test_a_name_id_without_visible_characters_is_refused(value: str) -> None:
    check, code = found(CheckName.SUBJECT, assertion=replace(ASSERTION, name_id=NameID(value, names.EMAIL)))
    assert code is RefusalCode.SAML_SUBJECT_MISSING
    assert told(check.received) == "a blank NameID"


def test_a_subject_without_a_name_id_is_accepted() -> None:
    assert found(CheckName.SUBJECT, assertion=replace(ASSERTION, name_id=None))[1] is None


def test_an_unreadable_subject_is_refused() -> None:
    check, code = found(CheckName.SUBJECT, assertion=replace(ASSERTION, has_subject=False))
    assert code is RefusalCode.SAML_SUBJECT_MISSING
    assert told(check.received) == "no Subject with a bearer confirmation that we can read"


BARE = replace(ASSERTION, confirmations=(replace(OURS, in_response_to=None),))
REQUESTS = [
    ("unsolicited", None, BARE, True, None, "unsolicited"),
    ("unsolicited while a request is under way", None, BARE, False, None, "unsolicited"),
    ("the confirmation alone", None, ASSERTION, True, None, REQUEST_ID),
    ("no request here", REQUEST_ID, ASSERTION, False, RefusalCode.SAML_NO_REQUEST, REQUEST_ID),
    ("only claimed, and no request here", "_c", BARE, False, RefusalCode.SAML_NO_REQUEST, "_c"),
    ("only claimed", REQUEST_ID, BARE, True, RefusalCode.SAML_REQUEST_MISMATCH, REQUEST_ID),
    ("claimed otherwise", "_c", ASSERTION, True, RefusalCode.SAML_REQUEST_MISMATCH, "_c"),
    ("an empty claim", "", ASSERTION, True, RefusalCode.SAML_REQUEST_MISMATCH, ""),
]


@pytest.mark.parametrize(
    ("claimed", "assertion", "solicited", "refused", "shown"),
    [one[1:] for one in REQUESTS],
    ids=[r[0] for r in REQUESTS],
)
def test_an_answer_belongs_to_the_request_of_this_browser(
    claimed: str | None, assertion: ParsedAssertion, solicited: bool, refused: RefusalCode | None, shown: str
) -> None:
    response = replace(RESPONSE, in_response_to=claimed)
    check, code = found(CheckName.REQUEST, response, assertion, expectations(solicited=solicited))
    assert code is refused
    assert told(check.received) == shown


def test_an_answer_to_another_request_or_of_another_connection_is_refused() -> None:
    other = replace(ASSERTION, confirmations=(replace(OURS, in_response_to="_c"),))
    response = replace(RESPONSE, in_response_to=None)
    assert found(CheckName.REQUEST, response, other)[1] is RefusalCode.SAML_REQUEST_MISMATCH
    assert isinstance(EXPECTED.pending, PendingRequest)
    foreign = replace(EXPECTED, pending=replace(EXPECTED.pending, connection_id="conn_other"))
    assert found(CheckName.REQUEST, expected=foreign)[1] is RefusalCode.SAML_REQUEST_MISMATCH


def test_a_request_can_be_answered_until_just_before_it_expires() -> None:
    assert EXPECTED.pending is not None
    for early, code in ((timedelta(microseconds=1), None), (timedelta(), RefusalCode.SAML_REQUEST_EXPIRED)):
        expected = replace(EXPECTED, now=EXPECTED.pending.expires_at - early)
        assert found(CheckName.REQUEST, expected=expected)[1] is code


def test_the_times_are_judged_by_the_confirmation_that_counts() -> None:
    both = replace(ASSERTION, confirmations=(OVER, OURS))
    assert found(CheckName.TIMES, assertion=both)[1] is None
    alone = replace(ASSERTION, confirmations=(OVER,))
    assert found(CheckName.TIMES, assertion=alone)[1] is RefusalCode.SAML_EXPIRED
