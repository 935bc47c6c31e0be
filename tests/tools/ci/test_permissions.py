from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel

from tests.support.cloudformation import Resolved
from tools.ci import permissions
from tools.ci.permissions import Right, complaints, covers, granted_rights, required_actions

_TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/gatehouse-any"
_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:gatehouse/any"
_RIGHTS = granted_rights(Resolved("any").policies())


def _model(service: str, operation: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "rights"),
    [
        ("dynamodb", "GetItem", {"TableName": "gatehouse-0a1b"}, [("dynamodb:GetItem", _TABLE)]),
        (
            "dynamodb",
            "Query",
            {"TableName": "gatehouse-0a1b", "IndexName": "listing"},
            [("dynamodb:Query", f"{_TABLE}/index/listing")],
        ),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"gatehouse-dev": {}}}, [("dynamodb:BatchGetItem", _TABLE)]),
        (
            "dynamodb",
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "gatehouse-dev"}},
                    {"ConditionCheck": {"TableName": "gatehouse-dev"}},
                ]
            },
            [("dynamodb:PutItem", _TABLE), ("dynamodb:ConditionCheckItem", _TABLE)],
        ),
        (
            "secretsmanager",
            "CreateSecret",
            {"Name": "gatehouse/dev/connections/conn_4f"},
            [("secretsmanager:CreateSecret", f"{_SECRET}/connections/conn_0-AbCdEf")],
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": "gatehouse/dev/keys"},
            [("secretsmanager:GetSecretValue", f"{_SECRET}/keys-AbCdEf")],
        ),
        ("sts", "GetCallerIdentity", {}, [("sts:GetCallerIdentity", "unknown")]),
    ],
)
def test_a_call_asks_for_what_iam_would_check(
    service: str, operation: str, arguments: dict[str, Any], rights: list[tuple[str, str]]
) -> None:
    assert list(required_actions(_model(service, operation), arguments)) == rights


@pytest.mark.parametrize(
    "use",
    [
        Right("api_handler", "dynamodb:Scan", _TABLE),
        Right("api_handler", "dynamodb:PutItem", f"{_TABLE}/index/listing"),
        Right("api_handler", "dynamodb:PutItem", _TABLE.replace("any", "other")),
        Right("api_handler", "secretsmanager:PutSecretValue", f"{_SECRET}/keys-AbCdEf"),
        Right("api_handler", "sts:GetCallerIdentity", "unknown"),
        Right("refresh_metadata", "dynamodb:DeleteItem", _TABLE),
        Right("refresh_metadata", "secretsmanager:PutSecretValue", f"{_SECRET}/keys-AbCdEf"),
        Right("rotate_keys", "secretsmanager:GetSecretValue", f"{_SECRET}/connections/conn_0-AbCdEf"),
        Right("nobody", "dynamodb:PutItem", _TABLE),
    ],
    ids=lambda use: f"{use.function} {use.action}",
)
def test_what_is_not_granted_is_complained_about(use: Right) -> None:
    assert f"{use.function} may not {use.action} on {use.resource}" in complaints(_RIGHTS, [use])


def test_a_right_that_no_test_used_is_complained_about_but_for_lambdas_own() -> None:
    idle = [each for each in complaints(_RIGHTS, []) if each.startswith("no test has")]
    assert len(idle) == len({right for right in _RIGHTS if not right.action.startswith("logs:")})


def test_the_keys_secret_is_not_one_that_only_starts_like_it() -> None:
    right = Right("api_handler", "secretsmanager:GetSecretValue", f"{_SECRET}/keys-??????")
    assert covers(right, Right(right.function, right.action, f"{_SECRET}/keys-AbCdEf"))
    assert not covers(right, Right(right.function, right.action, f"{_SECRET}/keys-of-another-AbCdEf"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(permissions, "FOLDER", tmp_path)
    return tmp_path


def test_without_recorded_calls_nothing_is_proved(folder: Path) -> None:
    assert permissions.main() == 1


def test_rights_and_uses_that_match_pass_whichever_process_wrote_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    used = sorted((each.function, each.action, each.resource.replace("*", "0")) for each in _RIGHTS)
    (folder / "gw0.json").write_text(json.dumps(used[::2]))
    (folder / "gw1.json").write_text(json.dumps(used[1::2]))
    assert permissions.main() == 0
    assert "0 complaints" in capsys.readouterr().out
    (folder / "gw1.json").unlink()
    assert permissions.main() == 1
