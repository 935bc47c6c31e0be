"""The data plane's CloudFormation stack: its outputs, and change sets that are proposed, shown and executed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from ops.deploy_error import DeployError
from ops.provision.template import HOLDS_DATA

_PAUSE: Final = 3.0
_MAX_POLLS: Final = 400
_UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")
_DONE: Final = ("CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE")
_BEGINNINGS: Final = ("CREATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_NEXT: Final = "Look at the stack's events in the CloudFormation console, then repeat the command."

_KEEPS_DATA: Final = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"ResourceType": list(HOLDS_DATA)}},
            },
        ]
    }
)
"""The stack's policy: CloudFormation itself refuses to replace or delete resources that hold data."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes that CloudFormation would make, before it makes them."""

    id: str
    stack: str
    creates_stack: bool
    changes: tuple[Mapping[str, Any], ...]

    def lines(self) -> Iterator[str]:
        """A line for each change, with the properties that change."""
        for change in self.changes:
            names = sorted({_property(detail) for detail in change.get("Details", ())} - {""})
            replaced = ", REPLACES IT" if change.get("Replacement") == "True" else ""
            yield (
                f"{change['Action']:<7} {change['ResourceType']} {change['LogicalResourceId']}"
                f"{': ' if names else ''}{', '.join(names)}{replaced}"
            )

    @property
    def losses(self) -> list[str]:
        """Resources holding data that would be replaced or taken out of the stack."""
        return [
            str(change["LogicalResourceId"])
            for change in self.changes
            if change["ResourceType"] in HOLDS_DATA
            and (change["Action"] == "Remove" or change.get("Replacement") == "True")
        ]


class Stack:
    """One stage's stack.

    Args:
        client: of CloudFormation.
        pause: waits between two looks.
    """

    def __init__(self, client: Any, name: str, pause: Callable[[float], None]) -> None:
        self.name = name
        self._client = client
        self._pause = pause

    def describe(self) -> dict[str, Any] | None:
        """The stack; None where there is none, or only an unexecuted change set of a first one."""
        try:
            (found,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE") else found

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by their names; none without a stack."""
        found = self.describe() or {}
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}

    def propose(
        self,
        body: str,
        parameters: Sequence[Mapping[str, Any]],
        tags: Mapping[str, str],
        imports: Sequence[Mapping[str, Any]] = (),
    ) -> ChangeSet | None:
        """A change set to this template, drift included; None if nothing differs.

        Args:
            imports: existing resources that a new stack takes over; the template then describes these alone.

        Raises:
            DeployError: CloudFormation refuses the template or its values.
        """
        existing = self.describe()
        if existing and existing["StackStatus"].endswith("_IN_PROGRESS"):
            raise DeployError(
                f"CloudFormation is changing stack {self.name}.", "Wait for its end, then repeat the command."
            )
        kind: dict[str, Any] = {"ChangeSetType": "UPDATE", "DeploymentMode": "REVERT_DRIFT"}
        if imports:
            kind = {"ChangeSetType": "IMPORT", "ResourcesToImport": list(imports)}
        elif not existing:
            kind = {"ChangeSetType": "CREATE", "OnStackFailure": "DELETE"}
        made = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"provision-{uuid.uuid4().hex}",
            TemplateBody=body,
            Parameters=list(parameters),
            Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            **kind,
        )
        return self._described(made["Id"], made["StackId"], creates_stack=not existing)

    def execute(self, change_set: ChangeSet) -> None:
        """Carry a change set out and wait for its end.

        Raises:
            DeployError: it failed; CloudFormation has undone what it did.
        """
        self._client.execute_change_set(ChangeSetName=change_set.id, StackName=self.name)
        status = self._poll(lambda: self._status(change_set.stack), lambda found: not found.endswith("_IN_PROGRESS"))
        if status not in _DONE:
            raise DeployError(
                f"Stack {self.name} is in state {status}: {self._first_failure(change_set.stack)}.", _NEXT
            )
        self._client.set_stack_policy(StackName=self.name, StackPolicyBody=_KEEPS_DATA)
        self._client.update_termination_protection(StackName=self.name, EnableTerminationProtection=True)

    def discard(self, change_set: ChangeSet) -> None:
        """Delete a change set, and the empty stack that it was to create."""
        self._client.delete_change_set(ChangeSetName=change_set.id, StackName=self.name)
        if change_set.creates_stack:
            self._client.delete_stack(StackName=self.name)

    def _described(self, identifier: str, stack: str, *, creates_stack: bool) -> ChangeSet | None:
        def ready(found: Mapping[str, Any]) -> bool:
            return found["Status"] in ("CREATE_COMPLETE", "FAILED")

        changes: list[Mapping[str, Any]] = []
        found = self._poll(
            lambda: self._client.describe_change_set(ChangeSetName=identifier, StackName=self.name), ready
        )
        if found["Status"] == "FAILED":
            self.discard(ChangeSet(identifier, stack, creates_stack, ()))
            if any(text in found.get("StatusReason", "") for text in _UNCHANGED):
                return None
            raise DeployError(f"CloudFormation refuses the change set: {found.get('StatusReason')}.", _NEXT)
        while True:
            changes += [each["ResourceChange"] for each in found.get("Changes", ()) if "ResourceChange" in each]
            if not (token := found.get("NextToken")):
                return ChangeSet(identifier, stack, creates_stack, tuple(changes))
            found = self._client.describe_change_set(ChangeSetName=identifier, StackName=self.name, NextToken=token)

    def _status(self, stack: str) -> str:
        return str(self._client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])

    def _first_failure(self, stack: str) -> str:
        """The reason of the oldest failure since the last change of the stack began; events come newest first."""
        reason = "no reason given"
        for event in self._client.describe_stack_events(StackName=stack)["StackEvents"]:
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            elif event["LogicalResourceId"] == self.name and event["ResourceStatus"] in _BEGINNINGS:
                break
        return reason

    def _poll(self, look: Callable[[], Any], ready: Callable[[Any], bool]) -> Any:
        for _ in range(_MAX_POLLS):
            found = look()
            if ready(found):
                return found
            self._pause(_PAUSE)
        raise DeployError(f"CloudFormation is still busy with stack {self.name}.", _NEXT)


def _property(detail: Mapping[str, Any]) -> str:
    target = detail.get("Target", {})
    name = str(target.get("Path") or target.get("Name") or target.get("Attribute") or "")
    drift = target.get("Drift", {})
    return f"{name} (drifted to {drift['ActualValue']})" if "ActualValue" in drift else name
