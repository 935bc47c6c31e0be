"""The one place where the corpus calls the verifier."""

from __future__ import annotations

from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.response import verify
from tests.support.identity_provider import Trust


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
