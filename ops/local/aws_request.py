"""Which records a request to the embedded AWS may change, read from the request itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self, TypeAlias, cast

from botocore.awsrequest import AWSPreparedRequest

from ops.local.records import Item, Record, Secret
from ops.table import KEY

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """A call in AWS's JSON protocol, for example `PutItem` of `DynamoDB_20120810`."""

    service: str
    operation: str
    body: Body

    @classmethod
    def of(cls, request: AWSPreparedRequest) -> Self:
        """The call that botocore is about to send."""
        target = cast("bytes", request.headers["X-Amz-Target"])  # botocore signs bytes, whatever its types say
        service, _, operation = target.decode().partition(".")
        return cls(service.partition("_")[0], operation, json.loads(cast("bytes", request.body)))

    @property
    def is_transaction(self) -> bool:
        """True if the request is a transaction."""
        return self.operation == "TransactWriteItems"

    def touches(self) -> tuple[Record, ...]:
        """The records that may be different afterwards; none for a read."""
        if self.service == "secretsmanager":
            reads = self.operation.startswith(("Get", "Describe", "List", "BatchGet"))
            name = self.body.get("SecretId") or self.body.get("Name")
            return () if reads or not name else (Secret(name),)
        return tuple(_item(table, put or key) for table, put, key in self._writes() if put or key)

    def _writes(self) -> list[tuple[str, Body | None, Body | None]]:
        """Each write as (table, the whole item of a put, the key of anything else)."""
        match self.operation:
            case "PutItem":
                return [(self.body["TableName"], self.body["Item"], None)]
            case "UpdateItem" | "DeleteItem":
                return [(self.body["TableName"], None, self.body["Key"])]
            case "TransactWriteItems":
                parts = [part for entry in self.body["TransactItems"] for part in entry.values()]
                return [(part["TableName"], part.get("Item"), part.get("Key")) for part in parts]
            case "BatchWriteItem":
                requests = [
                    (t, part)
                    for t, entries in self.body["RequestItems"].items()
                    for e in entries
                    for part in e.values()
                ]
                return [(table, part.get("Item"), part.get("Key")) for table, part in requests]
        return []


def _item(table: str, attributes: Body | None) -> Item:
    pk, sk = (((attributes or {}).get(name) or {}).get("S", "") for name in KEY)
    return Item(table, (pk, sk))
