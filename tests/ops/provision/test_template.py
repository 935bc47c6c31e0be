"""The committed template, resolved as CloudFormation would, is what the code makes by itself."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from ops.provision import template
from ops.provision.data_plane import data_plane
from ops.provision.place import Place
from ops.provision.resource import NAME_PROPERTY

_LARGEST = 51_200  # bytes of a template given in the call itself (CloudFormation quotas)
_PLACES = [
    Place("prod", "111122223333", "eu-west-1"),
    Place("dev", "444455556666", "cn-north-1", partition="aws-cn", gateway_stage="v1"),
]


def _resolved(value: Any, variables: dict[str, str]) -> Any:
    match value:
        case {"Ref": name}:
            return variables[name]
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: variables[found[1]], text)
        case dict():
            return {key: _resolved(each, variables) for key, each in value.items()}
        case list():
            return [_resolved(each, variables) for each in value]
    return value


def _stack(place: Place) -> dict[tuple[str, str], dict[str, Any]]:
    """The stack's resources, by type and name."""
    variables = {
        "Stage": place.stage,
        "GatewayStage": place.gateway_stage,
        "AWS::AccountId": place.account,
        "AWS::Region": place.region,
        "AWS::Partition": place.partition,
        "Topic": f"arn:{place.partition}:sns:{place.region}:{place.account}:gatehouse-{place.stage}-alarms",
    }
    made = {}
    for entry in yaml.safe_load(template.FILE.read_text())["Resources"].values():
        properties = _resolved(entry["Properties"], variables)
        if "DashboardBody" in properties:
            properties["DashboardBody"] = json.loads(properties["DashboardBody"])
        made[entry["Type"], properties.pop(NAME_PROPERTY[entry["Type"]])] = properties
    return made


@pytest.mark.parametrize("place", _PLACES, ids=lambda place: place.stage)
def test_a_stack_has_every_resource_of_the_code_with_every_property(place: Place) -> None:
    stack = _stack(place)
    assert stack == {(each.type, each.name): each.properties for each in data_plane(place)}


def test_the_file_is_what_the_code_would_write() -> None:
    assert template.FILE.read_text() == template.template()


def test_deleting_the_stack_leaves_whatever_holds_data() -> None:
    for name, entry in yaml.safe_load(template.FILE.read_text())["Resources"].items():
        if entry["Type"].endswith(("::Table", "::Secret", "::LogGroup")):
            assert (entry["DeletionPolicy"], entry["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


def test_the_template_can_be_given_in_the_call() -> None:
    assert template.FILE.stat().st_size < _LARGEST
