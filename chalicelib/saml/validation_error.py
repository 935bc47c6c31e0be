"""The internal validation error of this package. `response.verify` converts it to the public refusal."""

from __future__ import annotations

from chalicelib.i18n.message import Message, message
from chalicelib.saml.check import CheckName, Told
from chalicelib.saml.refusal import RefusalCode


class ValidationError(Exception):
    """A check that failed before the rules were evaluated.

    Args:
        expected, received: for the organization's admins; never a secret, never a raw response.
    """

    def __init__(
        self, reason: RefusalCode, check: CheckName, *, expected: Told | None = None, received: Told | None = None
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.check = check
        self.expected = expected
        self.received = received


def malformed(expected: Told, received: Told | None = None) -> ValidationError:
    """The message is not of the required form."""
    return ValidationError(RefusalCode.SAML_MALFORMED, CheckName.READABLE, expected=expected, received=received)


def too_large(received: Message) -> ValidationError:
    """The message exceeds a cost limit."""
    return ValidationError(
        RefusalCode.SAML_TOO_LARGE,
        CheckName.READABLE,
        expected=message("check.readable.ordinary_size"),
        received=received,
    )


def invalid_signature(expected: Told, received: Told | None = None) -> ValidationError:
    """A signature does not verify or has an unsupported structure."""
    return ValidationError(
        RefusalCode.SAML_SIGNATURE_INVALID, CheckName.SIGNATURE, expected=expected, received=received
    )


def weak_algorithm(received: str, *, of_digest: bool = False) -> ValidationError:
    """The algorithm of the signature or of its digest is not permitted."""
    return ValidationError(
        RefusalCode.SAML_WEAK_ALGORITHM,
        CheckName.SIGNATURE,
        expected=message("check.signature.digests" if of_digest else "check.signature.algorithms"),
        received=received,
    )


def missing_signature(expected: Message) -> ValidationError:
    """A required signature is missing."""
    return ValidationError(
        RefusalCode.SAML_UNSIGNED,
        CheckName.SIGNATURE,
        expected=expected,
        received=message("check.signature.no_signature"),
    )


def weak_encryption(received: str, *, of_key: bool) -> ValidationError:
    """An encryption algorithm is not permitted, for the content key or for the content."""
    return ValidationError(
        RefusalCode.SAML_WEAK_ALGORITHM,
        CheckName.ENCRYPTION,
        expected=message("check.encryption.key_transport" if of_key else "check.encryption.content"),
        received=received,
    )
