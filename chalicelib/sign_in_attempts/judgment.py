"""Evaluates a response, in one function for sign-ins, tests and the inspector, so that they always agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.connections.model import Connection
from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.service_provider import service_provider
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import PendingRequest
from chalicelib.sign_in.refusal_check import with_failed
from chalicelib.sign_in.user_attributes import email_of, signed_email


@dataclass(frozen=True, slots=True)
class Judged:
    """A verified assertion and its user's email address."""

    assertion: Assertion
    email: str


def judge(
    response: UnverifiedResponse,
    connection: Connection,
    *,
    certificates: Sequence[Certificate],
    decryption_keys: Sequence[KeyPair],
    pending: PendingRequest | None,
    settings: Settings,
    now: datetime,
) -> Judged:
    """Verifies a response and reads the user's address from it.

    Args:
        pending: the browser's pending request.

    Raises:
        SignInRefused: with all checks; after a verified signature with the address or, without one, the assertion.
    """
    from chalicelib.saml.response import verify

    try:
        assertion = verify(
            response,
            connection=connection,
            provider=service_provider(settings.base_url, connection.id),
            certificates=certificates,
            pending=pending,
            decryption_keys=decryption_keys,
            size_limit=settings.response_bytes,
            now=now,
        )
    except SignInRefused as refusal:
        raise refusal.having(email=signed_email(refusal.signed, connection)) from None
    try:
        return Judged(assertion, email_of(assertion, connection))
    except SignInRefused as refusal:
        raise refusal.having(assertion=assertion) from None


def refused_person(refusal: SignInRefused, judged: Judged) -> SignInRefused:
    """Adds the passed checks of a verified assertion, and unless it is private its address, to its user's refusal."""
    if refusal.reason is RefusalCode.SAML_DECRYPTION_FAILED:
        return refusal.having(checks=with_failed(judged.assertion.checks, refusal.checks))
    passed = (*judged.assertion.checks, Check(CheckName.EMAIL, True, None, judged.email))
    checks = with_failed(passed, refusal.checks)
    return refusal.having(email=judged.email, checks=checks, assertion=judged.assertion)
