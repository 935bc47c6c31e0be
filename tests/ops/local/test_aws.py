from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from ops.local.aws import EmbeddedAws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TABLE = "gatehouse-test"


def _put(dynamodb: DynamoDBClient, sk: str, **attributes: dict[str, str]) -> None:
    dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "p"}, "sk": {"S": sk}, **attributes})


def _get(dynamodb: DynamoDBClient, sk: str) -> object:
    answer = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": "p"}, "sk": {"S": sk}}, ConsistentRead=True)
    return answer.get("Item")


def _all(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(item["sk"]["S"] for item in dynamodb.scan(TableName=TABLE)["Items"])


def test_every_kind_of_write_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        for name in ("kept", "changed", "gone"):
            _put(aws.dynamodb, name, bytes={"B": b"\x00\xff"})  # type: ignore[dict-item]
        key = {"pk": {"S": "p"}, "sk": {"S": "changed"}}
        aws.dynamodb.update_item(
            TableName=TABLE, Key=key, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "7"}}
        )
        aws.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": "p"}, "sk": {"S": "gone"}})
        aws.dynamodb.batch_write_item(
            RequestItems={TABLE: [{"PutRequest": {"Item": {"pk": {"S": "p"}, "sk": {"S": "batch"}}}}]}
        )
        aws.dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": TABLE, "Item": {"pk": {"S": "p"}, "sk": {"S": "transaction"}}}}]
        )
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        assert _all(aws.dynamodb) == ["batch", "changed", "kept", "transaction"]
        assert _get(aws.dynamodb, "changed") == {
            "pk": {"S": "p"},
            "sk": {"S": "changed"},
            "bytes": {"B": b"\x00\xff"},
            "n": {"N": "7"},
        }


def test_a_secret_keeps_its_versions_labels_and_deletion_over_a_restart(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        first = aws.secrets.create_secret(Name="a", SecretString="one")
        second = aws.secrets.put_secret_value(SecretId="a", SecretString="two", VersionStages=["live-2"])
        aws.secrets.create_secret(Name="deleted", SecretString="x")
        aws.secrets.delete_secret(SecretId="deleted", RecoveryWindowInDays=7)
        aws.secrets.create_secret(Name="gone", SecretString="x")
        aws.secrets.delete_secret(SecretId="gone", ForceDeleteWithoutRecovery=True)
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        for version, text in ((first["VersionId"], "one"), (second["VersionId"], "two")):
            assert aws.secrets.get_secret_value(SecretId=first["ARN"], VersionId=version)["SecretString"] == text
        assert aws.secrets.describe_secret(SecretId="a")["VersionIdsToStages"][second["VersionId"]] == ["live-2"]
        with pytest.raises(aws.secrets.exceptions.InvalidRequestException):
            aws.secrets.get_secret_value(SecretId="deleted")
        aws.secrets.restore_secret(SecretId="deleted")
        with pytest.raises(aws.secrets.exceptions.ResourceNotFoundException):
            aws.secrets.get_secret_value(SecretId="gone")


_WRITER = """
import sys, pathlib
from ops.local.aws import EmbeddedAws
with EmbeddedAws(pathlib.Path(sys.argv[1]), sys.argv[2]) as aws:
    for number in range(10_000):
        items = [{"pk": {"S": "p"}, "sk": {"S": f"{number}-{half}"}} for half in "ab"]
        puts = [{"Put": {"TableName": sys.argv[2], "Item": item}} for item in items]
        aws.dynamodb.transact_write_items(TransactItems=puts)
        print(number, flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_acknowledged_and_halves_no_transaction(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "data.jsonl"), TABLE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
        writer.kill()
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        there = set(_all(aws.dynamodb))
    assert acknowledged[-1] == "19"
    assert {f"{number}-{half}" for number in acknowledged for half in "ab"} <= there
    assert {name[:-1] + "a" for name in there} == {name[:-1] + "a" for name in there if name[:-1] + "b" in there}


def test_a_line_that_was_cut_off_by_a_crash_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        _put(aws.dynamodb, "whole")
    with (tmp_path / "data.jsonl").open("a") as journal:
        journal.write('{"changed":[{"table":"gatehouse-te')
    for _ in range(2):
        with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
            assert _all(aws.dynamodb) == ["whole"]


def test_a_damaged_file_stops_the_start_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text("not json\n")
    with pytest.raises(ValueError, match="RESET=1"):
        EmbeddedAws(tmp_path / "data.jsonl", TABLE).__enter__()
    assert (tmp_path / "data.jsonl").read_text() == "not json\n"


def test_the_data_are_for_their_owner_alone(tmp_path: Path) -> None:
    for _ in range(2):
        with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
            _put(aws.dynamodb, "a")
    assert (tmp_path / "data.jsonl").stat().st_mode & 0o777 == 0o600


def test_an_item_past_its_expiry_is_gone_after_a_restart_as_dynamodb_would_have_it(tmp_path: Path) -> None:
    now = time.time()
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        _put(aws.dynamodb, "old", expires_at={"N": str(int(now) - 60)})
        _put(aws.dynamodb, "young", expires_at={"N": str(int(now) + 60)})
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        assert _all(aws.dynamodb) == ["young"]


def test_a_refused_transaction_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        for name in ("updated", "deleted", "there"):
            _put(aws.dynamodb, name, v={"N": "1"})
        key = {"pk": {"S": "p"}}
        with pytest.raises(ClientError, match="TransactionCanceled"):
            aws.dynamodb.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": TABLE,
                            "Key": {**key, "sk": {"S": "updated"}},
                            "UpdateExpression": "SET v = :v",
                            "ExpressionAttributeValues": {":v": {"N": "2"}},
                        }
                    },
                    {"Delete": {"TableName": TABLE, "Key": {**key, "sk": {"S": "deleted"}}}},
                    {"Put": {"TableName": TABLE, "Item": {**key, "sk": {"S": "new"}}}},
                    {
                        "Put": {
                            "TableName": TABLE,
                            "Item": {**key, "sk": {"S": "there"}},
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                ]
            )
        before = {name: _get(aws.dynamodb, name) for name in ("updated", "deleted", "new", "there")}
        assert [(item or {}).get("v", {}).get("N") for item in before.values()] == ["1", "1", None, "1"]  # type: ignore[attr-defined]
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        assert {name: _get(aws.dynamodb, name) for name in before} == before


def test_of_many_threads_with_one_condition_one_wins(tmp_path: Path) -> None:
    won: list[int] = []

    def consume(number: int) -> None:
        put = {"TableName": TABLE, "Item": {"pk": {"S": "once"}, "sk": {"S": "once"}, "by": {"N": str(number)}}}
        try:
            aws.dynamodb.transact_write_items(
                TransactItems=[{"Put": {**put, "ConditionExpression": "attribute_not_exists(pk)"}}]  # type: ignore[typeddict-item]
            )
        except ClientError:
            return
        won.append(number)

    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        threads = [threading.Thread(target=consume, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(won) == 1


def _seconds_for_transactions(dynamodb: DynamoDBClient, name: str) -> float:
    best = float("inf")
    for number in range(5):
        began = time.perf_counter()
        puts = [
            {"Put": {"TableName": TABLE, "Item": {"pk": {"S": name}, "sk": {"S": f"{number}{i}"}}}} for i in range(4)
        ]
        dynamodb.transact_write_items(TransactItems=puts)  # type: ignore[arg-type]
        best = min(best, time.perf_counter() - began)
    return best


def test_a_transaction_costs_the_same_whatever_the_table_holds(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        empty = _seconds_for_transactions(aws.dynamodb, "a")
        for start in range(0, 2000, 25):
            items = [{"pk": {"S": f"{start + i}"}, "sk": {"S": "x"}, "d": {"S": "y" * 200}} for i in range(25)]
            aws.dynamodb.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": item}} for item in items]})
        full = _seconds_for_transactions(aws.dynamodb, "b")
    assert full < 5 * empty  # moto's own way back: 50 times


def test_the_journal_stays_small_when_the_same_item_changes_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.local.journal._GROWN", 10_000)
    with EmbeddedAws(tmp_path / "data.jsonl", TABLE) as aws:
        for number in range(300):
            _put(aws.dynamodb, "same", n={"N": str(number)})
        lines = (tmp_path / "data.jsonl").read_text().splitlines()
    assert len(lines) < 200
    assert json.loads(lines[-1])["changed"][0]["state"]["n"] == {"N": "299"}
