"""A deletion removes the stage's code, also what a failed deletion left, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from tests.deploy.account import new_api, rest_apis
from tests.deploy.conftest import Checkout, Snapshot
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]
HOST = "sso.acme.io"
DOMAIN = {"domain_name": HOST, "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}


@pytest.fixture
def deployed(provisioned: AwsServer, clone: Clone) -> Checkout:
    """A stage with a custom domain."""
    checkout = clone()
    checkout.configure("dev", api_gateway_custom_domain=DOMAIN)
    assert checkout.deploy("--base-url", f"https://{HOST}") == 0
    return checkout


def _deleted(checkout: Checkout, *arguments: str) -> int:
    return checkout.deploy("--delete", "--confirm", "dev", *arguments)


def test_a_dry_run_names_what_would_be_deleted(deployed: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    before = Snapshot.now()
    assert _deleted(deployed, "--dry-run") == 0
    said = capsys.readouterr().out
    for name in (f"custom domain {HOST}", "API stage api", "schedule gatehouse-dev-rotate_keys-event"):
        assert f"would delete {name}" in said
    assert "would delete function gatehouse-dev\n" in said
    assert Snapshot.now() == before


@pytest.mark.usefixtures("aws")
def test_where_there_is_nothing_account_and_region_are_named(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert _deleted(clone()) == 1
    said = capsys.readouterr().err
    assert "Not deleted: Stage 'dev' is not deployed in account 123456789012, eu-west-1." in said
    assert "Next: Check account and region" in said


def test_a_domain_that_leads_to_others_too_stays_with_their_mapping(deployed: Checkout) -> None:
    client, shop = boto3.client("apigateway"), new_api()
    client.create_base_path_mapping(domainName=HOST, restApiId=shop, basePath="shop")
    assert _deleted(deployed) == 0
    left = client.get_base_path_mappings(domainName=HOST)["items"]
    assert [mapping["restApiId"] for mapping in left] == [shop]
    assert shop in rest_apis()


def test_a_domain_of_our_own_goes_too_and_the_address_stays(deployed: Checkout) -> None:
    before = rest_apis()
    assert _deleted(deployed) == 0
    assert boto3.client("apigateway").get_domain_names()["items"] == []
    assert (Snapshot.now().functions, Snapshot.now().rules, rest_apis()) == ({}, [], before)
    assert _deleted(deployed) == 1
