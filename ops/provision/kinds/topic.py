"""The SNS topic of the alarms. Its subscriptions belong to the operator and are never drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ops.provision.place import Place
from ops.provision.resource import Properties, Resource

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


class TopicKind:
    """Topics.

    They are not encrypted by a key of AWS's own: alarms can't be sent to such a topic. What they say is no secret.
    """

    def __init__(self, client: SNSClient, place: Place) -> None:
        self._client = client
        self._place = place

    def read(self, resource: Resource) -> Properties | None:
        """Its name for people."""
        try:
            found = self._client.get_topic_attributes(TopicArn=self._arn(resource))["Attributes"]
        except self._client.exceptions.NotFoundException:
            return None
        return {"DisplayName": found.get("DisplayName")}

    def create(self, resource: Resource) -> None:
        """Without a name for people, which `fix` sets."""
        self._client.create_topic(Name=resource.name)

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """Every attribute is a text under its own name."""
        for name in sorted(names):
            self._client.set_topic_attributes(
                TopicArn=self._arn(resource), AttributeName=name, AttributeValue=resource.properties[name]
            )
        return {}

    def has_listener(self) -> bool:
        """True if the topic has a subscription, confirmed or pending."""
        try:
            found = self._client.list_subscriptions_by_topic(TopicArn=self._place.arn("sns", self._place.topic))
        except self._client.exceptions.NotFoundException:
            return False
        return bool(found["Subscriptions"])

    def _arn(self, resource: Resource) -> str:
        return self._place.arn("sns", resource.name)
