"""In-memory AWS: reads come from a dictionary and writes are discarded, so that a sign-in can be repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

Rows = Mapping[tuple[str, str], Mapping[str, Any]]
"""Items as DynamoDB's API carries them, by partition key and sort key."""

_CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TableInMemory:
    """A DynamoDB client with the two calls of a sign-in."""

    rows: Rows

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 AWS's own name
        """Returns those of the requested items that exist."""
        ((name, asked),) = RequestItems.items()
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in asked["Keys"]]
        return {"Responses": {name: [self.rows[key] for key in keys if key in self.rows]}, "UnprocessedKeys": {}}

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        """Accepts every write; all conditions hold."""
        return {}


@dataclass(frozen=True, slots=True)
class SecretsInMemory:
    """A Secrets Manager client with secrets by name."""

    texts: Mapping[str, str]

    def get_secret_value(self, *, SecretId: str, **_: Any) -> dict[str, Any]:  # noqa: N803 AWS's own name
        """Returns the same secret for every version."""
        return {"SecretString": self.texts[SecretId], "CreatedDate": _CREATED}


def client_without_network(rows: Rows) -> Any:
    """boto3's own DynamoDB client over the same rows: all of its work, except that nothing is sent."""
    client: Any = boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 signed with, never sent
    )
    table = TableInMemory(rows)

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked = json.loads(request.body)
        found = table.batch_get_item(RequestItems=asked["RequestItems"]) if "RequestItems" in asked else {}
        return AWSResponse(request.url, 200, HTTPHeaders(), _Body(json.dumps(found).encode()))

    client.meta.events.unregister("before-send", botocore_stubber)  # moto's; it works even where it answers nothing
    client.meta.events.register("before-send.dynamodb", answer)
    return client


@dataclass(frozen=True, slots=True)
class _Body:
    octets: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.octets
