"""Deploying, again and again, into one account."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from ops.provision.functions import FUNCTIONS
from tests.deploy.account import rest_apis
from tests.deploy.conftest import Checkout, Journey, Snapshot
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]


def test_a_fresh_checkout_deploys_changed_code_to_the_address_of_the_first_deployment(journey: Journey) -> None:
    first, second, _ = journey.sights
    (api,) = first.apis
    assert first.url == f"https://{api}.execute-api.eu-west-1.amazonaws.com/api"
    assert (second.url, second.apis) == (first.url, first.apis)
    assert journey.notes[1] == journey.notes[0]
    assert journey.notes[0]["rest_api"]["rest_api_id"] == api
    assert second.functions["gatehouse-dev"]["CodeSha256"] != first.functions["gatehouse-dev"]["CodeSha256"]


def test_every_function_has_the_role_that_the_data_plane_made_for_it(journey: Journey) -> None:
    roles = {name: one["Role"].rpartition("/")[2] for name, one in journey.sights[0].functions.items()}
    assert roles == {each.name("gatehouse-dev"): f"gatehouse-dev-eu-west-1-{each.handler}" for each in FUNCTIONS}


def test_a_deployment_makes_and_deletes_no_role(journey: Journey) -> None:
    assert not any(service == "iam" for service, *_ in journey.calls)


def test_the_smoke_test_makes_the_function_read_its_table(journey: Journey) -> None:
    assert ("dynamodb", "POST", "/", "BatchGetItem") in journey.function_calls


def test_our_keys_are_made_once(journey: Journey) -> None:
    first, second, _ = journey.sights
    assert len(first.keys) == 1
    assert second.keys == first.keys


def test_deleting_leaves_the_data_and_the_address(journey: Journey) -> None:
    before, after = journey.sights[1:]
    assert (after.functions, after.rules) == ({}, [])
    assert before.functions
    assert before.rules
    assert (after.apis, after.roles) == (before.apis, before.roles)
    assert (after.tables, after.keys) == (["gatehouse-dev"], before.keys)


def test_another_stage_of_the_account_is_left_as_it_was(journey: Journey) -> None:
    before, after = journey.neighbours
    assert after == before
    assert before.apis != journey.sights[0].apis
    assert (len(before.apis), before.tables, len(before.keys)) == (1, ["gatehouse-prod"], 1)
    assert len(before.functions) == len(before.roles) == len(FUNCTIONS)


def test_deleting_needs_the_name_of_the_stage_once_more(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy("--delete") == 2
    assert "CONFIRM=dev (--confirm)" in capsys.readouterr().out
    assert aws.calls() == set()


def test_a_first_deployment_that_fails_half_way_is_repeated_from_another_checkout(
    provisioned: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rest_apis()
    provisioned.break_rest_apis()
    assert clone().deploy() == 1
    complaint = capsys.readouterr().err
    assert "told to fail here" in complaint
    assert "Next: " in complaint
    assert "gatehouse-dev" in Snapshot.now().functions

    provisioned.mend()
    assert clone().deploy() == 0
    assert rest_apis() == before


def test_a_custom_domain_keeps_its_mapping(provisioned: AwsServer, clone: Clone) -> None:
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
    assert not any(call[:2] == ("apigateway", "DELETE") for call in provisioned.calls())


def test_a_dry_run_shows_every_step_and_changes_nothing(
    provisioned: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy("--dry-run") == 0
    said = capsys.readouterr().out
    for name in ("preflight", "package", "prepare", "chalice", "smoke", "confirm"):
        assert f"] {name}: " in said
    assert f"REST API {rest_apis()[0]}, public address https://{rest_apis()[0]}." in said
    assert said.endswith("A dry run: nothing was changed.\n")
    assert Snapshot.now().functions == {}
    assert all(method == "GET" or service != "apigateway" for service, method, *_ in provisioned.calls())


@pytest.mark.usefixtures("aws")
def test_without_a_data_plane_nothing_is_deployed(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert clone().deploy() == 1
    said = capsys.readouterr().err
    assert "Stack gatehouse-dev-data of account 123456789012, eu-west-1 lacks everything: it does not exist." in said
    assert "make provision STAGE=dev" in said
    assert Snapshot.now().functions == {}


@pytest.mark.usefixtures("provisioned")
def test_another_public_address_stops_before_anything_is_deployed(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy() == 0
    capsys.readouterr()
    assert clone().deploy("--base-url", "https://sso.acme.io") == 1
    said = capsys.readouterr()
    assert "every customer's ACS URL" in said.err
    assert "chalice: " not in said.out
    assert clone().deploy("--base-url", "https://sso.acme.io", "--change-url") == 0
    assert Snapshot.now().url == "https://sso.acme.io"


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1"])
@pytest.mark.usefixtures("provisioned")
def test_an_address_of_another_account_or_region_is_refused(
    clone: Clone, capsys: pytest.CaptureFixture[str], region: str
) -> None:
    url = f"https://a1b2c3d4e5.execute-api.{region}.amazonaws.com/api"
    assert clone().deploy("--base-url", url) == 1
    assert f"in account 123456789012, eu-west-1 the stage has https://{rest_apis()[0]}." in capsys.readouterr().err
    assert Snapshot.now().functions == {}
