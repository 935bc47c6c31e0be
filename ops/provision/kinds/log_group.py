"""Log groups in CloudWatch Logs: made before the function that logs there, which would keep its lines for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ops.provision.resource import Properties, Resource

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient


class LogGroupKind:
    """Log groups and how long they keep what was logged."""

    def __init__(self, client: CloudWatchLogsClient) -> None:
        self._client = client

    def read(self, resource: Resource) -> Properties | None:
        """How many days it keeps; None for ever."""
        pages = self._client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=resource.name)
        for group in (group for page in pages for group in page["logGroups"]):
            if group["logGroupName"] == resource.name:
                return {"RetentionInDays": group.get("retentionInDays")}
        return None

    def create(self, resource: Resource) -> None:
        """Without retention, which `fix` sets."""
        self._client.create_log_group(logGroupName=resource.name)

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """The retention: there is nothing else."""
        if names:
            self._client.put_retention_policy(
                logGroupName=resource.name, retentionInDays=resource.properties["RetentionInDays"]
            )
        return {}
