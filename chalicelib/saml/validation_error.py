"""How the files of this room say no to each other; `response.verify` turns it into the one public refusal."""

from __future__ import annotations

from chalicelib.i18n.message import Message, message
from chalicelib.saml.check import CheckName, Told
from chalicelib.saml.refusal import RefusalCode


class ValidationError(Exception):
    """One check failed before the rules were reached.

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
    """The message can't be read as what it has to be."""
    return ValidationError(RefusalCode.SAML_MALFORMED, CheckName.READABLE, expected=expected, received=received)


def too_large(received: Message) -> ValidationError:
    """The message would cost more than it can be worth."""
    return ValidationError(
        RefusalCode.SAML_TOO_LARGE,
        CheckName.READABLE,
        expected=message("check.readable.ordinary_size"),
        received=received,
    )


def invalid_signature(expected: Told, received: Told | None = None) -> ValidationError:
    """A signature is there and doesn't hold, or isn't of the only shape that SAML needs."""
    return ValidationError(
        RefusalCode.SAML_SIGNATURE_INVALID, CheckName.SIGNATURE, expected=expected, received=received
    )


def weak_algorithm(received: str, *, of_digest: bool = False) -> ValidationError:
    """The algorithm of the signature or of its digest isn't on the list."""
    return ValidationError(
        RefusalCode.SAML_WEAK_ALGORITHM,
        CheckName.SIGNATURE,
        expected=message("check.signature.digests" if of_digest else "check.signature.algorithms"),
        received=received,
    )


def missing_signature(expected: Message) -> ValidationError:
    """No signature where one has to be."""
    return ValidationError(
        RefusalCode.SAML_UNSIGNED,
        CheckName.SIGNATURE,
        expected=expected,
        received=message("check.signature.no_signature"),
    )


def weak_encryption(received: str, *, of_key: bool) -> ValidationError:
    """An encryption algorithm isn't on the list: the content key's, or the content's."""
    return ValidationError(
        RefusalCode.SAML_WEAK_ALGORITHM,
        CheckName.ENCRYPTION,
        expected=message("check.encryption.key_transport" if of_key else "check.encryption.content"),
        received=received,
    )
