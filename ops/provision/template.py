"""The data plane as a CloudFormation template, for teams that want stacks: made from the same description.

python -m ops.provision.template > infrastructure/data-plane.yaml
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from ops.provision.data_plane import data_plane
from ops.provision.place import Place
from ops.provision.resource import NAME_PROPERTY, Resource

FILE: Final = Path("infrastructure/data-plane.yaml")

ANYWHERE: Final = Place(
    "${Stage}", "${AWS::AccountId}", "${AWS::Region}", partition="${AWS::Partition}", gateway_stage="${GatewayStage}"
)

_HEAD: Final = """\
# Gatehouse's data plane as a stack. Made by `make template` from ops/provision/; a test compares the two.
# The secret is made empty: run `make provision STAGE=...` once afterwards, which fills in the first keys.
"""

_KEPT: Final = {"AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"}
_LOGICAL: Final = {
    "AWS::CloudWatch::Alarm": "Alarm",
    "AWS::CloudWatch::Dashboard": "Dashboard",
    "AWS::DynamoDB::Table": "Table",
    "AWS::Logs::LogGroup": "Log",
    "AWS::SNS::Topic": "Topic",
    "AWS::SecretsManager::Secret": "Keys",
}
_PARAMETERS: Final = {
    "Stage": {
        "Type": "String",
        "AllowedPattern": "[a-z0-9]+",
        "Description": "As in .chalice/config.json: names the table, the secrets and the functions.",
    },
    "GatewayStage": {
        "Type": "String",
        "Default": "api",
        "Description": "api_gateway_stage in .chalice/config.json: which requests the alarms count.",
    },
}


def template() -> str:
    """The template's text."""
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Gatehouse: table, secret, log groups, alarms and dashboard of one stage.",
        "Parameters": _PARAMETERS,
        "Resources": {_logical_id(each): _entry(each) for each in data_plane(ANYWHERE)},
        "Outputs": {"AlarmTopic": {"Description": "Subscribe to it.", "Value": {"Ref": "Topic"}}},
    }
    return _HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


def _entry(resource: Resource) -> dict[str, Any]:
    properties = {NAME_PROPERTY[resource.type]: resource.name, **resource.properties}
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} if resource.type in _KEPT else {}
    return {"Type": resource.type, **kept, "Properties": {name: _value(name, v) for name, v in properties.items()}}


def _value(name: str, value: Any) -> Any:
    if name == "DashboardBody":
        return {"Fn::Sub": json.dumps(value, indent=1)}
    if isinstance(value, dict):
        return {key: _value(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_value("", each) for each in value]
    if value == ANYWHERE.arn("sns", ANYWHERE.topic):
        return {"Ref": "Topic"}
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def _logical_id(resource: Resource) -> str:
    own = re.sub(r"^(/aws/lambda/)?gatehouse[-/]\$\{Stage\}-?", "", resource.name)
    words = re.split(r"[-_/]", own) if resource.type.endswith(("::Alarm", "::LogGroup")) else []
    return "".join(word.capitalize() for word in words) + _LOGICAL[resource.type]


class _Dumper(yaml.SafeDumper):
    """No anchors; texts of several lines as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)

if __name__ == "__main__":
    sys.stdout.write(template())
