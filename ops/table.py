"""The stage's table as it must be. `docs/architecture.md` says what lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEY: Final = ("pk", "sk")
TTL_ATTRIBUTE: Final = "expires_at"

SHAPE: Final[dict[str, Any]] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("listing_pk", "listing_sk", *KEY)
    ],
    "KeySchema": [{"AttributeName": KEY[0], "KeyType": "HASH"}, {"AttributeName": KEY[1], "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "listing",
            "KeySchema": [
                {"AttributeName": "listing_pk", "KeyType": "HASH"},
                {"AttributeName": "listing_sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
"""One primary key, one sparse index for the lists of organizations and API keys; attributes by their names' order."""

PROTECTION: Final[dict[str, Any]] = {
    "TimeToLiveSpecification": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    "SSESpecification": {"SSEEnabled": True},
    "DeletionProtectionEnabled": True,
}
"""Properties of a stage's table as CloudFormation names them; the local run and the tests only set the TTL."""


def create_table(client: DynamoDBClient, name: str) -> None:
    """Make the table for the local run and the tests: its shape and its TTL."""
    client.create_table(TableName=name, **SHAPE)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=PROTECTION["TimeToLiveSpecification"])
