"""`make provision`: the stack, the first keys, and what existed before there was a stack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from chalicelib.signing_keys.secrets import DeploymentKeysSecret
from ops.stage_keys import ensure_keys, restore_keys
from ops.table import create_table
from tests.deploy.account import rest_apis
from tests.deploy.conftest import Checkout
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]
TABLE, KEYS = "gatehouse-dev", "gatehouse/dev/keys"


def _key_version() -> str:
    return boto3.client("secretsmanager").get_secret_value(SecretId=KEYS, VersionStage="AWSCURRENT")["VersionId"]


@pytest.mark.usefixtures("aws")
def test_an_empty_account_gets_everything_and_then_nothing_differs(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout = clone()
    assert checkout.provision("--check") == 1
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    assert checkout.provision() == 0
    said = capsys.readouterr().out
    assert "Add     AWS::DynamoDB::Table Table" in said
    assert "aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:123456789012:gatehouse-dev-alarms" in said
    assert boto3.client("dynamodb").list_tables()["TableNames"] == [TABLE]
    assert len(DeploymentKeysSecret(boto3.client("secretsmanager"), KEYS).load(datetime.now(UTC)).cookies.current) == 32
    keys = _key_version()

    assert checkout.provision() == 0
    assert checkout.provision("--check") == 0
    assert "Stack gatehouse-dev-data is as the template describes it." in capsys.readouterr().out
    assert _key_version() == keys


def test_provisioning_reads_no_key(aws: AwsServer, clone: Clone) -> None:
    for arguments in ((), (), ("--check",)):
        clone().provision(*arguments)
    assert not any(action == "GetSecretValue" for *_, action in aws.calls())


@pytest.mark.usefixtures("aws")
def test_what_existed_before_the_stack_is_taken_over_with_everything_in_it(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    tables, logs, topics = boto3.client("dynamodb"), boto3.client("logs"), boto3.client("sns")
    create_table(tables, TABLE)
    item: dict[str, Any] = {"pk": {"S": "ORG#1"}, "sk": {"S": "ORG"}}
    tables.put_item(TableName=TABLE, Item=item)
    logs.create_log_group(logGroupName="/aws/lambda/gatehouse-dev")
    logs.create_log_stream(logGroupName="/aws/lambda/gatehouse-dev", logStreamName="old")
    topic = topics.create_topic(Name="gatehouse-dev-alarms")["TopicArn"]
    ensure_keys(boto3.client("secretsmanager"), KEYS, datetime.now(UTC))
    keys = _key_version()
    tags = {"gatehouse:stage": "gatehouse/dev"}
    api = boto3.client("apigateway").create_rest_api(name="gatehouse-dev", tags=tags)["id"]
    made = tables.describe_table(TableName=TABLE)["Table"]["CreationDateTime"]

    checkout = clone()
    assert checkout.provision("--check") == 1
    assert "Import  AWS::DynamoDB::Table Table, which exists" in capsys.readouterr().out
    assert checkout.provision() == 0
    assert "Taking over what exists: Keys, Log, RestApi, Table, Topic" in capsys.readouterr().out
    assert tables.get_item(TableName=TABLE, Key=item)["Item"] == item
    assert tables.describe_table(TableName=TABLE)["Table"]["CreationDateTime"] == made
    streams = logs.describe_log_streams(logGroupName="/aws/lambda/gatehouse-dev")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["old"]
    assert [each["TopicArn"] for each in topics.list_topics()["Topics"]] == [topic]
    assert _key_version() == keys
    assert rest_apis() == [api]
    address = checkout.configuration("dev")["environment_variables"]["GATEHOUSE_BASE_URL"]
    assert address == f"https://{api}.execute-api.eu-west-1.amazonaws.com/api"
    assert checkout.provision("--check") == 0


@pytest.mark.usefixtures("aws")
def test_of_two_rest_apis_that_belong_to_the_stage_none_is_taken_unasked(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = {"gatehouse:stage": "gatehouse/dev"}
    apis = [boto3.client("apigateway").create_rest_api(name="gatehouse-dev", tags=tags)["id"] for _ in range(2)]
    assert clone().provision() == 1
    said = capsys.readouterr().err
    assert all(api in said for api in apis)
    assert 'ARGS="--rest-api ID"' in said
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.usefixtures("aws")
def test_an_address_and_roles_of_a_companys_own_stay_in_the_configuration(clone: Clone) -> None:
    checkout = clone()
    own = {"iam_role_arn": "arn:aws:iam::123456789012:role/company-managed"}
    address = {"GATEHOUSE_STAGE": "dev", "GATEHOUSE_BASE_URL": "https://sso.acme.io"}
    checkout.configure("dev", lambda_functions={"rotate_keys": own}, environment_variables=address)
    assert checkout.provision() == 0
    found = checkout.configuration("dev")
    assert found["lambda_functions"].pop("rotate_keys") == own
    assert len(found["lambda_functions"]) == 4
    assert found["environment_variables"] == address


@pytest.mark.usefixtures("aws")
def test_keys_whose_deletion_is_scheduled_are_kept() -> None:
    client = boto3.client("secretsmanager")
    restore_keys(client, KEYS)
    ensure_keys(client, KEYS, datetime.now(UTC))
    before = _key_version()
    client.delete_secret(SecretId=KEYS, RecoveryWindowInDays=7)
    restore_keys(client, KEYS)
    assert _key_version() == before


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.usefixtures("aws")
def test_of_two_first_runs_at_once_the_second_keeps_the_keys_of_the_first(empty: bool) -> None:
    client = boto3.client("secretsmanager")
    if empty:
        client.create_secret(Name=KEYS)
    keys: list[str] = []

    def faster(**_: Any) -> None:
        if not keys:
            ensure_keys(boto3.client("secretsmanager"), KEYS, datetime.now(UTC))
            keys.append(boto3.client("secretsmanager").get_secret_value(SecretId=KEYS)["SecretString"])

    for operation in ("CreateSecret", "PutSecretValue"):
        client.meta.events.register(f"before-call.secrets-manager.{operation}", faster)
    ensure_keys(client, KEYS, datetime.now(UTC))
    assert keys == [boto3.client("secretsmanager").get_secret_value(SecretId=KEYS)["SecretString"]]


@pytest.mark.usefixtures("aws")
def test_an_unknown_stage_is_refused_with_the_known_ones(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert clone().provision(stage="staging") == 1
    assert "choose one of: dev, prod" in capsys.readouterr().err
