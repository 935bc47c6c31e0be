"""The metrics that alarms and the dashboard look at: our own, and those that AWS keeps anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib import metrics as emitted
from ops.provision.functions import API, Function
from ops.provision.place import Place


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


def ours(place: Place, name: emitted.Metric, statistic: str = "Sum", **dimensions: str) -> Metric:
    """A metric that the application writes into its log (embedded metric format)."""
    return Metric(emitted.NAMESPACE, name.value, (("stage", place.stage), *dimensions.items()), statistic)


def function(place: Place, name: str, statistic: str = "Sum", of: Function = API) -> Metric:
    """A metric of a Lambda function."""
    return Metric("AWS/Lambda", name, (("FunctionName", of.name(place.stage)),), statistic)


def table(place: Place, name: str) -> Metric:
    """A metric of the table."""
    return Metric("AWS/DynamoDB", name, (("TableName", place.table),))


def gateway(place: Place, name: str, statistic: str = "Sum") -> Metric:
    """A metric of API Gateway, by the name that `ops/deploy/rest_api.py` gives the API."""
    return Metric("AWS/ApiGateway", name, (("ApiName", place.rest_api), ("Stage", place.gateway_stage)), statistic)
