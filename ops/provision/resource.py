"""A thing in AWS as it must be, and how it differs from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

Properties: TypeAlias = Mapping[str, Any]

NAME_PROPERTY: Final = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SecretsManager::Secret": "Name",
}
"""Type to the property that CloudFormation keeps its name in."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A desired resource.

    Attributes:
        type: CloudFormation's type.
        properties: wanted, in CloudFormation's words, without the name.
        state: wanted besides, for which CloudFormation has no word.
    """

    type: str
    name: str
    properties: Properties
    state: Properties = field(default_factory=dict)

    @property
    def wanted(self) -> Properties:
        """Everything that is compared."""
        return {**self.properties, **self.state}


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that is not as wanted."""

    property: str
    wanted: Any
    found: Any


def differences(wanted: Properties, found: Properties) -> tuple[Difference, ...]:
    """Properties that differ from the desired state. Unmanaged properties are ignored."""
    return tuple(
        Difference(name, value, found.get(name)) for name, value in sorted(wanted.items()) if found.get(name) != value
    )


class Kind(Protocol):
    """Reads and changes one type of resource."""

    def read(self, resource: Resource) -> Properties | None:
        """The actual properties, named like `Resource.wanted`; None if the resource does not exist."""

    def create(self, resource: Resource) -> None:
        """Make it, at least in part: `fix` is asked for what still differs."""

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """Set these properties as wanted; what a person has to do about those on which data or hours hang."""
