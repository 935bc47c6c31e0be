"""Change sets: shown before they are executed, refused where they would lose data, and failures are explained."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ops.deploy_error import DeployError
from ops.provision.provisioning import Provisioning
from ops.provision.stack import Stack
from ops.provision.template import FILE, HOLDS_DATA
from ops.stage import Stage

STAGE = Stage("prod", "gatehouse", "api", "REGIONAL", {}, tags={"Team": "sso"})


class CloudFormation:
    """A stand-in for the service: one stack, and change sets with the changes that a test wants."""

    def __init__(self, status: str | None, *changes: dict[str, Any], ends_as: str = "UPDATE_COMPLETE") -> None:
        self.status = status
        self.changes = changes
        self.ends_as = ends_as
        self.reason = "The submitted information didn't contain changes."
        self.events: list[dict[str, str]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**arguments: Any) -> Any:
            self.asked.append((operation, arguments))
            return getattr(self, f"_{operation}", lambda **_: {})(**arguments)

        return call

    def arguments(self, operation: str) -> dict[str, Any]:
        """Of the one call of this operation."""
        ((_, arguments),) = [each for each in self.asked if each[0] == operation]
        return arguments

    def _describe_stacks(self, **_: Any) -> Any:
        if self.status is None:
            raise ClientError({"Error": {"Message": "Stack with id x does not exist"}}, "DescribeStacks")
        parameters = [{"ParameterKey": "LogRetentionDays"}, {"ParameterKey": "Gone"}]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": parameters}]}

    def _create_change_set(self, **_: Any) -> Any:
        return {"Id": "cs", "StackId": "st"}

    def _describe_change_set(self, **_: Any) -> Any:
        if not self.changes:
            return {"Status": "FAILED", "StatusReason": self.reason}
        return {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": each} for each in self.changes]}

    def _execute_change_set(self, **_: Any) -> Any:
        self.status = self.ends_as

    def _describe_stack_events(self, **_: Any) -> Any:
        return {"StackEvents": self.events}


def _change(kind: str = "AWS::SNS::Topic", action: str = "Modify", **more: Any) -> dict[str, Any]:
    return {"Action": action, "ResourceType": kind, "LogicalResourceId": "It", **more}


def _stack(service: CloudFormation) -> Stack:
    return Stack(service, STAGE.stack, lambda _: None)


def _provisioning(service: CloudFormation, said: list[str], **given: str) -> Provisioning:
    return Provisioning(STAGE, boto3.Session(region_name="eu-west-1"), _stack(service), said.append, given)


def test_an_existing_stack_is_compared_with_its_drift() -> None:
    drift = {"Target": {"Path": "/Properties/DisplayName", "Drift": {"ActualValue": "Spam", "PreviousValue": "Sso"}}}
    service, said = CloudFormation("UPDATE_COMPLETE", _change(Details=[drift])), list[str]()
    assert _provisioning(service, said).check() is False
    asked = service.arguments("create_change_set")
    assert (asked["ChangeSetType"], asked["DeploymentMode"]) == ("UPDATE", "REVERT_DRIFT")
    assert asked["TemplateBody"] == FILE.read_text()
    assert asked["Tags"] == [{"Key": "Team", "Value": "sso"}]
    assert "Modify  AWS::SNS::Topic It: /Properties/DisplayName (drifted to Spam)" in said


def test_a_check_executes_nothing_and_discards_its_change_set() -> None:
    service = CloudFormation("UPDATE_COMPLETE", _change())
    _provisioning(service, []).check()
    operations = [operation for operation, _ in service.asked]
    assert "delete_change_set" in operations
    assert "execute_change_set" not in operations
    assert "delete_stack" not in operations


def test_a_check_without_a_difference_passes() -> None:
    service, said = CloudFormation("UPDATE_COMPLETE"), list[str]()
    assert _provisioning(service, said).check() is True
    assert said == ["Stack gatehouse-prod-data is as the template describes it."]


def test_parameters_that_no_one_gives_stay_as_they_are() -> None:
    service = CloudFormation("UPDATE_COMPLETE", _change())
    _provisioning(service, [], RolePath="/apps/").check()
    values = {each["ParameterKey"]: each for each in service.arguments("create_change_set")["Parameters"]}
    assert values["LogRetentionDays"] == {"ParameterKey": "LogRetentionDays", "UsePreviousValue": True}
    assert values["RolePath"]["ParameterValue"] == "/apps/"
    assert values["Stage"]["ParameterValue"] == "prod"
    assert "Gone" not in values


def test_a_parameter_that_the_template_lacks_is_refused() -> None:
    with pytest.raises(DeployError, match="no parameter Rolepath"):
        _provisioning(CloudFormation("UPDATE_COMPLETE"), [], Rolepath="/").check()


def test_a_change_set_that_cloudformation_refuses_is_reported_and_removed() -> None:
    service = CloudFormation(None)
    service.reason = "Template error"
    with pytest.raises(DeployError, match="Template error"):
        _stack(service).propose("{}", [], {})
    assert {"delete_change_set", "delete_stack"} <= {operation for operation, _ in service.asked}


@pytest.mark.parametrize("kind", HOLDS_DATA)
@pytest.mark.parametrize("loss", [{"action": "Remove"}, {"Replacement": "True"}])
def test_a_change_that_would_lose_data_is_shown_and_never_executed(kind: str, loss: dict[str, str]) -> None:
    service, said = CloudFormation("UPDATE_COMPLETE", _change(kind, **loss)), list[str]()
    run = _provisioning(service, said)
    change_set = _stack(service).propose("{}", [], {})
    assert change_set
    assert change_set.losses == ["It"]
    with pytest.raises(DeployError, match="would replace or drop It"):
        run._execute(change_set)
    assert "execute_change_set" not in [operation for operation, _ in service.asked]


def test_a_stack_that_was_executed_refuses_to_replace_data_and_to_be_deleted() -> None:
    service = CloudFormation("UPDATE_COMPLETE", _change())
    stack = _stack(service)
    change_set = stack.propose("{}", [], {})
    assert change_set
    stack.execute(change_set)
    denied = json.loads(service.arguments("set_stack_policy")["StackPolicyBody"])["Statement"][1]
    assert denied["Action"] == ["Update:Replace", "Update:Delete"]
    assert denied["Condition"] == {"StringEquals": {"ResourceType": list(HOLDS_DATA)}}
    assert service.arguments("update_termination_protection")["EnableTerminationProtection"] is True


def test_a_failure_is_explained_by_its_first_reason_in_this_change() -> None:
    service = CloudFormation("UPDATE_COMPLETE", _change(), ends_as="UPDATE_ROLLBACK_COMPLETE")
    name = STAGE.stack
    service.events = [
        {"LogicalResourceId": name, "ResourceStatus": "UPDATE_ROLLBACK_IN_PROGRESS"},
        {"LogicalResourceId": "Later", "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "cancelled"},
        {"LogicalResourceId": "Role", "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "not allowed"},
        {"LogicalResourceId": name, "ResourceStatus": "UPDATE_IN_PROGRESS"},
        {"LogicalResourceId": "Old", "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "last year"},
    ]
    stack = _stack(service)
    change_set = stack.propose("{}", [], {})
    assert change_set
    with pytest.raises(DeployError, match="is in state UPDATE_ROLLBACK_COMPLETE: Role: not allowed"):
        stack.execute(change_set)


def test_a_stack_that_is_being_changed_is_left_alone() -> None:
    with pytest.raises(DeployError, match="is changing stack"):
        _stack(CloudFormation("UPDATE_IN_PROGRESS", _change())).propose("{}", [], {})


def test_a_new_stack_that_fails_is_deleted_by_cloudformation() -> None:
    service = CloudFormation(None, _change(action="Add"))
    _stack(service).propose("{}", [], {})
    asked = service.arguments("create_change_set")
    assert (asked["ChangeSetType"], asked["OnStackFailure"]) == ("CREATE", "DELETE")
