"""What was checked so far, and the one place where a refusal leaves this room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from chalicelib.adapters.saml.refused import Refused
from chalicelib.domain.attempt import Check, CheckName
from chalicelib.domain.refusal import RefusalCode
from chalicelib.errors import SignInRefused

_ABOUT_THE_REQUEST: Final = {
    RefusalCode.SAML_NO_REQUEST,
    RefusalCode.SAML_REQUEST_MISMATCH,
    RefusalCode.SAML_REQUEST_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and, where it failed, its code."""

    check: Check
    code: RefusalCode | None = None


class Trail:
    """The checks of one verification. Leaving it with any exception raises SignInRefused with all of them."""

    def __init__(self) -> None:
        self._checks: dict[CheckName, Check] = {}

    @property
    def checks(self) -> tuple[Check, ...]:
        """One for each name, in the order of `CheckName`."""
        return tuple(self._checks[name] for name in CheckName if name in self._checks)

    def passed(self, name: CheckName, received: str | None = None) -> None:
        """Note a check that passed."""
        self._checks[name] = Check(name, True, received=received)

    def judge(self, findings: Iterable[Finding], assertion_id: str) -> None:
        """Note all findings, then refuse with the code of the first that failed.

        Args:
            assertion_id: told to the caller only where nothing but the binding to a request failed.
        Raises:
            SignInRefused: one failed.
        """
        codes = []
        for finding in findings:
            self._checks[finding.check.name] = finding.check
            if finding.code is not None:
                codes.append(finding.code)
        if codes:
            known = assertion_id if codes[0] in _ABOUT_THE_REQUEST else None
            raise SignInRefused(codes[0], checks=self.checks, assertion_id=known)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, Refused):
            self._checks[error.check] = Check(error.check, False, error.expected, error.received)
            raise SignInRefused(error.reason, private=error.expected, checks=self.checks) from None
        # Whatever lxml, xmlsec or python3-saml may raise on a stranger's XML; its text could quote the message.
        if isinstance(error, Exception) and not isinstance(error, SignInRefused):
            unread = f"unexpected {type(error).__name__}"
            raise SignInRefused(RefusalCode.SAML_MALFORMED, private=unread, checks=self.checks) from None
