"""Every code of the verifier by itself, with a response that has nothing else wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.i18n.message import Message
from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, attack
from tests.support.identity_provider import (
    GOOD,
    NOW,
    Changes,
    Conditions,
    Confirmation,
    Encryption,
    Signing,
    Subject,
    Trust,
    instant,
    names,
    send,
    trust,
)
from tests.support.verification import refusal


def _late() -> Trust:
    under = trust()
    assert under.pending is not None
    return replace(under, pending=replace(under.pending, expires_at=NOW - timedelta(seconds=1)))


BY_CODE: Final[dict[RefusalCode, Attack]] = {
    code: one
    for one in (
        attack("malformed", RefusalCode.SAML_MALFORMED, changes=Changes(octets=lambda octets: octets[:-1])),
        attack("too-large", RefusalCode.SAML_TOO_LARGE, under=replace(trust(), size_limit=100)),
        attack("unsigned", RefusalCode.SAML_UNSIGNED, sign_assertion=None),
        attack(
            "signature-invalid",
            RefusalCode.SAML_SIGNATURE_INVALID,
            changes=Changes(octets=lambda octets: octets.replace(b"member@", b"admin@")),
        ),
        attack(
            "certificate-mismatch",
            RefusalCode.SAML_CERTIFICATE_MISMATCH,
            sign_assertion=Signing(key="stranger"),
        ),
        attack(
            "weak-algorithm",
            RefusalCode.SAML_WEAK_ALGORITHM,
            sign_assertion=Signing(algorithm=names.RSA_SHA1),
        ),
        attack("issuer-mismatch", RefusalCode.SAML_ISSUER_MISMATCH, assertion_issuer="urn:other"),
        attack(
            "audience-mismatch",
            RefusalCode.SAML_AUDIENCE_MISMATCH,
            conditions=Conditions(restrictions=(("urn:other",),)),
        ),
        attack("destination-mismatch", RefusalCode.SAML_DESTINATION_MISMATCH, destination="urn:other"),
        attack(
            "recipient-mismatch",
            RefusalCode.SAML_RECIPIENT_MISMATCH,
            confirmations=(Confirmation(recipient="urn:other"),),
        ),
        attack(
            "not-yet-valid",
            RefusalCode.SAML_NOT_YET_VALID,
            conditions=Conditions(not_before=instant(200)),
        ),
        attack(
            "expired",
            RefusalCode.SAML_EXPIRED,
            conditions=Conditions(not_on_or_after=instant(-200)),
        ),
        attack("no-request", RefusalCode.SAML_NO_REQUEST, under=trust(solicited=False)),
        attack(
            "request-mismatch",
            RefusalCode.SAML_REQUEST_MISMATCH,
            in_response_to="_other",
            confirmations=(Confirmation(in_response_to="_other"),),
        ),
        attack("request-expired", RefusalCode.SAML_REQUEST_EXPIRED, under=_late()),
        attack("status-not-success", RefusalCode.SAML_STATUS_NOT_SUCCESS, status=(names.RESPONDER,)),
        attack(
            "decryption-failed",
            RefusalCode.SAML_DECRYPTION_FAILED,
            encryption=Encryption(key="stranger"),
        ),
        attack("subject-missing", RefusalCode.SAML_SUBJECT_MISSING, subject=Subject(value=" ")),
    )
    for code in one.codes
}
"""Replays are found by the store (`sign_in/acs.py`), the codes without `saml_` by the services."""


@pytest.mark.parametrize("code", BY_CODE)
def test_a_code_is_produced_by_its_response(code: RefusalCode) -> None:
    refused = refusal(send(BY_CODE[code].description), BY_CODE[code].trust)
    assert refused is not None
    assert refused.reason is code


@pytest.mark.parametrize("code", BY_CODE)
def test_a_refusal_names_what_failed_and_tells_a_stranger_nothing(code: RefusalCode) -> None:
    hostile = BY_CODE[code]
    refused = refusal(send(hostile.description), hostile.trust)
    assert refused is not None
    assert [check for check in refused.checks if not check.passed]
    assert refused.public == Message("problem.sign_in_refused")
    said = " ".join(f"{check.expected} {check.received}" for check in refused.checks)
    assert "BEGIN" not in said
    assert "MII" not in said


def test_no_code_of_the_verifier_is_without_its_response() -> None:
    codes = {code for code in RefusalCode if code.value.startswith("saml_")} - {RefusalCode.SAML_REPLAYED}
    assert set(BY_CODE) == codes


def test_the_unchanged_response_is_accepted() -> None:
    """Otherwise each of them might be refused for another reason."""
    assert refusal(send(GOOD), trust()) is None


LONG: Final = "x" * 100_000
OUR_OWN_WORDS: Final = 200  # characters of a sentence that a received value is put into


@pytest.mark.parametrize(
    "said",
    [
        {"version": LONG},
        {"status": (LONG,)},
        {"destination": LONG},
        {"response_issuer": LONG},
        {"in_response_to": LONG},
        {"issued_at": LONG},
        {"conditions": Conditions(restrictions=((LONG,),))},
        {"sign_assertion": Signing(reference=LONG)},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_a_stranger_says_at_length_is_kept_in_short(said: dict[str, object]) -> None:
    """A hundred attempts with what one message can hold would be more than one answer can."""
    refused = refusal(send(replace(GOOD, **said)), trust())  # type: ignore[arg-type]
    assert refused is not None
    assert [check for check in refused.checks if not check.passed]
    told = [text for check in refused.checks for text in (check.expected, check.received)]
    assert max(len(tell_in_english(text) or "") for text in told) <= 1_000 + OUR_OWN_WORDS
