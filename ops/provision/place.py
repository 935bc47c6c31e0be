"""Where a stage lives, and what its things are called there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.settings import Settings

APP_NAME: Final = "gatehouse"
CONFIG: Final = Path(".chalice/config.json")


@dataclass(frozen=True, slots=True)
class Place:
    """A stage of one account in one region.

    Attributes:
        partition: `aws`, `aws-cn` or `aws-us-gov`.
        gateway_stage: API Gateway's name for it, a path segment; `.chalice/config.json` has it.
    """

    stage: str
    account: str
    region: str
    partition: str = "aws"
    gateway_stage: str = "api"

    @property
    def table(self) -> str:
        """The table's name."""
        return self._settings.table_name

    @property
    def keys_secret(self) -> str:
        """The name of the secret with our own keys."""
        return self._settings.keys_secret

    @property
    def connection_secrets(self) -> str:
        """The prefix of the names of secrets with identity providers' certificates."""
        return f"{self._settings.secret_prefix}/connections/"

    @property
    def rest_api(self) -> str:
        """The name of the REST API, by which CloudWatch counts its requests."""
        return f"{APP_NAME}-{self.stage}"

    @property
    def topic(self) -> str:
        """The name of the topic to which alarms go."""
        return f"{APP_NAME}-{self.stage}-alarms"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def _settings(self) -> Settings:
        return Settings(base_url="", stage=self.stage)


def gateway_stage(stage: str) -> str:
    """API Gateway's name for the stage.

    Raises:
        ValueError: `.chalice/config.json` does not know the stage, or can't be read.
    """
    try:
        document = json.loads(CONFIG.read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"{CONFIG} can't be read: {error}.") from error
    stages = document["stages"]
    if stage not in stages:
        raise ValueError(f"{CONFIG} has no stage {stage!r}; it has {', '.join(sorted(stages))}.")
    return str({**document, **stages[stage]}.get("api_gateway_stage", "api"))
