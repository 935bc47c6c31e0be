"""CloudWatch metrics. CloudWatch charges for each pair of a metric name and a dimension value, so both are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

NAMESPACE: Final = "Gatehouse"


class Metric(StrEnum):
    """The metrics, with the dimension `stage`. `SignInRefused` also has a metric per refusal code."""

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
        """The CloudWatch unit."""
        if self is Metric.CLOCK_SKEW:
            return "Seconds"
        return "None" if self is Metric.CERTIFICATE_DAYS_LEFT else "Count"


def embed_metrics(metrics: Mapping[Metric, float], stage: str, now: datetime) -> dict[str, Any]:
    """Returns the metrics as fields of a log line (CloudWatch embedded metric format), or an empty dict if there are
    none.

    The second dimension of `SignInRefused` is the line's own `code`.
    """
    if not metrics:
        return {}
    plain = [metric for metric in metrics if metric is not Metric.SIGN_IN_REFUSED]
    directives = [_directive(plain, [["stage"]])] if plain else []
    if Metric.SIGN_IN_REFUSED in metrics:
        directives.append(_directive([Metric.SIGN_IN_REFUSED], [["stage"], ["stage", "code"]]))
    document = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": directives}
    return {"_aws": document, "stage": stage, **{metric.value: value for metric, value in metrics.items()}}


def _directive(metrics: Sequence[Metric], dimensions: list[list[str]]) -> dict[str, Any]:
    named = [{"Name": metric.value, "Unit": metric.unit} for metric in metrics]
    return {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": named}
