"""Collects the results of the checks and converts every failure to `SignInRefused`."""

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
"""A check, and its refusal code if it failed."""

_ABOUT_THE_REQUEST: Final = (
    RefusalCode.SAML_NO_REQUEST,
    RefusalCode.SAML_REQUEST_MISMATCH,
    RefusalCode.SAML_REQUEST_EXPIRED,
)


class ValidationReport:
    """The checks of one verification. As a context manager, it converts any exception to SignInRefused with all
    checks."""

    def __init__(self) -> None:
        self._checks: list[Check] = []

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks, in the order in which they ran."""
        return tuple(self._checks)

    def record_pass(self, name: CheckName, received: Told | None = None) -> None:
        """Records a check that passed."""
        self._checks.append(Check(name, True, None, received))

    def evaluate(
        self,
        findings: Iterable[CheckResult],
        assertion_id: str,
        age_seconds: float | None = None,
        signed: SignedSubject | None = None,
    ) -> None:
        """Records all results, then refuses with the code of the first failure. Failures of the request binding come
        last.

        Args:
            assertion_id: included in the refusal only if nothing but the request binding failed.
            age_seconds: the age of the assertion by its own IssueInstant.
            signed: the subject of the assertion.

        Raises:
            SignInRefused: a check failed.
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
            raise SignInRefused(error.reason, private=_for_log(error.expected), checks=checks) from None
        # lxml, xmlsec and python3-saml may raise anything on untrusted XML, and the text could quote the message.
        if isinstance(error, Exception) and not isinstance(error, SignInRefused):
            reason = f"unexpected {type(error).__name__}"
            raise SignInRefused(RefusalCode.SAML_MALFORMED, private=reason, checks=self.checks) from None


def _for_log(value: Told | None) -> str | None:
    """Returns the expected value for the log; messages are logged by their code."""
    return value.code if isinstance(value, Message) else value
