"""Deploys the data plane's stack, or shows what that would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import boto3

from ops.deploy_error import DeployError
from ops.provision.adoption import existing_resources, import_template
from ops.provision.checkout import write_config, write_note
from ops.provision.stack import ChangeSet, Stack
from ops.provision.template import FILE, load
from ops.stage import Stage
from ops.stage_keys import ensure_keys, restore_keys

FREE_ALARM_METRICS: Final = 10
PRICE_OF_AN_ALARM_METRIC: Final = 0.10
"""US dollars a month, standard resolution, for each beyond the account's free ones."""


class Provisioning:
    """One run for one stage.

    Args:
        session: credentials and region.
        given: parameters of the template, in place of the stack's own.
        rest_api: an existing API that a new stack takes over.
        say: prints a line.
    """

    def __init__(
        self,
        stage: Stage,
        session: boto3.Session,
        stack: Stack,
        say: Callable[[str], None],
        given: Mapping[str, str] | None = None,
        rest_api: str | None = None,
    ) -> None:
        self._stage = stage
        self._session = session
        self._stack = stack
        self._say = say
        self._given = given or {}
        self._rest_api = rest_api

    def check(self) -> bool:
        """Show the change set, drift included, and discard it; True if there is nothing to change.

        Raises:
            DeployError: there is none.
        """
        if self._stack.describe() is None:
            self._say(f"There is no stack {self._stack.name} yet.")
            for each in existing_resources(self._stage, self._session, self._rest_api):
                self._say(f"Import  {each['ResourceType']} {each['LogicalResourceId']}, which exists")
        change_set = self._propose()
        if change_set is None:
            self._say(f"Stack {self._stack.name} is as the template describes it.")
            return True
        self._show(change_set)
        self._stack.discard(change_set)
        return False

    def run(self, project: Path, now: datetime) -> None:
        """Deploy the stack, make the first keys, and write the roles and the address into the checkout.

        Raises:
            DeployError: CloudFormation refuses, or the change would lose data.
        """
        restore_keys(self._session.client("secretsmanager"), self._stage.keys_secret)
        if self._stack.describe() is None:
            self._adopt()
        if change_set := self._propose():
            self._show(change_set)
            self._execute(change_set)
        else:
            self._say(f"Stack {self._stack.name} is as the template describes it.")
        ensure_keys(self._session.client("secretsmanager"), self._stage.keys_secret, now)
        outputs = self._stack.outputs()
        write_note(project, self._stage.name, outputs)
        if write_config(project, self._stage.name, outputs):
            self._say("Wrote the functions' roles and the address into .chalice/config.json: commit it.")
        for line in self._notes(outputs):
            self._say(line)

    def _adopt(self) -> None:
        imports = existing_resources(self._stage, self._session, self._rest_api)
        if not imports:
            return
        names = {each["LogicalResourceId"] for each in imports}
        if change_set := self._stack.propose(import_template(imports), self._parameters(), self._stage.tags, imports):
            self._say(f"Taking over what exists: {', '.join(sorted(names))}")
            self._execute(change_set)

    def _propose(self) -> ChangeSet | None:
        return self._stack.propose(FILE.read_text(), self._parameters(), self._stage.tags)

    def _execute(self, change_set: ChangeSet) -> None:
        if change_set.losses:
            self._stack.discard(change_set)
            raise DeployError(
                f"The change would replace or drop {', '.join(change_set.losses)}, and lose what is in there.",
                "Nothing was changed. Undo what differs in infrastructure/data-plane.yaml or its parameters.",
            )
        self._stack.execute(change_set)

    def _show(self, change_set: ChangeSet) -> None:
        self._say(f"Stack {self._stack.name}, {len(change_set.changes)} changes:")
        for line in change_set.lines():
            self._say(line)

    def _parameters(self) -> list[dict[str, Any]]:
        """The configuration's values and those given; every other one stays as it is."""
        values = {
            **self._given,
            "Stage": self._stage.name,
            "GatewayStage": self._stage.api_stage,
            "EndpointType": self._stage.endpoint_type,
            "CustomDomain": self._stage.custom_domain or "",
        }
        if unknown := sorted(values.keys() - load()["Parameters"].keys()):
            known = ", ".join(sorted(load()["Parameters"]))
            raise DeployError(f"The template has no parameter {', '.join(unknown)}.", f"It has {known}.")
        before = {each["ParameterKey"] for each in (self._stack.describe() or {}).get("Parameters", ())}
        kept = (before & load()["Parameters"].keys()) - values.keys()
        return [
            *({"ParameterKey": name, "ParameterValue": value} for name, value in values.items()),
            *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)),
        ]

    def _notes(self, outputs: Mapping[str, str]) -> Iterator[str]:
        yield f"The alarms cost {monthly_cost():.2f} USD a month beyond an account's free ones"
        topic = outputs["AlarmTopic"]
        if not self._session.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            command = f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint ADDRESS"
            yield f"No one is subscribed to the alarms yet: {command}"


def monthly_cost() -> float:
    """US dollars a month for the alarms, where no other alarms use up the account's free ones."""
    return max(0, alarm_metrics() - FREE_ALARM_METRICS) * PRICE_OF_AN_ALARM_METRIC


def alarm_metrics() -> int:
    """How many metrics the alarms watch; each costs."""
    alarms = [each["Properties"] for each in load()["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    return sum("MetricStat" in metric for alarm in alarms for metric in alarm["Metrics"])
