"""The role that GitHub's workflow takes: whom it trusts, and that it may do what a deployment does and little else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from botocore.session import Session

from ops.provision.functions import FUNCTIONS
from tests.deploy.conftest import Journey

FILE: Final = Path(__file__).parents[2] / "infrastructure" / "deploy-role.yaml"


_PREFIXES: Final = {"monitoring": "cloudwatch"}
"""Names of services in signatures that are not those of IAM."""


class _Loader(yaml.SafeLoader):
    """Knows CloudFormation's short forms."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        value: Any = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_scalar(node)  # type: ignore[arg-type]
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)
TEMPLATE: Final = yaml.load(FILE.read_text(), Loader=_Loader)
ROLE: Final = TEMPLATE["Resources"]["Role"]["Properties"]
STATEMENTS: Final[list[dict[str, Any]]] = ROLE["Policies"][0]["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _allowed() -> set[str]:
    return {action for statement in STATEMENTS for action in _listed(statement["Action"])}


def _actions(calls: set[tuple[str, ...]]) -> Iterator[str]:
    """IAM's names of what was called."""
    operations = Session().get_service_model("lambda")
    patterns = [
        (
            http["method"],
            re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(http["requestUri"].rstrip("/"))) + "/?$"),
            name,
        )
        for name in operations.operation_names
        for http in [operations.operation_model(name).http]
    ]
    for service, method, path, action in calls:
        if service == "apigateway":
            yield f"apigateway:{method}"
        elif service == "lambda":
            found = [re.sub(r"\d{8}(v\d)?$", "", n) for m, p, n in patterns if m == method and p.match(path)]
            yield f"lambda:{found[0]}"
        elif service != "sts":
            yield f"{_PREFIXES.get(service, service)}:{action}"


@pytest.mark.parametrize("condition", ["TakesNames", "TakesNumbers"])
def test_the_subject_is_one_environment_of_one_repository_in_either_form(condition: str) -> None:
    (trust,) = ROLE["AssumeRolePolicyDocument"]["Statement"]
    must = trust["Condition"]["StringEquals"]
    assert must["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    forms = {one["Fn::If"][0]: one["Fn::If"][1]["Fn::Sub"] for one in must["token.actions.githubusercontent.com:sub"]}
    assert forms == {
        "TakesNames": "repo:${Owner}/${Repository}:environment:${Stage}",
        "TakesNumbers": "repo:${Owner}@${OwnerId}/${Repository}@${RepositoryId}:environment:${Stage}",
    }
    assert "*" not in forms[condition]
    assert trust["Condition"].keys() == {"StringEquals"}


def test_no_value_of_a_parameter_can_widen_whom_it_trusts() -> None:
    for name in ("Stage", "Owner", "Repository", "OwnerId", "RepositoryId"):
        pattern = TEMPLATE["Parameters"][name]["AllowedPattern"]
        for text in ("*", "a*", "a:b", "a/b", "1:ref", "?", ""):
            assert not re.fullmatch(pattern, text), name


def test_it_may_change_only_the_roles_of_our_functions_and_not_its_own() -> None:
    names = {function.handler for function in FUNCTIONS}
    for statement in STATEMENTS:
        if any(action.startswith("iam:") for action in _listed(statement["Action"])):
            roles = {str(resource["Fn::Sub"]).rpartition("${Stage}-")[2] for resource in statement["Resource"]}
            assert roles == names


def test_it_may_provision() -> None:
    policy = json.loads(FILE.with_name("provisioner-policy.json").read_text())
    assert {action for statement in policy["Statement"] for action in statement["Action"]} <= _allowed()


def test_it_may_read_no_secret() -> None:
    assert not any("GetSecretValue" in action or ":Query" in action or ":GetItem" in action for action in _allowed())


def test_what_names_no_resource_only_lists() -> None:
    for statement in STATEMENTS:
        if statement["Resource"] == "*":
            assert all(re.match(r"\w+:(List|Describe)", action) for action in statement["Action"])
        else:
            assert not any(action.endswith("*") for action in _listed(statement["Action"]))
            assert all(
                "${Stage}" in resource["Fn::Sub"] or ":apigateway:" in resource["Fn::Sub"]
                for resource in _listed(statement["Resource"])
            )


def test_it_may_do_what_deploying_twice_and_deleting_do(journey: Journey) -> None:
    assert set(_actions(journey.calls)) - _allowed() == set()
