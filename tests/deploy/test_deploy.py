"""Deploying, again and again, into one account."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from ops.provision.functions import FUNCTIONS
from ops.provision.place import Place
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


def test_the_api_has_the_name_by_which_alarms_find_its_requests(journey: Journey) -> None:
    place = Place("dev", "123456789012", "eu-west-1")
    assert [sight.api_names for sight in journey.sights[:2]] == [[place.rest_api]] * 2


def test_the_smoke_test_makes_the_function_read_its_table(journey: Journey) -> None:
    assert ("dynamodb", "POST", "/", "BatchGetItem") in journey.function_calls


def test_our_keys_are_made_once(journey: Journey) -> None:
    first, second, _ = journey.sights
    assert len(first.keys) == 1
    assert second.keys == first.keys


def test_deleting_leaves_the_data(journey: Journey) -> None:
    before, after = journey.sights[1:]
    assert (after.apis, after.functions, after.rules, after.roles) == ([], {}, [], [])
    assert before.functions
    assert before.rules
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
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.break_rest_apis()
    assert clone().deploy() == 1
    complaint = capsys.readouterr().err
    assert "told to fail here" in complaint
    assert "Next: " in complaint
    assert "gatehouse-dev" in Snapshot.now().functions
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
    assert not any(call[:2] == ("apigateway", "DELETE") for call in aws.calls())


def test_a_dry_run_shows_every_step_and_changes_nothing(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy("--dry-run") == 0
    said = capsys.readouterr().out
    for name in ("preflight", "provision", "restore", "package", "chalice", "gateway", "smoke", "address"):
        assert f"] {name}: " in said
    assert "no REST API yet: one would be made" in said
    assert said.endswith("A dry run: nothing was changed.\n")
    assert rest_apis() == []
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    assert boto3.client("secretsmanager").list_secrets()["SecretList"] == []
