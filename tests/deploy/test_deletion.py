"""A deletion removes the stage's resources, including old ones, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest

from ops.deploy.stage import CONFIG
from tests.deploy.account import may_call, new_api, new_function, rest_apis
from tests.deploy.conftest import Checkout, Snapshot
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]
DOMAIN = {"domain_name": "sso.acme.io", "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}
TAGS = {"aws-chalice": "version=1.34.0:stage=dev:app=gatehouse"}


@pytest.fixture
def api(aws: AwsServer) -> str:
    """The REST API of a stage that is deployed."""
    made = new_api()
    new_function("gatehouse-dev", {}, role="gatehouse-dev-api_handler", tags=TAGS)
    may_call("gatehouse-dev", made)
    return made


def _deleted(checkout: Checkout, *arguments: str) -> int:
    return checkout.deploy("--delete", "--confirm", "dev", *arguments)


def _map(path: str, api: str) -> None:
    boto3.client("apigateway").create_base_path_mapping(domainName="sso.acme.io", restApiId=api, basePath=path)


@pytest.mark.usefixtures("api")
def test_a_stage_whose_address_only_its_deployment_named_can_be_deleted(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout = clone()
    checkout.configure("dev", environment_variables={"GATEHOUSE_BASE_URL": "https://dev.sso.example.com"})
    assert json.loads((checkout.folder / CONFIG).read_text())
    assert _deleted(checkout) == 0
    assert "Stage dev is deleted. Its table, secrets" in capsys.readouterr().out
    assert (Snapshot.now().functions, Snapshot.now().roles, rest_apis()) == ({}, [], [])


def test_a_dry_run_names_what_would_go(api: str, clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert _deleted(clone(), "--dry-run") == 0
    said = capsys.readouterr().out
    assert f"goes: rest api {api}" in said
    assert "goes: iam role gatehouse-dev-api_handler" in said
    assert "goes: lambda function arn:aws:lambda:eu-west-1:123456789012:function:gatehouse-dev" in said
    assert rest_apis() == [api]


@pytest.mark.usefixtures("aws")
def test_where_there_is_nothing_account_and_region_are_named(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert _deleted(clone()) == 1
    said = capsys.readouterr().err
    assert "Not deleted: Stage 'dev' is not deployed in account 123456789012, eu-west-1." in said
    assert "Next: Check account and region" in said


def test_a_domain_that_leads_to_others_too_stays_with_their_mapping(api: str, clone: Clone) -> None:
    client, shop = boto3.client("apigateway"), new_api()
    client.create_domain_name(domainName="sso.acme.io", regionalCertificateArn=DOMAIN["certificate_arn"])
    _map("(none)", api)
    _map("shop", shop)
    checkout = clone()
    checkout.configure("dev", api_gateway_custom_domain=DOMAIN)
    assert _deleted(checkout) == 0
    left = client.get_base_path_mappings(domainName="sso.acme.io")["items"]
    assert [mapping["restApiId"] for mapping in left] == [shop]
    assert rest_apis() == [shop]


def test_a_domain_of_our_own_goes_too(api: str, clone: Clone) -> None:
    client = boto3.client("apigateway")
    client.create_domain_name(domainName="sso.acme.io", regionalCertificateArn=DOMAIN["certificate_arn"])
    _map("(none)", api)
    checkout = clone()
    checkout.configure("dev", api_gateway_custom_domain=DOMAIN)
    assert _deleted(checkout) == 0
    assert (client.get_domain_names()["items"], rest_apis()) == ([], [])
