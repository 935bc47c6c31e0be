"""The stage's table, as the data plane's template describes it. `docs/architecture.md` lists its items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ops.provision.template import load

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEY: Final = ("pk", "sk")
TTL_ATTRIBUTE: Final = "expires_at"


def create_table(client: DynamoDBClient, name: str) -> None:
    """Make the table for the local run and the tests: its shape and its TTL."""
    wanted: dict[str, Any] = load()["Resources"]["Table"]["Properties"]
    shape = {
        each: wanted[each] for each in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    }
    client.create_table(TableName=name, **shape)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted["TimeToLiveSpecification"])
