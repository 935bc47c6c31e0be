from __future__ import annotations

import pytest

from chalicelib.domain.connection import Provider
from chalicelib.domain.provider_console import console_advice
from chalicelib.domain.refusal import RefusalCode as Code

MENDED_IN_A_CONSOLE = {
    Code.SAML_AUDIENCE_MISMATCH,
    Code.SAML_DESTINATION_MISMATCH,
    Code.SAML_RECIPIENT_MISMATCH,
    Code.SAML_ISSUER_MISMATCH,
    Code.SAML_CERTIFICATE_MISMATCH,
    Code.EMAIL_MISSING,
}


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize("code", list(Code))
def test_what_a_console_can_mend_names_the_field_and_nothing_else_does(code: Code, provider: Provider) -> None:
    said = console_advice(code, provider)
    assert (said is not None) is (code in MENDED_IN_A_CONSOLE)
    if said is not None:
        assert said.startswith("In ")
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("provider", "code", "field"),
    [
        (Provider.OKTA, Code.SAML_AUDIENCE_MISMATCH, "Audience URI (SP Entity ID)"),
        (Provider.ENTRA, Code.SAML_RECIPIENT_MISMATCH, "Reply URL (Assertion Consumer Service URL)"),
        (Provider.ONELOGIN, Code.SAML_CERTIFICATE_MISMATCH, "X.509 Certificate"),
        (Provider.GOOGLE, Code.EMAIL_MISSING, "Primary email"),
        (Provider.KEYCLOAK, Code.SAML_AUDIENCE_MISMATCH, "Client ID"),
        (Provider.OTHER, Code.SAML_ISSUER_MISMATCH, "the entity ID"),
    ],
)
def test_the_field_has_the_vendors_own_name(provider: Provider, code: Code, field: str) -> None:
    assert field in str(console_advice(code, provider))


@pytest.mark.parametrize("provider", list(Provider))
def test_nobody_is_told_to_trust_the_certificate_of_a_failed_response(provider: Provider) -> None:
    said = str(console_advice(Code.SAML_CERTIFICATE_MISMATCH, provider)).lower()
    assert "copy" in said
    assert not {"response", "received"} & set(said.split())
