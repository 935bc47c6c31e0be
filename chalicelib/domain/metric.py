"""What is counted. Few names and few values of dimensions: each pair of them is a metric that costs money."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

NAMESPACE: Final = "Gatehouse"


class Metric(StrEnum):
    """The metrics. Their dimension is `stage`; `SignInRefused` has one by refusal code besides."""

    SIGN_IN_STARTED = "SignInStarted"
    SIGN_IN_SUCCEEDED = "SignInSucceeded"
    SIGN_IN_REFUSED = "SignInRefused"
    PASSWORD_BYPASS = "PasswordBypass"  # noqa: S105
    REPLAY = "Replay"
    CLOCK_SKEW = "ClockSkew"
    CERTIFICATE_DAYS_LEFT = "CertificateDaysLeft"
    COLD_START = "ColdStart"

    @property
    def unit(self) -> str:
        """CloudWatch's word."""
        if self is Metric.CLOCK_SKEW:
            return "Seconds"
        return "None" if self is Metric.CERTIFICATE_DAYS_LEFT else "Count"
