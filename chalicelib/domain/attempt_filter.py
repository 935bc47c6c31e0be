"""Which sign-in attempts somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.attempt import Attempt, AttemptResult


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """What an attempt must be; "" and None are no condition.

    Attributes:
        code: a refusal code.
        who: a part of the e-mail address, in any case.
    """

    result: AttemptResult | None = None
    code: str = ""
    who: str = ""

    def admits(self, attempt: Attempt) -> bool:
        """Whether the attempt is wanted."""
        if self.result is not None and attempt.result is not self.result:
            return False
        if self.code and attempt.code != self.code:
            return False
        return self.who.lower() in (attempt.email or "").lower()

    @property
    def is_open(self) -> bool:
        """Whether every attempt is wanted."""
        return self == AttemptFilter()
