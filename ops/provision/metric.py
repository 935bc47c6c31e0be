"""The metrics that alarms and the dashboard look at: our own, and those that AWS keeps anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ops.provision.functions import API, Function
from ops.provision.place import APP_NAME, Place

NAMESPACE: Final = "Gatehouse"

STARTED: Final = "SignInStarted"
SUCCEEDED: Final = "SignInSucceeded"
REFUSED: Final = "SignInRefused"
PASSWORD_BYPASS: Final = "PasswordBypass"  # noqa: S105
REPLAY: Final = "Replay"
CLOCK_SKEW: Final = "ClockSkew"
CERTIFICATE_DAYS_LEFT: Final = "CertificateDaysLeft"
COLD_START: Final = "ColdStart"
OURS: Final = (
    STARTED,
    SUCCEEDED,
    REFUSED,
    PASSWORD_BYPASS,
    REPLAY,
    CLOCK_SKEW,
    CERTIFICATE_DAYS_LEFT,
    COLD_START,
)
"""All of ours, with the dimension `stage`; `SignInRefused` is kept twice, by `stage` and by `stage` and `code`."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of CloudWatch and the statistic that is looked at."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str = "Sum"

    def query(self, identifier: str, period: int, *, returned: bool) -> dict[str, Any]:
        """As an alarm's metric. `period` is in seconds."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}
        stat = {"Metric": metric, "Period": period, "Stat": self.statistic}
        return {"Id": identifier, "MetricStat": stat, "ReturnData": returned}

    def line(self, label: str) -> list[Any]:
        """As a line of a dashboard's graph."""
        pairs = [part for pair in self.dimensions for part in pair]
        return [self.namespace, self.name, *pairs, {"stat": self.statistic, "label": label}]


def ours(place: Place, name: str, statistic: str = "Sum", **dimensions: str) -> Metric:
    """A metric that the application writes into its log (embedded metric format)."""
    return Metric(NAMESPACE, name, (("stage", place.stage), *dimensions.items()), statistic)


def function(place: Place, name: str, statistic: str = "Sum", of: Function = API) -> Metric:
    """A metric of a Lambda function."""
    return Metric("AWS/Lambda", name, (("FunctionName", of.name(place.stage)),), statistic)


def table(place: Place, name: str) -> Metric:
    """A metric of the table."""
    return Metric("AWS/DynamoDB", name, (("TableName", place.table),))


def gateway(place: Place, name: str, statistic: str = "Sum") -> Metric:
    """A metric of API Gateway. Chalice calls every stage's API alike: the gateway's stage tells them apart."""
    return Metric("AWS/ApiGateway", name, (("ApiName", APP_NAME), ("Stage", place.gateway_stage)), statistic)
