"""The one place where the corpus calls the verifier."""

from __future__ import annotations

from chalicelib.adapters.saml.response import verify
from chalicelib.domain.assertion import Assertion, UnverifiedResponse
from chalicelib.errors import SignInRefused
from tests.identity_provider import Trust


def verify_response(sent: UnverifiedResponse, trust: Trust) -> Assertion:
    """The assertion.

    Raises:
        SignInRefused: the verifier's refusal.
    """
    return verify(
        sent,
        connection=trust.connection,
        provider=trust.provider,
        certificates=trust.certificates,
        pending=trust.pending,
        decryption_keys=trust.decryption_keys,
        size_limit=trust.size_limit,
        now=trust.now,
    )


def refusal(sent: UnverifiedResponse, trust: Trust) -> SignInRefused | None:
    """The refusal, or None if the response was accepted; any other exception is a defect and passes through."""
    try:
        verify_response(sent, trust)
    except SignInRefused as refused:
        return refused
    return None
