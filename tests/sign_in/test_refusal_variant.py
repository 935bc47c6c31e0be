"""The failed check selects the variant of a refusal; texts never do."""

from __future__ import annotations

import pytest

from chalicelib.i18n.catalog import LANGUAGES, has, set_language
from chalicelib.i18n.message import message
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.refusal import RefusalCode as Code
from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in.guidance import ADVICE, VARIANTS, advice_for, advice_of
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in.refusal_variant import variant_of

STATUS = "urn:oasis:names:tc:SAML:2.0:status:"


def failed(name: CheckName, expected: Told | None = None, received: Told | None = None) -> tuple[Check, ...]:
    return (Check(CheckName.READABLE, True), Check(name, False, expected, received))


def status(second: str, text: str = "") -> tuple[Check, ...]:
    told = message("check.status.codes", top=f"{STATUS}Responder", second=f"{STATUS}{second}")
    return failed(CheckName.STATUS, f"{STATUS}Success", message("check.status.message", status=told, text=text))


@pytest.mark.parametrize(
    ("code", "checks", "variant"),
    [
        (Code.SAML_DESTINATION_MISMATCH, failed(CheckName.DESTINATION, "https://a", None), "missing"),
        (Code.SAML_DESTINATION_MISMATCH, failed(CheckName.DESTINATION, "https://a", "https://b"), None),
        (Code.SAML_AUDIENCE_MISMATCH, failed(CheckName.AUDIENCE, "https://a", None), "missing"),
        (Code.SAML_RECIPIENT_MISMATCH, failed(CheckName.RECIPIENT, "https://a", ""), "missing"),
        (Code.SAML_ISSUER_MISMATCH, failed(CheckName.AUDIENCE, "https://a", None), None),
        (Code.SAML_STATUS_NOT_SUCCESS, status("InvalidNameIDPolicy"), "name_id_policy"),
        (Code.SAML_STATUS_NOT_SUCCESS, status("RequestDenied", "Invalid IP range"), "request_denied"),
        (Code.SAML_STATUS_NOT_SUCCESS, status("SomethingOfTheirs"), "responder"),
        (Code.SAML_STATUS_NOT_SUCCESS, failed(CheckName.STATUS, None, f"{STATUS}Requester / {STATUS}NoPassive"), None),
        (
            Code.SAML_WEAK_ALGORITHM,
            failed(
                CheckName.SIGNATURE,
                message("check.encryption.key_transport"),
                "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
            ),
            "key_transport",
        ),
        (
            Code.SAML_WEAK_ALGORITHM,
            failed(CheckName.SIGNATURE, message("check.signature.algorithms"), "rsa-sha1"),
            None,
        ),
        (
            Code.SAML_SIGNATURE_INVALID,
            failed(CheckName.SIGNATURE, message("check.signature.exclusive"), "x"),
            "canonicalization",
        ),
        (Code.SAML_SIGNATURE_INVALID, failed(CheckName.SIGNATURE, "exclusive canonicalization", "x"), None),
        (Code.EMAIL_MISSING, failed(CheckName.EMAIL, message("check.email.one_address"), "mail: nobody"), "unusable"),
        (
            Code.EMAIL_MISSING,
            failed(CheckName.EMAIL, message("check.email.one_address"), message("check.email.no_attributes")),
            None,
        ),
        (Code.USER_DISABLED, (), None),
        (Code.SAML_MALFORMED, failed(CheckName.READABLE, message("check.readable.statement"), None), "content"),
        (Code.SAML_EXPIRED, failed(CheckName.TIMES, "now", message("check.times.missing", name="x")), "missing"),
        (Code.SAML_EXPIRED, failed(CheckName.TIMES, "now", message("check.times.session", moment="x")), "session"),
        (Code.SAML_EXPIRED, failed(CheckName.TIMES, "now", "Conditions/NotOnOrAfter x"), None),
        (
            Code.SAML_REQUEST_MISMATCH,
            failed(CheckName.REQUEST, message("check.request.signed", id="_1"), "_1"),
            "unsigned",
        ),
        (Code.SAML_ISSUER_MISMATCH, failed(CheckName.ISSUER, "idp", "\n idp "), "white_space"),
        (
            Code.SAML_ISSUER_MISMATCH,
            failed(CheckName.ISSUER, "idp", message("check.issuer.format", value="idp", format="x")),
            "format",
        ),
    ],
)
def test_the_variant_follows_from_the_failed_check(code: Code, checks: tuple[Check, ...], variant: str | None) -> None:
    assert variant_of(code, checks) == variant


def test_the_identity_providers_message_never_chooses_the_advice() -> None:
    assert variant_of(Code.SAML_STATUS_NOT_SUCCESS, status("RequestDenied", f"{STATUS}AuthnFailed")) == "request_denied"


def test_a_stored_code_gets_the_advice_of_its_variant() -> None:
    checks = failed(CheckName.DESTINATION, "https://a", None)
    assert advice_of("saml_destination_mismatch", checks) == VARIANTS[Code.SAML_DESTINATION_MISMATCH, "missing"]
    assert advice_of("saml_destination_mismatch") == ADVICE[Code.SAML_DESTINATION_MISMATCH]
    assert advice_of("a_code_of_the_past", checks) is None


@pytest.mark.parametrize(("code", "variant"), VARIANTS, ids=str)
def test_every_variant_has_words_of_its_own_and_no_two_say_the_same(code: Code, variant: str) -> None:
    key = f"refusal.{code.value}.{variant}"
    assert has(f"{key}.explanation")
    assert has(f"{key}.advice")
    advice = advice_for(code, variant)
    assert advice.retry_helps or advice.fixer is not ResponsibleParty.USER


@pytest.mark.parametrize("language", LANGUAGES)
def test_encryption_is_not_called_signature_and_a_missing_value_not_a_wrong_one(language: str) -> None:
    set_language(language)
    try:
        for kind in ("key_transport", "content"):
            checks = failed(CheckName.SIGNATURE, message(f"check.encryption.{kind}"), "x")
            words = localize_refusal(Code.SAML_WEAK_ALGORITHM, None, checks)
            assert "ignatur" not in f"{words.title} {words.explanation} {words.what_to_do}"
            assert "SHA-256" not in words.what_to_do
        for code, name in (
            (Code.SAML_DESTINATION_MISMATCH, CheckName.DESTINATION),
            (Code.SAML_AUDIENCE_MISMATCH, CheckName.AUDIENCE),
            (Code.SAML_RECIPIENT_MISMATCH, CheckName.RECIPIENT),
        ):
            words = localize_refusal(code, None, failed(name, "https://a", None))
            assert words.title != localize_refusal(code, None, failed(name, "https://a", "https://b")).title
        missing = localize_refusal(Code.SAML_DESTINATION_MISMATCH, None, failed(CheckName.DESTINATION, "https://a"))
        assert "allow_missing_destination" in missing.what_to_do
    finally:
        set_language(None)


@pytest.mark.parametrize("expected", ["exclusive", "one_reference", "no_parameters", "base64"])
def test_a_signature_of_another_form_is_not_said_to_be_altered(expected: str) -> None:
    checks = failed(CheckName.SIGNATURE, message(f"check.signature.{expected}"), "x")
    words = localize_refusal(Code.SAML_SIGNATURE_INVALID, None, checks)
    assert "is not what your identity provider signed" not in words.explanation
