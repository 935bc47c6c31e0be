"""A stage is read as Chalice reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ops.deploy_error import DeployError
from ops.provision.template import FILE, load
from ops.stage import CONFIG, stage_of

ROOT = Path(__file__).parents[3]
DOMAIN = {"domain_name": "sso.acme.io", "certificate_arn": "arn:aws:acm:eu-west-1:1:certificate/1"}


def _project(folder: Path, document: dict[str, Any]) -> Path:
    (folder / CONFIG).parent.mkdir()
    (folder / CONFIG).write_text(json.dumps(document))
    return folder


def test_a_value_of_the_stage_wins_over_the_projects(tmp_path: Path) -> None:
    document = {
        "app_name": "gatehouse",
        "api_gateway_stage": "api",
        "environment_variables": {"A": "1", "B": "1"},
        "stages": {"prod": {"api_gateway_stage": "v1", "environment_variables": {"B": "2"}}},
    }
    stage = stage_of(_project(tmp_path, document), "prod")
    assert (stage.api_stage, stage.environment, stage.function) == ("v1", {"A": "1", "B": "2"}, "gatehouse-prod")
    assert (stage.endpoint_type, stage.custom_domain) == ("EDGE", None)


def test_a_custom_domain_is_known(tmp_path: Path) -> None:
    document = {"app_name": "gatehouse", "stages": {"prod": {"api_gateway_custom_domain": DOMAIN}}}
    assert stage_of(_project(tmp_path, document), "prod").custom_domain == "sso.acme.io"


def test_an_unknown_stage_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(DeployError, match="dev, prod"):
        stage_of(ROOT, "test")


def test_a_project_without_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="can't be read"):
        stage_of(tmp_path, "dev")


@pytest.mark.parametrize("name", ["a.b", "my stage", "Prod", "1st", "a" * 21, ""])
def test_a_name_that_some_service_would_refuse_is_refused_here(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeployError, match="can't name a stage"):
        stage_of(_project(tmp_path, {"app_name": "gatehouse", "stages": {name: {}}}), name)


def test_the_templates_take_the_same_names_of_stages() -> None:
    for file in (FILE, FILE.with_name("deploy-role.yaml")):
        pattern = load(file)["Parameters"]["Stage"]["AllowedPattern"]
        assert re.fullmatch(pattern, "a" * 20)
        assert not any(re.fullmatch(pattern, name) for name in ("a.b", "my stage", "Prod", "1st", "a" * 21, ""))


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_our_own_stages_are_regional_and_named_as_they_are(name: str) -> None:
    stage = stage_of(ROOT, name)
    assert stage.endpoint_type == "REGIONAL"
    assert stage.environment["GATEHOUSE_STAGE"] == name
