"""Which request a response answers: exactly the one under way in this browser, in both places, or none at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.authn_state import PendingRequest
from tests.attacks.attack import assert_refused, attack
from tests.support.identity_provider import GOOD, NOW, REQUEST_ID, Changes, Confirmation, Signing, Trust, send, trust
from tests.support.verification import verify_response
from tests.support.xml_edit import attribute

MISMATCH: Final = RefusalCode.SAML_REQUEST_MISMATCH
OTHER: Final = {
    "other": "_request-of-somebody-else",
    "empty": "",
    "prefix": REQUEST_ID[:-1],
    "suffix": REQUEST_ID + "0",
    "upper-case": REQUEST_ID.upper(),
    "trailing-space": REQUEST_ID + " ",
    "two": f"{REQUEST_ID} {REQUEST_ID}",
    "ONELOGIN-dummy": "ONELOGIN_0123456789",
}
WRONG: Final = frozenset({MISMATCH, RefusalCode.SAML_MALFORMED})


@pytest.mark.parametrize("request_id", OTHER.values(), ids=OTHER)
def test_an_answer_to_another_request_is_refused(request_id: str) -> None:
    confirmations = (Confirmation(in_response_to=request_id),)
    assert_refused(attack("both", WRONG, in_response_to=request_id, confirmations=confirmations))
    assert_refused(attack("response", WRONG, in_response_to=request_id))
    assert_refused(attack("confirmation", WRONG, confirmations=confirmations))
    assert_refused(attack("only-confirmation", WRONG, in_response_to=None, confirmations=confirmations))


def test_the_unsigned_response_alone_cannot_name_the_request() -> None:
    """If only the assertion is signed, an attacker can write Response/@InResponseTo."""
    hostile = attack("stolen", MISMATCH, confirmations=(Confirmation(in_response_to=None),))
    assert_refused(hostile)


def test_removing_the_responses_request_does_not_hide_the_assertions() -> None:
    removed = Changes(response_signed=attribute(".", "InResponseTo", None))
    confirmations = (Confirmation(in_response_to="_request-of-somebody-else"),)
    assert_refused(attack("removed", MISMATCH, confirmations=confirmations, changes=removed))


@pytest.mark.parametrize("allowed", [True, False])
def test_an_answer_without_a_request_under_way_is_refused(allowed: bool) -> None:
    under = trust(solicited=False, allow_idp_initiated=allowed)
    assert_refused(attack("no-cookie", RefusalCode.SAML_NO_REQUEST, under=under))
    only_response = (Confirmation(in_response_to=None),)
    assert_refused(
        attack("response", frozenset({RefusalCode.SAML_NO_REQUEST, MISMATCH}), under=under, confirmations=only_response)
    )
    assert_refused(attack("confirmation", RefusalCode.SAML_NO_REQUEST, under=under, in_response_to=None))


@pytest.mark.parametrize("solicited", [True, False])
def test_an_unsolicited_response_is_never_taken_for_an_answer(solicited: bool) -> None:
    """An unsolicited response is verified as one; the caller decides whether it may sign in."""
    said = replace(GOOD, in_response_to=None, confirmations=(Confirmation(in_response_to=None),))
    assert verify_response(send(said), trust(solicited=solicited)).in_response_to is None


def _pending(under: Trust, **said: object) -> Trust:
    assert isinstance(under.pending, PendingRequest)
    return replace(under, pending=replace(under.pending, **said))  # type: ignore[arg-type]


def test_a_request_that_has_expired_is_refused() -> None:
    for expires_at in (NOW, NOW - timedelta(seconds=1), NOW - timedelta(days=1)):
        under = _pending(trust(), expires_at=expires_at)
        assert_refused(attack("late", RefusalCode.SAML_REQUEST_EXPIRED, under=under))


def test_a_request_of_another_connection_is_refused() -> None:
    under = _pending(trust(), connection_id="conn_zyxwvtsrqpnmkjhgfedcba9876543210")
    codes = frozenset({MISMATCH, RefusalCode.SAML_NO_REQUEST})
    assert_refused(attack("other", codes, under=under))


def test_the_binding_is_checked_after_everything_else() -> None:
    """A response that fails any check is refused with that check's code, with or without a request."""
    under = trust(solicited=False)
    for code, said in (
        (RefusalCode.SAML_AUDIENCE_MISMATCH, {"conditions": None}),
        (RefusalCode.SAML_ISSUER_MISMATCH, {"assertion_issuer": "https://evil.test"}),
        (RefusalCode.SAML_CERTIFICATE_MISMATCH, {"sign_assertion": Signing(key="stranger")}),
    ):
        hostile = attack("first", frozenset({code, RefusalCode.SAML_MALFORMED}), base=GOOD, under=under, **said)
        assert_refused(hostile)
