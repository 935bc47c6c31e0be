"""AWS clients. Everything they need is imported on the first call, because most pages need none.

botocore creates the same clients that boto3 would. Importing boto3 also imports S3 transfers, which costs a new process
more than verifying its first sign-in.
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
    """Creates a DynamoDB client for the environment's region and credentials."""
    made: DynamoDBClient = _client("dynamodb")
    return made


def secrets_manager_client() -> SecretsManagerClient:
    """Creates a Secrets Manager client for the environment's region and credentials."""
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
    """For `except aws_failures()`: errors returned by AWS, and calls that never reached it."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError
