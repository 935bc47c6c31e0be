"""What was checked so far, and the one place where a refusal leaves this room."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from chalicelib.errors import SignInRefused
from chalicelib.i18n.message import Message
from chalicelib.saml.assertion import SignedSubject
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError

CheckResult = tuple[Check, RefusalCode | None]
"""A check and, where it failed, its code."""

_ABOUT_THE_REQUEST: Final = (
    RefusalCode.SAML_NO_REQUEST,
    RefusalCode.SAML_REQUEST_MISMATCH,
    RefusalCode.SAML_REQUEST_EXPIRED,
)


class ValidationReport:
    """The checks of one verification. Leaving it with any exception raises SignInRefused with all of them."""

    def __init__(self) -> None:
        self._checks: list[Check] = []

    @property
    def checks(self) -> tuple[Check, ...]:
        """In the order in which they were made."""
        return tuple(self._checks)

    def record_pass(self, name: CheckName, received: Told | None = None) -> None:
        """Note a check that passed."""
        self._checks.append(Check(name, True, None, received))

    def evaluate(
        self,
        findings: Iterable[CheckResult],
        assertion_id: str,
        age_seconds: float | None = None,
        signed: SignedSubject | None = None,
    ) -> None:
        """Note all findings, then refuse with the code of the first that failed; those about the request count last.

        Args:
            assertion_id: told to the caller only where nothing but the binding to a request failed.
            age_seconds: of the assertion, by its own clock.
            signed: whom the assertion names.

        Raises:
            SignInRefused: one failed.
        """
        codes = []
        for check, code in findings:
            self._checks.append(check)
            if code is not None:
                codes.append(code)
        if codes:
            code = min(codes, key=_ABOUT_THE_REQUEST.__contains__)
            known = assertion_id if code in _ABOUT_THE_REQUEST else None
            raise SignInRefused(code, checks=self.checks, assertion_id=known, age_seconds=age_seconds, signed=signed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, ValidationError):
            failed = Check(error.check, False, error.expected, error.received)
            checks = (*(check for check in self._checks if check.name is not error.check), failed)
            raise SignInRefused(error.reason, private=_logged(error.expected), checks=checks) from None
        # Whatever lxml, xmlsec or python3-saml may raise on a stranger's XML; its text could quote the message.
        if isinstance(error, Exception) and not isinstance(error, SignInRefused):
            unread = f"unexpected {type(error).__name__}"
            raise SignInRefused(RefusalCode.SAML_MALFORMED, private=unread, checks=self.checks) from None


def _logged(told: Told | None) -> str | None:
    """The expected value as the log has it: our own words by their code."""
    return told.code if isinstance(told, Message) else told
