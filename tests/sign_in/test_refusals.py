"""Refusals are values: what a later step knows goes into a copy."""

from __future__ import annotations

import pytest

from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode


def test_a_refusal_cannot_be_changed() -> None:
    refusal = SignInRefused(RefusalCode.SAML_EXPIRED, email="member@acme.test")
    with pytest.raises(AttributeError):
        refusal.email = "other@acme.test"
    with pytest.raises(AttributeError):
        refusal.reason = RefusalCode.SAML_REPLAYED
    assert (refusal.reason, refusal.email) == (RefusalCode.SAML_EXPIRED, "member@acme.test")


def test_a_copy_of_a_refusal_has_the_changed_values_and_keeps_the_others() -> None:
    refusal = SignInRefused(RefusalCode.SAML_EXPIRED, email="member@acme.test", age_seconds=9.0)
    copy = refusal.having(reason=RefusalCode.SAML_REPLAYED)
    assert (copy.reason, copy.email, copy.age_seconds) == (RefusalCode.SAML_REPLAYED, "member@acme.test", 9.0)
    assert refusal.reason is RefusalCode.SAML_EXPIRED


def test_a_refusal_can_be_raised_from_another_error() -> None:
    with pytest.raises(SignInRefused) as refused:
        raise SignInRefused(RefusalCode.SAML_EXPIRED) from ValueError()
    assert isinstance(refused.value.__cause__, ValueError)
