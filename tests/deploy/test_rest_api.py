"""The stage's one API is found in the account, and nothing is changed where there are two."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from tests.deploy.account import may_call, new_api, new_function, rest_apis
from tests.deploy.conftest import Checkout
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]


@pytest.fixture
def account(aws: AwsServer) -> None:
    """A deployment by `chalice deploy` alone: function and API exist, without our tag."""
    url = f"https://{new_api()}.execute-api.eu-west-1.amazonaws.com/api"
    new_function("gatehouse-dev", {"GATEHOUSE_BASE_URL": url}, role="gatehouse-dev")


@pytest.mark.usefixtures("account")
def test_an_api_that_was_made_without_us_is_found_by_the_policy_of_the_function(clone: Clone) -> None:
    (api,) = rest_apis()
    may_call("gatehouse-dev", api)
    assert clone().deploy() == 0
    assert rest_apis() == [api]


@pytest.mark.usefixtures("account")
def test_two_live_apis_stop_the_deployment_until_one_is_named(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    (known,) = rest_apis()
    other = new_api()
    may_call("gatehouse-dev", known)
    may_call("gatehouse-dev", other)
    aws.break_rest_apis()
    assert clone().deploy() == 1
    said = capsys.readouterr()
    assert "failed after" in said.out
    assert "chalice: " not in said.out
    assert known in said.err
    assert other in said.err
    assert "--rest-api" in said.err
    assert clone().deploy("--rest-api", "unknown") == 1
    assert "no REST API unknown" in capsys.readouterr().err
    assert clone().deploy("--rest-api", known) == 1
    assert f"REST API {known}, found" in capsys.readouterr().out


@pytest.mark.usefixtures("account")
def test_an_api_that_is_gone_does_not_count_but_its_address_does(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    (gone,) = rest_apis()
    may_call("gatehouse-dev", gone)
    boto3.client("apigateway").delete_rest_api(restApiId=gone)
    aws.break_rest_apis()
    assert clone().deploy() == 1
    assert f"would change from https://{gone}." in capsys.readouterr().err
    (new,) = rest_apis()
    assert clone().deploy("--change-url") == 1
    assert f"public address https://{new}." in capsys.readouterr().out


@pytest.mark.usefixtures("account")
def test_another_public_address_stops_before_anything_is_deployed(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    may_call("gatehouse-dev", rest_apis()[0])
    assert clone().deploy("--base-url", "https://sso.acme.io") == 1
    said = capsys.readouterr()
    assert "every customer's ACS URL" in said.err
    assert "package: " not in said.out


@pytest.mark.usefixtures("account")
def test_a_dry_run_finds_the_api_and_stops_where_a_deployment_would(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    (api,) = rest_apis()
    may_call("gatehouse-dev", api)
    assert clone().deploy("--dry-run") == 0
    said = capsys.readouterr().out
    assert f"REST API {api}, found" in said
    assert f"public address https://{api}.execute-api.eu-west-1.amazonaws.com/api" in said
    assert clone().deploy("--dry-run", "--base-url", "https://sso.acme.io") == 1
    assert "CHANGE_URL=1" in capsys.readouterr().err


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1"])
@pytest.mark.usefixtures("aws")
def test_an_address_of_another_account_or_region_makes_no_api_here(
    clone: Clone, capsys: pytest.CaptureFixture[str], region: str
) -> None:
    url = f"https://a1b2c3d4e5.execute-api.{region}.amazonaws.com/api"
    assert clone().deploy("--base-url", url) == 1
    assert "account 123456789012, eu-west-1 the stage has no REST API" in capsys.readouterr().err
    assert rest_apis() == []


@pytest.mark.usefixtures("account")
def test_an_api_that_only_the_function_names_is_tagged_so_that_it_outlives_the_function(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    (api,) = rest_apis()
    may_call("gatehouse-dev", api)
    aws.break_rest_apis()
    assert clone().deploy() == 1
    boto3.client("lambda").delete_function(FunctionName="gatehouse-dev")
    capsys.readouterr()
    assert clone().deploy() == 1
    assert f"REST API {api}, found" in capsys.readouterr().out


@pytest.mark.usefixtures("aws")
def test_an_api_of_that_name_which_nothing_ties_to_the_stage_is_not_taken(clone: Clone, aws: AwsServer) -> None:
    other = new_api()
    aws.break_rest_apis()
    assert clone().deploy() == 1
    assert len(set(rest_apis()) - {other}) == 1
