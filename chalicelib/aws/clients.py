"""The clients with which Lambda speaks to AWS. What makes them is imported by the first request that calls: pages need
none.

They are boto3's clients, made by botocore as boto3 makes them. Its own import brings S3's transfers along, which cost a
new process more than verifying its first sign-in.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient


def dynamodb_client() -> DynamoDBClient:
    """A client of the environment's region and credentials."""
    made: DynamoDBClient = _client("dynamodb")
    return made


def secrets_manager_client() -> SecretsManagerClient:
    """A client of the environment's region and credentials."""
    made: SecretsManagerClient = _client("secretsmanager")
    return made


def _client(service: str) -> Any:
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=4)
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    from botocore.session import get_session

    return get_session()


def aws_failures() -> tuple[type[ClientError], type[BotoCoreError]]:
    """For `except aws_failures()`: what AWS refused, and calls that never reached it."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError
