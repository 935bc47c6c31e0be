"""Why a deployment ended before its end."""

from __future__ import annotations


class DeployError(Exception):
    """A step can't go on.

    Args:
        reason: what is wrong, one sentence.
        remedy: what to do next, one sentence.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy
