"""`make stack`: one template, as CloudFormation expands it, has the whole stage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cfnlint.api import lint
from samtranslator.translator.transform import transform

from ops.deploy.sam_template import stack_template
from ops.deploy.stack import main
from ops.package.build import QUIET
from ops.provision.functions import FUNCTIONS
from ops.stage import CONFIG, Stage, stage_of
from tests.deploy.conftest import build
from tests.support.built_package import STAGE, copy_project

LARGEST = 1_048_576
"""Bytes of a template in a bucket (CloudFormation's quotas)."""
URL = "https://sso.acme.io"
_EXPANDED = ("W2001",)


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def expand(template: dict[str, Any]) -> dict[str, Any]:
    """As the SAM transform of CloudFormation does it."""
    values = {name: each["Default"] for name, each in template["Parameters"].items() if "Default" in each}
    expanded: dict[str, Any] = transform(json.loads(json.dumps(template)), values, SimpleNamespace(load=dict))
    return expanded


@pytest.fixture(scope="module")
def chalice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template that `chalice package` writes."""
    project = copy_project(tmp_path_factory.mktemp("stack") / "project")
    build(project, STAGE)
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", STAGE, "out"]
    environment = {**os.environ, **QUIET, "AWS_DEFAULT_REGION": "eu-west-1"}
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    made: dict[str, Any] = json.loads((project / "out/sam.json").read_text())
    return made


@pytest.fixture(scope="module")
def make(chalice: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """The template of a stage, on a runtime."""

    def template(base_url: str = URL, runtime: str = "python3.12", **more: Any) -> dict[str, Any]:
        on = json.loads(
            json.dumps(chalice).replace(f'"Runtime": "python3.{sys.version_info[1]}"', f'"Runtime": "{runtime}"')
        )
        stage = Stage(STAGE, "gatehouse", "api", "REGIONAL", {"GATEHOUSE_BASE_URL": base_url}, **more)
        return stack_template(on, stage, "gatehouse-1.zip")

    return template


def _of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in template["Resources"].values() if each["Type"] == kind]


def test_cfn_lint_finds_nothing_before_and_after_the_transform(make: Callable[..., Any]) -> None:
    for template in (make("auto"), expand(make())):
        matches = lint(json.dumps(template), regions=["eu-west-1"])
        # The transform fills parameters in, so that they are unused then.
        found = [match for match in matches if match.rule.id[0] != "I" and match.rule.id not in _EXPANDED]
        assert [str(match) for match in found] == []
        assert len(json.dumps(template)) < LARGEST


def test_every_function_has_its_fixed_name_its_role_and_the_alias(make: Callable[..., Any]) -> None:
    expanded = expand(make())
    functions = _of_type(expanded, "AWS::Lambda::Function")
    names = {each["Properties"]["FunctionName"]["Fn::Sub"] for each in functions}
    assert names == {each.name("gatehouse-${Stage}") for each in FUNCTIONS}
    roles = {each["Properties"]["Role"]["Fn::GetAtt"][0] for each in functions}
    assert roles == {each.role_output for each in FUNCTIONS}
    assert {each["Properties"]["Name"] for each in _of_type(expanded, "AWS::Lambda::Alias")} == {"live"}
    assert len(_of_type(expanded, "AWS::Lambda::Alias")) == len(FUNCTIONS)


@pytest.mark.parametrize(("runtime", "functions"), [("python3.11", []), ("python3.12", ["ApiHandler"])])
def test_snap_start_is_on_for_the_api_where_the_runtime_has_it(
    make: Callable[..., Any], runtime: str, functions: list[str]
) -> None:
    resources = expand(make(runtime=runtime))["Resources"]
    found = {
        name: each["Properties"]["SnapStart"] for name, each in resources.items() if "SnapStart" in each["Properties"]
    }
    assert list(found) == functions
    assert all(each["ApplyOn"] in ("PublishedVersions", {"Ref": "SnapStart"}) for each in found.values())


def test_the_gateway_responses_are_part_of_the_definition(make: Callable[..., Any]) -> None:
    (api,) = _of_type(expand(make()), "AWS::ApiGateway::RestApi")
    responses = api["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]
    body = json.loads(responses["MISSING_AUTHENTICATION_TOKEN"]["responseTemplates"]["application/json"])
    assert (body["type"], responses["THROTTLED"]["statusCode"]) == (f"{URL}/problems/not_found", "429")


def test_every_route_calls_the_alias_and_the_alias_may_be_called(make: Callable[..., Any]) -> None:
    expanded = expand(make())
    (api,) = _of_type(expanded, "AWS::ApiGateway::RestApi")
    operations = [each for path in api["Properties"]["Body"]["paths"].values() for each in path.values()]
    uris = {each["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"] for each in operations}
    assert [uri.rpartition(":function:")[2] for uri in uris] == ["gatehouse-${Stage}:live/invocations"]
    assert expanded["Resources"]["Permission"]["Properties"]["FunctionName"] == {"Ref": "ApiHandlerAliaslive"}


def test_without_an_address_the_first_deployment_takes_api_gateways(make: Callable[..., Any]) -> None:
    template = make("auto")
    variables = template["Resources"]["ApiHandler"]["Properties"]["Environment"]["Variables"]
    assert "${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" in variables["GATEHOUSE_BASE_URL"]["Fn::Sub"]
    responses = template["Resources"]["RestApi"]["Properties"]["DefinitionBody"][
        "x-amazon-apigateway-gateway-responses"
    ]
    assert "https://$context.domainName/$context.stage/problems/" in json.dumps(responses)


def test_what_holds_data_outlives_the_stack(make: Callable[..., Any]) -> None:
    template = make()
    kept = {name for name, each in template["Resources"].items() if each.get("DeletionPolicy") == "Retain"}
    assert {"Table", "Keys", "RestApi", "Log"} <= kept


def test_throttling_of_the_stage_is_a_setting(make: Callable[..., Any]) -> None:
    (stage,) = _of_type(expand(make(throttle=(200.0, 400))), "AWS::ApiGateway::Stage")
    (method,) = stage["Properties"]["MethodSettings"]
    assert (method["ThrottlingRateLimit"], method["ThrottlingBurstLimit"]) == (200, 400)


def test_the_command_writes_the_template_and_the_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = copy_project(tmp_path / "project")
    (project / "requirements").mkdir()
    file = project / CONFIG
    file.write_text(file.read_text().replace("https://sso.example.com", URL))
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=project, check=True)
    assert stage_of(project, STAGE).base_url == URL
    assert main(["--stage", STAGE], project, build) == 0
    (code,) = (project / "dist/stack-prod").glob("*.zip")
    template = json.loads((project / "dist/stack-prod/template.json").read_text())
    assert template["Parameters"]["CodeKey"]["Default"] == code.name
    assert str(code) in capsys.readouterr().out


def test_the_address_of_the_example_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stage", STAGE], copy_project(tmp_path / "project"), build) == 1
    assert "is the example's address" in capsys.readouterr().err
