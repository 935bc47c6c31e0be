"""The table in DynamoDB."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ops import table
from ops.provision.resource import Properties, Resource

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_ON: Final = {"ENABLED", "ENABLING", "UPDATING"}


class TableKind:
    """Tables: made with their shape, protected afterwards, so that a run that was killed between is completed."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client

    def read(self, resource: Resource) -> Properties | None:
        """The table's properties."""
        name = resource.name
        try:
            found = self._client.describe_table(TableName=name)["Table"]
        except self._client.exceptions.ResourceNotFoundException:
            return None
        ttl = self._client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        backups = self._client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        encrypted = found.get("SSEDescription", {}).get("Status") in _ON
        return {
            "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "AttributeDefinitions": sorted(found["AttributeDefinitions"], key=lambda each: each["AttributeName"]),
            "KeySchema": found["KeySchema"],
            "GlobalSecondaryIndexes": [_index(each) for each in found.get("GlobalSecondaryIndexes", [])],
            "DeletionProtectionEnabled": found.get("DeletionProtectionEnabled", False),
            "TimeToLiveSpecification": {
                "AttributeName": ttl.get("AttributeName"),
                "Enabled": ttl.get("TimeToLiveStatus") in _ON,
            },
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery in _ON},
            "SSESpecification": {"SSEEnabled": encrypted},
        }

    def create(self, resource: Resource) -> None:
        """The table's shape, encrypted and protected from the first moment."""
        self._client.create_table(
            TableName=resource.name,
            SSESpecification={"Enabled": True},
            DeletionProtectionEnabled=True,
            **table.SHAPE,
        )
        self._wait(resource.name)

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """One change at a time, as DynamoDB wants it. Attributes are defined with the index that uses them."""
        advice: dict[str, str] = {}
        for name in sorted(names - {"AttributeDefinitions"}):
            if left := self._fix_one(resource, name):
                advice[name] = advice["AttributeDefinitions"] = left
            self._wait(resource.name)
        return advice

    def _fix_one(self, resource: Resource, name: str) -> str:
        wanted = resource.properties
        match name:
            case "PointInTimeRecoverySpecification":
                return self._start_recovery(resource)
            case "TimeToLiveSpecification":
                return self._start_ttl(resource)
            case "BillingMode" | "DeletionProtectionEnabled":
                self._update(resource.name, **{name: wanted[name]})
            case "SSESpecification":
                self._update(resource.name, SSESpecification={"Enabled": True})
            case "GlobalSecondaryIndexes":
                return self._add_indexes(resource)
            case _:
                return f"{name} can't be changed in place: make a new table and copy the items."
        return ""

    def _start_recovery(self, resource: Resource) -> str:
        for pause in (2, 4, 8, 16, 0):
            try:
                self._client.update_continuous_backups(
                    TableName=resource.name,
                    PointInTimeRecoverySpecification=resource.properties["PointInTimeRecoverySpecification"],
                )
            except self._client.exceptions.ContinuousBackupsUnavailableException:
                time.sleep(pause)  # a new table takes a moment
            else:
                return ""
        return "DynamoDB does not take it yet: come again in a minute."

    def _update(self, name: str, **changes: Any) -> None:
        self._client.update_table(TableName=name, **changes)

    def _start_ttl(self, resource: Resource) -> str:
        found = self._client.describe_time_to_live(TableName=resource.name)["TimeToLiveDescription"]
        if found.get("TimeToLiveStatus") in _ON:
            return "TTL runs on another attribute: turn it off, wait an hour, and come again."
        self._client.update_time_to_live(
            TableName=resource.name, TimeToLiveSpecification=resource.properties["TimeToLiveSpecification"]
        )
        return ""

    def _add_indexes(self, resource: Resource) -> str:
        found = {each["IndexName"] for each in (self.read(resource) or {})["GlobalSecondaryIndexes"]}
        missing = [each for each in resource.properties["GlobalSecondaryIndexes"] if each["IndexName"] not in found]
        if not missing:
            return "An index is not as it must be, or one too many: delete it by hand and come again."
        self._update(
            resource.name,
            AttributeDefinitions=resource.properties["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": each} for each in missing],
        )
        return ""

    def _wait(self, name: str) -> None:
        self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 150})


def _index(found: Any) -> dict[str, Any]:
    return {name: found[name] for name in ("IndexName", "KeySchema", "Projection")}
