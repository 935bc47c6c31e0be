"""CI tries the steps of the deployment workflow."""

from __future__ import annotations

from tools.ci.deployment import workflow_commands


def test_the_workflow_deploys_by_one_command() -> None:
    assert list(workflow_commands()) == ["make deploy"]
