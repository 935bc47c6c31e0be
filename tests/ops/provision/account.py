"""An AWS account without a thing of ours in one region."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

import boto3
import botocore.session
from botocore.loaders import create_loader
from moto import mock_aws
from moto.backends import get_backend
from moto.dynamodb.responses import DynamoHandler

REGION: Final = "eu-central-1"  # other tests' deployments are elsewhere
ACCOUNT: Final = "123456789012"
STAGE: Final = "prod"

_LOADER: Final = create_loader()
_SERVICES: Final = ("cloudwatch", "dynamodb", "logs", "secretsmanager", "sns")


@contextmanager
def empty_account() -> Iterator[boto3.Session]:
    """A session. moto ignores a change of a table's encryption, so that is added."""
    ignoring = DynamoHandler.update_table

    def update_table(handler: Any) -> str:
        if wanted := handler.body.get("SSESpecification"):
            table = get_backend("dynamodb")[ACCOUNT][REGION].get_table(handler.body["TableName"])
            table.sse_specification = {"KMSMasterKeyId": "aws/dynamodb", **wanted}
        return str(ignoring(handler))

    with mock_aws(), mock.patch.object(DynamoHandler, "update_table", update_table):
        for service in _SERVICES:
            get_backend(service)[ACCOUNT][REGION].reset()
        yield same_account()


def same_account() -> boto3.Session:
    """Another session of the account in use."""
    core = botocore.session.get_session()
    core.register_component("data_loader", _LOADER)  # reads each service's description once for all sessions
    return boto3.Session("test", "test", region_name=REGION, botocore_session=core)
