"""One function, two endings: an assertion with all its checks, or one refusal with all its checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml import response
from chalicelib.saml import verified as proven
from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.authn_state import REQUEST_LIFETIME
from tests.support.identity_provider import (
    GOOD,
    NOW,
    REQUEST_ID,
    AuthnStatement,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Signing,
    Trust,
    instant,
    send,
    trust,
)
from tests.support.message_text import told
from tests.support.verification import verify_response
from tests.support.xml_edit import saml

NOT_OF_THE_RESPONSE = {
    CheckName.ENCRYPTION,
    CheckName.EMAIL,
    CheckName.USER,
    CheckName.CONNECTION,
    CheckName.ORGANIZATION,
}
ALL = [name for name in CheckName if name not in NOT_OF_THE_RESPONSE]


def _refused(description: Description, under: Trust) -> SignInRefused:
    with pytest.raises(SignInRefused) as refused:
        verify_response(send(description), under)
    return refused.value


def test_an_assertion_carries_every_check_once_in_order() -> None:
    checks = verify_response(send(GOOD), trust()).checks
    assert [check.name for check in checks] == ALL
    assert all(check.passed for check in checks)


def test_a_refusal_shows_all_that_is_wrong_and_names_the_first() -> None:
    bad = replace(
        GOOD,
        destination="https://elsewhere.test/acs",
        assertion_issuer="https://other.test",
        conditions=Conditions(restrictions=(("https://elsewhere.test",),), not_on_or_after=instant(-9999)),
    )
    refused = _refused(bad, trust(solicited=False))
    assert refused.reason is RefusalCode.SAML_ISSUER_MISMATCH
    failed = {check.name: told(check.received) for check in refused.checks if not check.passed}
    assert set(failed) == {
        CheckName.ISSUER,
        CheckName.DESTINATION,
        CheckName.AUDIENCE,
        CheckName.TIMES,
        CheckName.REQUEST,
    }
    assert failed[CheckName.DESTINATION] == "https://elsewhere.test/acs"
    assert [check.name for check in refused.checks] == ALL


def test_only_what_fails_by_its_request_alone_tells_its_assertion_id() -> None:
    assert _refused(GOOD, trust(solicited=False)).assertion_id == "_assertion-1"
    expired = replace(GOOD, conditions=Conditions(not_on_or_after=instant(-200)))
    assert _refused(expired, trust(solicited=False)).assertion_id is None


def test_unsolicited_is_not_a_refusal_but_a_fact() -> None:
    unsolicited = replace(GOOD, in_response_to=None, confirmations=(Confirmation(in_response_to=None),))
    assert verify_response(send(unsolicited), trust(solicited=False)).in_response_to is None
    assert verify_response(send(unsolicited), trust()).in_response_to is None


def test_the_confirmation_alone_binds_the_request() -> None:
    assert verify_response(send(replace(GOOD, in_response_to=None)), trust()).in_response_to == REQUEST_ID


def test_a_signed_response_alone_binds_the_request() -> None:
    bare = (Confirmation(in_response_to=None),)
    signed = replace(GOOD, confirmations=bare, sign_response=Signing())
    assert verify_response(send(signed), trust()).in_response_to == REQUEST_ID
    assert _refused(replace(GOOD, confirmations=bare), trust()).reason is RefusalCode.SAML_REQUEST_MISMATCH


@pytest.mark.parametrize("error", [RuntimeError("secret"), MemoryError(), UnicodeError("secret"), RecursionError()])
def test_whatever_a_library_raises_is_a_refusal_that_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(response, "verify_and_decrypt", fail)
    refused = _refused(GOOD, trust())
    assert refused.reason is RefusalCode.SAML_MALFORMED
    assert refused.private == f"unexpected {type(error).__name__}"
    assert refused.__cause__ is None


def test_a_signature_of_the_response_is_verified_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(proven, "decrypt", never)
    forged = replace(GOOD, encryption=Encryption(), sign_response=Signing(key="other", certificate=None))
    assert _refused(forged, trust()).reason is RefusalCode.SAML_SIGNATURE_INVALID


def test_a_fresh_authentication_is_demanded_where_it_was_asked_for() -> None:
    under = trust(force_authn=True)
    assert under.pending is not None
    asked = under.pending.expires_at - REQUEST_LIFETIME
    skew = under.connection.clock_skew_seconds
    stale = (asked - NOW).total_seconds() - skew - 1
    old = replace(GOOD, authn=AuthnStatement(instant=instant(stale)))
    assert _refused(old, under).reason is RefusalCode.SAML_EXPIRED
    assert verify_response(send(old), trust()).authenticated_at == asked - timedelta(seconds=skew + 1)
    assert (
        verify_response(send(replace(GOOD, authn=AuthnStatement(instant=instant(stale + 1)))), under).id
        == "_assertion-1"
    )


def test_the_clock_difference_is_how_far_we_are_ahead() -> None:
    assert verify_response(send(replace(GOOD, assertion_issued_at=instant(-42.5))), trust()).clock_difference == 42.5


def test_size_is_judged_before_the_text_is_touched() -> None:
    with pytest.raises(SignInRefused) as refused:
        verify_response(UnverifiedResponse("A" * 256_001), trust())
    assert refused.value.reason is RefusalCode.SAML_TOO_LARGE


def test_of_several_sessions_the_first_to_end_ends_ours() -> None:
    def change(root: etree._Element) -> None:
        statement = saml(root, "AuthnStatement")
        for seconds in (900, 600):
            later = etree.fromstring(etree.tostring(statement, with_tail=False))
            later.set("SessionNotOnOrAfter", instant(seconds))
            later.set("SessionIndex", "_other")
            statement.addnext(later)

    assertion = verify_response(send(replace(GOOD, changes=Changes(built=change))), trust())
    assert assertion.session_not_on_or_after == NOW + timedelta(seconds=600)
    assert assertion.session_index == "_session-1"


@pytest.mark.parametrize(
    ("confirmations", "conditions", "last"),
    [
        ((300, 500, 400), None, 500),
        ((300, 500), 450, 450),
        ((300,), 450, 300),
        ((9_999,), 9_998, 7_199),
        ((9_999,), None, 7_199),
    ],
)
def test_an_assertion_id_is_kept_until_the_assertion_expires(
    confirmations: tuple[int, ...], conditions: int | None, last: int
) -> None:
    ends = tuple(Confirmation(not_on_or_after=instant(end)) for end in confirmations)
    window = Conditions(not_on_or_after=None if conditions is None else instant(conditions))
    endless = Confirmation(not_on_or_after=None)
    assertion = verify_response(send(replace(GOOD, confirmations=(*ends, endless), conditions=window)), trust())
    assert assertion.expires_at == NOW + timedelta(seconds=last)
