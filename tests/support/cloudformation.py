"""The data plane's template with its parameters filled in, as CloudFormation would do it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ops.provision.functions import FUNCTIONS
from ops.provision.template import load

ACCOUNT: Final = "111122223333"
REGION: Final = "eu-west-1"
_ABSENT: Final = object()


class Resolved:
    """The template of one stage.

    Args:
        given: parameters, in place of their defaults.
    """

    def __init__(self, stage: str, **given: str) -> None:
        template = load()
        defaults = {name: each.get("Default", "") for name, each in template["Parameters"].items()}
        self._values: dict[str, Any] = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/gatehouse-{stage}-data/1",
            "AWS::NoValue": _ABSENT,
            "RestApi": f"api-of-{stage}",
            "Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:gatehouse-{stage}-alarms",
            **defaults,
            "Stage": stage,
            **given,
        }
        self._conditions = template["Conditions"]
        self._resources: Mapping[str, Mapping[str, Any]] = template["Resources"]

    def properties(self, name: str) -> Any:
        """A resource's properties."""
        return self._resolve(self._resources[name]["Properties"])

    def of_type(self, kind: str) -> dict[str, Any]:
        """The properties of every resource of a type, by their logical names."""
        return {name: self.properties(name) for name, each in self._resources.items() if each["Type"] == kind}

    def policies(self) -> dict[str, dict[str, Any]]:
        """Each function's policy, by Chalice's name for the function."""
        return {
            function.handler: self.properties(function.role_output)["Policies"][0]["PolicyDocument"]
            for function in FUNCTIONS
        }

    def dashboard(self) -> Any:
        """The dashboard's body."""
        return json.loads(self.properties("Dashboard")["DashboardBody"])

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._values[name]
            case {"Fn::Sub": text}:
                return re.sub(r"\$\{([\w:]+)\}", lambda found: str(self._values[found[1]]), text)
            case {"Fn::GetAtt": [name, "Arn"]}:
                properties = self.properties(name)
                return f"arn:aws:iam::{ACCOUNT}:role{properties['Path']}{properties['RoleName']}"
            case {"Fn::If": [condition, then, otherwise]}:
                return self._resolve(then if self._resolve(self._conditions[condition]) else otherwise)
            case {"Fn::Not": [inner]}:
                return not self._resolve(inner)
            case {"Fn::Equals": [left, right]}:
                return self._resolve(left) == self._resolve(right)
            case dict():
                resolved = {key: self._resolve(each) for key, each in value.items()}
                return {key: each for key, each in resolved.items() if each is not _ABSENT}
            case list():
                return [each for each in map(self._resolve, value) if each is not _ABSENT]
        return value
