"""Cheaper, and not another DynamoDB than moto's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.table import Table

from ops.local.moto_patches import patch_moto
from ops.table import create_table

NAME = "quick"
ITEM: dict[str, Any] = {
    "pk": {"S": "a"},
    "sk": {"S": "b"},
    "map": {"M": {"list": {"L": [{"N": "1"}, {"BOOL": False}, {"NULL": True}, {"M": {}}]}, "empty": {"S": ""}}},
    "set": {"SS": ["x", "y"]},
    "numbers": {"NS": ["1", "2"]},
    "octets": {"B": b"\x00\xff"},
    "deep octets": {"M": {"octets": {"L": [{"B": b"\x00"}]}}},
}


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        made = boto3.client("dynamodb", region_name="us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
        create_table(made, NAME)
        yield made
        made.delete_table(TableName=NAME)


@pytest.mark.parametrize("quick", [True, False])
def test_an_item_of_every_type_comes_back_as_it_was_put(client: Any, quick: bool) -> None:
    with patch_moto() if quick else nullcontext():
        client.put_item(TableName=NAME, Item=ITEM)
        assert client.get_item(TableName=NAME, Key={name: ITEM[name] for name in ("pk", "sk")})["Item"] == ITEM


@pytest.mark.parametrize("quick", [True, False])
def test_a_transaction_that_fails_leaves_everything_as_it_was_and_one_that_does_not_writes_all(
    client: Any, quick: bool
) -> None:
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    update = {
        "TableName": NAME,
        "Key": key,
        "UpdateExpression": "SET #map.#empty = :new",
        "ExpressionAttributeNames": {"#map": "map", "#empty": "empty"},
        "ExpressionAttributeValues": {":new": {"S": "new"}},
    }
    added = {"TableName": NAME, "Item": {**key, "pk": {"S": "new"}}}
    refused = {
        "Put": {"TableName": NAME, "Item": {**key, "sk": {"S": "c"}}, "ConditionExpression": "attribute_exists(pk)"}
    }
    with patch_moto() if quick else nullcontext():
        client.put_item(TableName=NAME, Item=ITEM)
        for _ in range(2):
            with pytest.raises(client.exceptions.TransactionCanceledException):
                client.transact_write_items(TransactItems=[{"Update": update}, {"Put": added}, refused])
            assert client.scan(TableName=NAME)["Items"] == [ITEM]
        client.transact_write_items(TransactItems=[{"Update": update}, {"Put": added}])
        found = {item["pk"]["S"]: item for item in client.scan(TableName=NAME)["Items"]}
    assert found["a"]["map"]["M"]["empty"] == {"S": "new"}
    assert found["new"] == added["Item"]


def test_a_transaction_copies_its_table_once(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = 0
    make = Table.__new__

    def counted(kind: type[Table]) -> object:
        nonlocal copies
        copies += 1
        return make(kind)

    puts = [{"Put": {"TableName": NAME, "Item": {"pk": {"S": str(n)}, "sk": {"S": "b"}}}} for n in range(5)]
    with patch_moto():
        monkeypatch.setattr(Table, "__new__", counted)
        client.transact_write_items(TransactItems=puts)
        monkeypatch.undo()
    assert copies == 1


@pytest.mark.parametrize("quick", [True, False])
def test_a_query_answers_its_partition_in_order_and_an_index_that_of_the_whole_table(client: Any, quick: bool) -> None:
    listed = {"listing_pk": {"S": "users"}}
    with patch_moto() if quick else nullcontext():
        for partition, sort in (("a", "3"), ("b", "0"), ("a", "1"), ("a", "2")):
            item = {"pk": {"S": partition}, "sk": {"S": sort}, "listing_sk": {"S": sort}, **listed}
            client.put_item(TableName=NAME, Item=item)
        query: dict[str, Any] = {
            "TableName": NAME,
            "KeyConditionExpression": "pk = :pk AND sk > :sk",
            "ExpressionAttributeValues": {":pk": {"S": "a"}, ":sk": {"S": "1"}},
        }
        assert [item["sk"]["S"] for item in client.query(**query)["Items"]] == ["2", "3"]
        first = client.query(**query, Limit=1, ScanIndexForward=False)
        assert [item["sk"]["S"] for item in first["Items"]] == ["3"]
        after = client.query(**query, ScanIndexForward=False, ExclusiveStartKey=first["LastEvaluatedKey"])
        assert [item["sk"]["S"] for item in after["Items"]] == ["2"]
        query["ExpressionAttributeValues"] = {":pk": {"S": "absent"}, ":sk": {"S": "1"}}
        assert client.query(**query)["Items"] == []
        by_listing: dict[str, Any] = {
            "TableName": NAME,
            "IndexName": "listing",
            "KeyConditionExpression": "listing_pk = :listing",
            "ExpressionAttributeValues": {":listing": {"S": "users"}},
        }
        assert [item["sk"]["S"] for item in client.query(**by_listing)["Items"]] == ["0", "1", "2", "3"]
