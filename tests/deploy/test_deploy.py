"""Deploying, again and again, into one account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from ops.ci.aws_server import AwsServer
from tests.deploy.account import rest_apis
from tests.deploy.conftest import Checkout

Clone = Callable[[], Checkout]


def _function(name: str = "gatehouse-dev") -> dict[str, Any]:
    return dict(boto3.client("lambda").get_function_configuration(FunctionName=name))


def _url(name: str = "gatehouse-dev") -> str:
    url: str = _function(name)["Environment"]["Variables"]["GATEHOUSE_BASE_URL"]
    return url


def _secret_versions() -> list[str]:
    client = boto3.client("secretsmanager")
    return [
        client.get_secret_value(SecretId=secret["ARN"])["VersionId"] for secret in client.list_secrets()["SecretList"]
    ]


def test_a_fresh_checkout_deploys_changed_code_to_the_address_of_the_first_deployment(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    first = clone()
    assert first.deploy() == 0
    note, url, apis, keys = first.note(), _url(), rest_apis(), _secret_versions()
    assert apis == [note["rest_api"]["rest_api_id"]]
    assert url == f"https://{apis[0]}.execute-api.eu-west-1.amazonaws.com/api"
    assert keys

    second, before = clone(), _function()["CodeSha256"]
    app = second.folder / "app.py"
    app.write_text(app.read_text() + "# changed\n")
    assert second.deploy() == 0
    assert "Not committed, deployed all the same: app.py" in capsys.readouterr().out
    assert _function()["CodeSha256"] != before
    assert second.note() == note
    assert (_url(), rest_apis(), _secret_versions()) == (url, apis, keys)


def test_a_first_deployment_that_fails_half_way_is_repeated_from_another_checkout(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.break_rest_apis()
    assert clone().deploy() == 1
    complaint = capsys.readouterr().err
    assert "told to fail here" in complaint
    assert "Next: " in complaint
    assert _function()["FunctionName"] == "gatehouse-dev"
    (api,) = rest_apis()

    aws.mend()
    assert clone().deploy() == 0
    assert rest_apis() == [api]


def test_a_custom_domain_keeps_its_mapping(aws: AwsServer, clone: Clone) -> None:
    config = {"domain_name": "sso.acme.io", "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}
    notes, mappings = [], []
    for checkout in (clone(), clone()):
        checkout.configure("dev", api_gateway_custom_domain=config)
        assert checkout.deploy("--base-url", "https://sso.acme.io") == 0
        notes.append(checkout.note())
        mappings.append(boto3.client("apigateway").get_base_path_mappings(domainName="sso.acme.io")["items"])
    (first, second), (before, after) = notes, mappings
    assert [mapping["restApiId"] for mapping in before] == rest_apis()
    assert after == before
    assert second == first
    assert not any(call[:2] == ("apigateway", "DELETE") for call in aws.calls)


def test_deleting_leaves_the_data(aws: AwsServer, clone: Clone) -> None:
    assert clone().deploy() == 0
    keys = _secret_versions()
    checkout = clone()
    assert checkout.deploy("--delete") == 2
    assert rest_apis()
    assert checkout.deploy("--delete", "--confirm", "dev") == 0
    assert rest_apis() == []
    assert boto3.client("lambda").list_functions()["Functions"] == []
    assert boto3.client("events").list_rules()["Rules"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert _secret_versions() == keys
    assert boto3.client("dynamodb").list_tables()["TableNames"] == ["gatehouse-dev"]


def test_a_dry_run_shows_every_step_and_changes_nothing(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy("--dry-run") == 0
    said = capsys.readouterr().out
    for name in ("preflight", "provision", "restore", "package", "chalice", "gateway", "smoke", "address"):
        assert f"] {name}: " in said
    assert rest_apis() == []
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    assert boto3.client("secretsmanager").list_secrets()["SecretList"] == []
