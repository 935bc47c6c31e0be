"""One stage, as `.chalice/config.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ops.deploy.deploy_error import DeployError

CONFIG: Final = Path(".chalice") / "config.json"
BASE_URL: Final = "GATEHOUSE_BASE_URL"
AUTOMATIC: Final = "auto"
"""A base URL that is API Gateway's own address, known once there is one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's Chalice configuration; a stage's value overrides the project's.

    Attributes:
        name: also the `GATEHOUSE_STAGE`, which names the table and the secrets.
        api_stage: the last part of API Gateway's own address.
        environment: of the function.
        custom_domain: the host of API Gateway's custom domain, where the stage has one.
    """

    name: str
    app: str
    api_stage: str
    endpoint_type: str
    environment: Mapping[str, str]
    custom_domain: str | None

    @property
    def function(self) -> str:
        """The name of the Lambda function behind the API."""
        return f"{self.app}-{self.name}"

    @property
    def base_url(self) -> str:
        """As configured: an address or `auto`."""
        return self.environment.get(BASE_URL, "").rstrip("/")


def stage_of(project: Path, name: str) -> Stage:
    """The stage of this name.

    Raises:
        Stopped: the configuration can't be read or lacks the stage.
    """
    try:
        document = json.loads((project / CONFIG).read_text())
    except (OSError, ValueError) as error:
        raise DeployError(f"{CONFIG} can't be read: {error}.", "Put it right, then deploy again.") from error
    stages: dict[str, dict[str, Any]] = document.get("stages", {})
    if name not in stages:
        raise DeployError(f"{CONFIG} has no stage {name!r}.", f"Add it, or choose one of: {', '.join(sorted(stages))}.")
    merged = {**document, **stages[name]}
    environment = {**document.get("environment_variables", {}), **stages[name].get("environment_variables", {})}
    return Stage(
        name=name,
        app=document["app_name"],
        api_stage=merged.get("api_gateway_stage", "api"),
        endpoint_type=merged.get("api_gateway_endpoint_type", "EDGE"),
        environment=environment,
        custom_domain=merged.get("api_gateway_custom_domain", {}).get("domain_name"),
    )
