"""All connections share our decryption keys: a stolen ciphertext that another tenant wraps tells it nothing."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from tests.support.identity_provider import (
    ACS_URL,
    CONNECTION_ID,
    ENTITY_ID,
    GOOD,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Signing,
    Trust,
    names,
    send,
    trust,
)
from tests.support.identity_provider.names import XENC
from tests.support.verification import refusal
from tests.support.xml_edit import find

VICTIM: Final = CONNECTION_ID.replace("0", "1")
VICTIM_ACS: Final = ACS_URL.replace(CONNECTION_ID, VICTIM)
VICTIM_ENTITY: Final = ENTITY_ID.replace(CONNECTION_ID, VICTIM)
WRAPPED: Final = replace(GOOD, sign_assertion=None, sign_response=Signing(), encryption=Encryption())
THEIRS: Final = Confirmation(recipient=VICTIM_ACS)
ELSEWHERE: Final = Conditions(restrictions=(("https://sp.elsewhere.test",),))
STOLEN: Final[dict[str, Description]] = {
    "recipient-and-audience": replace(
        WRAPPED, confirmations=(THEIRS,), conditions=Conditions(restrictions=((VICTIM_ENTITY,),))
    ),
    "recipient": replace(WRAPPED, confirmations=(THEIRS,), conditions=ELSEWHERE),
    "recipient-of-a-second-confirmation": replace(WRAPPED, confirmations=(Confirmation(), THEIRS)),
    "recipient-of-another-method": replace(
        WRAPPED, confirmations=(Confirmation(), replace(THEIRS, method=names.HOLDER_OF_KEY))
    ),
    "audience": replace(WRAPPED, conditions=Conditions(restrictions=((VICTIM_ENTITY,),))),
    "one-audience-of-two": replace(WRAPPED, conditions=Conditions(restrictions=((ENTITY_ID, VICTIM_ENTITY),))),
    "in-capitals": replace(WRAPPED, confirmations=(Confirmation(recipient=f" {VICTIM_ACS.upper()}\n"),)),
    "that-cannot-be-read": replace(WRAPPED, confirmations=(THEIRS,), assertion_issued_at="never"),
    "of-another-issuer": replace(WRAPPED, confirmations=(THEIRS,), assertion_issuer="https://idp.victim.test"),
    "cbc": replace(WRAPPED, confirmations=(THEIRS,), encryption=Encryption(content=names.AES256_CBC)),
}


def _seen(description: Description, under: Trust) -> SignInRefused:
    refused = refusal(send(description), under)
    assert refused is not None
    return refused


def _broken(response: etree._Element) -> None:
    value = find(response, f".//{{{XENC}}}EncryptedData/{{{XENC}}}CipherData/{{{XENC}}}CipherValue")
    octets = base64.b64decode(value.text or "")
    value.text = base64.b64encode(octets[:-1] + bytes([octets[-1] ^ 1])).decode()


@pytest.mark.parametrize("settings", [{}, {"require_signed_assertion": True}], ids=["plain", "signed-assertion-wanted"])
@pytest.mark.parametrize("name", STOLEN)
def test_an_assertion_for_another_connection_looks_like_a_broken_ciphertext(
    name: str, settings: dict[str, object]
) -> None:
    under = trust(**settings)  # type: ignore[arg-type]
    stolen, broken = _seen(STOLEN[name], under), _seen(replace(WRAPPED, changes=Changes(encrypted=_broken)), under)
    assert stolen.reason is RefusalCode.SAML_DECRYPTION_FAILED
    for attribute in ("reason", "public", "private", "checks", "assertion_id", "age_seconds", "email"):
        assert getattr(stolen, attribute) == getattr(broken, attribute), attribute


@pytest.mark.parametrize(
    ("said", "code", "check"),
    [
        ({"conditions": ELSEWHERE}, RefusalCode.SAML_AUDIENCE_MISMATCH, CheckName.AUDIENCE),
        (
            {"confirmations": (Confirmation(recipient="https://sp.elsewhere.test/acs"),)},
            RefusalCode.SAML_RECIPIENT_MISMATCH,
            CheckName.RECIPIENT,
        ),
    ],
    ids=["audience", "recipient"],
)
def test_an_assertion_that_names_none_of_our_connections_keeps_its_details(
    said: dict[str, object], code: RefusalCode, check: CheckName
) -> None:
    refused = _seen(replace(WRAPPED, **said), trust())  # type: ignore[arg-type]
    assert refused.reason is code
    failed = next(found for found in refused.checks if found.name is check)
    assert "elsewhere.test" in str(failed.received)


@pytest.mark.parametrize("name", STOLEN)
def test_an_inner_signature_that_this_connection_trusts_changes_nothing(name: str) -> None:
    """Another tenant configures the victim's public certificate and issuer."""
    signed = replace(STOLEN[name], sign_assertion=Signing(), sign_response=None)
    whole = replace(WRAPPED, sign_assertion=Signing(), sign_response=None)
    stolen, broken = _seen(signed, trust()), _seen(replace(whole, changes=Changes(encrypted=_broken)), trust())
    assert stolen.reason is RefusalCode.SAML_DECRYPTION_FAILED
    for attribute in ("reason", "public", "private", "checks", "assertion_id", "age_seconds", "email", "signed"):
        assert getattr(stolen, attribute) == getattr(broken, attribute), attribute
