"""A deployment in good health, and what the doctor says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from chalicelib.saml.service_provider import service_provider
from chalicelib.signing_keys.key_pair import new_key_pair
from chalicelib.signing_keys.model import KeySet
from chalicelib.signing_keys.secrets import format_keys
from ops.cli.checks.finding import Reply
from ops.cli.checks.runner import examine
from tests.support.deployment import Deployment, new_deployment


@dataclass
class FakeDeployment:
    """A deployment with everything that the doctor may ask.

    Attributes:
        replies: what stands at addresses in place of what should.
        table: what differs in what AWS says of the table, by operation; an exception is raised.
        aws_time: AWS's clock; the deployment's own unless set.
    """

    deployment: Deployment
    replies: dict[str, Reply | OSError] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=dict)
    aws_time: datetime | None = None

    def findings(self) -> dict[str, list[tuple[str, str]]]:
        """Check → outcome and detail of each finding."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in examine(self.deployment.container, self, self.get).rows:  # type: ignore[arg-type]
            found.setdefault(row["check"], []).append((row["outcome"].value, row["detail"]))
        return found

    def outcomes(self, check: str) -> list[str]:
        """How one check ended."""
        return [outcome for outcome, _ in self.findings().get(check, [])]

    def get(self, url: str) -> Reply:
        """Returns the response of a URL."""
        base_url = self.deployment.container.settings.base_url
        reply = self.replies.get(url)
        if isinstance(reply, OSError):
            raise reply
        if reply is not None:
            return reply
        if url == f"{base_url}/healthz":
            return Reply(200, b'{"status": "ok"}', self.deployment.now)
        return Reply(200, service_provider(base_url, url.split("/")[-2]).acs_url.encode(), self.deployment.now)

    def describe_table(self, TableName: str) -> dict[str, Any]:  # noqa: N803  AWS's names
        date = format_datetime(self.aws_time or self.deployment.now)
        described = {"TableStatus": "ACTIVE", "DeletionProtectionEnabled": True}
        return {
            "Table": described | self._differing("describe_table"),
            "ResponseMetadata": {"HTTPHeaders": {"date": date}},
        }

    def describe_time_to_live(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        on = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
        return {"TimeToLiveDescription": on | self._differing("describe_time_to_live")}

    def describe_continuous_backups(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        on = {"PointInTimeRecoveryStatus": "ENABLED"} | self._differing("describe_continuous_backups")
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": on}}

    def _differing(self, operation: str) -> dict[str, Any]:
        differing = self.table.get(operation, {})
        if isinstance(differing, Exception):
            raise differing
        return dict(differing)


@contextmanager
def fake_deployment() -> Iterator[FakeDeployment]:
    """A healthy deployment with keys that were made today."""
    with new_deployment() as deployment:
        pair = KeySet(new_key_pair("Gatehouse", now=deployment.now))
        text = format_keys(replace(deployment.container.keys.load(deployment.now), signing=pair, decryption=pair))
        deployment.restart()
        secrets = deployment.container._secrets
        secrets.put_secret_value(SecretId=f"{deployment.container.settings.secret_prefix}/keys", SecretString=text)
        yield FakeDeployment(deployment)
