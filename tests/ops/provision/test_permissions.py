from __future__ import annotations

import json
from pathlib import Path

import pytest
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder
from chalice.deploy.models import FileBasedIAMPolicy, LambdaFunction, ManagedIAMRole

from app import app
from ops.provision.functions import FUNCTIONS
from ops.provision.permissions import policy_file, render, write_policies

_RENDERED = render("prod", "111122223333", "eu-west-1")
_RESOURCES = [
    (name, resource)
    for name, policy in _RENDERED.items()
    for each in policy["Statement"]
    for resource in each["Resource"]
]


@pytest.mark.parametrize(("name", "resource"), _RESOURCES)
def test_every_resource_is_of_this_stage_account_and_region(name: str, resource: str) -> None:
    partition, _service, region, account, rest = resource.removeprefix("arn:").split(":", 4)
    assert (partition, region, account) == ("aws", "eu-west-1", "111122223333")
    assert "gatehouse-prod" in rest or "gatehouse/prod/" in rest


@pytest.mark.parametrize("policy", _RENDERED.values(), ids=_RENDERED)
def test_actions_are_named_one_by_one(policy: dict[str, object]) -> None:
    text = json.dumps(policy["Statement"])
    assert "NotAction" not in text
    assert "NotResource" not in text
    actions = [action for each in json.loads(text) for action in each["Action"]]
    assert actions
    assert not [action for action in actions if "*" in action]


def test_a_policy_without_its_values_names_no_partition() -> None:
    for function in FUNCTIONS:
        policy = json.loads(Path(".chalice", policy_file(function)).read_text())
        for statement in policy["Statement"]:
            assert all(resource.startswith("arn:${partition}:") for resource in statement["Resource"])


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_chalice_gives_each_function_a_role_of_its_own_with_its_own_policy(stage: str) -> None:
    config = Config(
        chalice_stage=stage,
        user_provided_params={"project_dir": ".", "chalice_app": app},
        config_from_disk=json.loads(Path(".chalice/config.json").read_text()),
    )
    graph = ApplicationGraphBuilder().build(config, stage)
    left, found = list(graph.dependencies()), dict[str, str]()
    while left:
        node = left.pop()
        if isinstance(node, LambdaFunction):
            assert isinstance(node.role, ManagedIAMRole)
            assert isinstance(node.role.policy, FileBasedIAMPolicy)
            found[node.role.role_name] = Path(node.role.policy.filename).name
        left += node.dependencies()
    assert found == {f"gatehouse-{stage}-{each.handler}": policy_file(each) for each in FUNCTIONS}


def test_filled_in_policies_lie_where_chalice_reads_them(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    write_policies(tmp_path, "dev", "444455556666", "cn-north-1", "aws-cn")
    text = (tmp_path / ".chalice/policy-api_handler.json").read_text()
    assert "arn:aws-cn:dynamodb:cn-north-1:444455556666:table/gatehouse-dev" in text
    assert "${" not in text
