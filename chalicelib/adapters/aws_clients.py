"""The clients with which Lambda speaks to AWS. boto3 is imported by the first request that calls: pages need none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient


def dynamodb_client() -> DynamoDBClient:
    """A client of the environment's region and credentials."""
    import boto3

    return boto3.client("dynamodb", config=_config())


def secrets_manager_client() -> SecretsManagerClient:
    """A client of the environment's region and credentials."""
    import boto3

    return boto3.client("secretsmanager", config=_config())


def _config() -> Config:
    from botocore.config import Config

    return Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=4)
