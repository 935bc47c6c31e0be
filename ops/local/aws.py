"""AWS embedded: DynamoDB and Secrets Manager by moto in this process, with their data kept in a file.

moto was made for one thread and small tables. So one lock stands around every call (a conditional write is one step,
as in AWS), and a transaction's way back is ours: moto copies the whole table first, 0.14 s for a thousand items and
1.7 s for ten thousand; putting the touched items back costs the same at any size (2.7 ms for four writes).
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias
from unittest import mock

import boto3
import moto
from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber
from moto.dynamodb.models.table import Table

from ops.local import records
from ops.local.aws_request import AwsRequest
from ops.local.journal import Journal
from ops.local.moto_patches import patch_reads
from ops.table import create_table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient

_Answer: TypeAlias = "tuple[int, Any, Any] | None"

_SUCCESS: Final = 200


class EmbeddedAws:
    """DynamoDB and Secrets Manager while the context is open; clients made before it never reach them.

    Args:
        file: where the data are kept, mode 0600, in a folder that is there; made when missing.
        table_name: the one table.
    """

    def __init__(self, file: Path, table_name: str) -> None:
        self._file = file
        self._table_name = table_name
        self._lock = threading.RLock()
        self._open = ExitStack()
        self._answer = botocore_stubber.process_request

    def __enter__(self) -> Self:
        """Start, with what the file holds.

        Raises:
            ValueError: the file can't be read; the sentence says what to do.
        """
        with ExitStack() as opening:
            opening.enter_context(moto.mock_aws())
            records.clear()
            self.dynamodb: DynamoDBClient = boto3.client("dynamodb", region_name=records.REGION)
            self.secrets: SecretsManagerClient = boto3.client("secretsmanager", region_name=records.REGION)
            create_table(self.dynamodb, self._table_name)
            self._journal = Journal(self._file)
            opening.callback(self._journal.close)
            self._load(time.time())
            opening.enter_context(mock.patch.object(botocore_stubber, "process_request", self._process))
            opening.enter_context(patch_reads())
            opening.enter_context(mock.patch.object(Table, "__deepcopy__", lambda table, _: table, create=True))
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._open.close()

    def _load(self, now: float) -> None:
        for line in self._journal.lines():
            for document in line["changed"]:
                if not records.has_expired(document, now):
                    records.write(document)
        self._compact()

    def _compact(self) -> None:
        self._journal.rewrite({"changed": [document]} for document in records.everything(self._table_name))

    def _process(self, prepared: AWSPreparedRequest) -> _Answer:
        request = AwsRequest.of(prepared)
        touched = request.touches()
        with self._lock:
            if not touched:
                return self._answer(prepared)
            before = [records.read(record) for record in touched] if request.is_transaction else []
            answer = self._answer(prepared)
            if answer is not None and answer[0] == _SUCCESS:
                self._journal.append({"changed": [records.read(record) for record in touched]})
                if self._journal.has_grown:
                    self._compact()
            else:
                for document in before:
                    records.write(document)
            return answer
