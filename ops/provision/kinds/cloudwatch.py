"""Alarms and dashboards in CloudWatch: each is put as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ops.provision.resource import Properties, Resource

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient


class AlarmKind:
    """Alarms."""

    def __init__(self, client: CloudWatchClient) -> None:
        self._client = client

    def read(self, resource: Resource) -> Properties | None:
        """Its properties; CloudWatch has CloudFormation's words for them."""
        found = self._client.describe_alarms(AlarmNames=[resource.name], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        return {**found[0], "Metrics": [_query(each) for each in found[0].get("Metrics", [])]} if found else None

    def create(self, resource: Resource) -> None:
        """Whole."""
        self._put_alarm(resource)

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """Whole again."""
        if names:
            self._put_alarm(resource)
        return {}

    def _put_alarm(self, resource: Resource) -> None:
        self._client.put_metric_alarm(AlarmName=resource.name, **resource.properties)


class DashboardKind:
    """Dashboards."""

    def __init__(self, client: CloudWatchClient) -> None:
        self._client = client

    def read(self, resource: Resource) -> Properties | None:
        """Its body, parsed."""
        try:
            text = self._client.get_dashboard(DashboardName=resource.name)["DashboardBody"]
        except self._client.exceptions.ResourceNotFound:
            return None
        return {"DashboardBody": json.loads(text)}

    def create(self, resource: Resource) -> None:
        """Whole.

        Raises:
            ValueError: CloudWatch took it and has objections to a graph; that one would stay empty.
        """
        body = json.dumps(resource.properties["DashboardBody"])
        answer = self._client.put_dashboard(DashboardName=resource.name, DashboardBody=body)
        if objections := answer.get("DashboardValidationMessages"):
            raise ValueError(f"The dashboard: {objections}")

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """Whole again."""
        if names:
            self.create(resource)
        return {}


def _query(found: Any) -> dict[str, Any]:
    return {name: found[name] for name in ("Id", "Expression", "MetricStat", "ReturnData") if name in found}
