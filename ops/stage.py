"""A stage's configuration, as Chalice reads it from `.chalice/config.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ops.deploy_error import DeployError

CONFIG: Final = Path(".chalice/config.json")
BASE_URL: Final = "GATEHOUSE_BASE_URL"
AUTOMATIC: Final = "auto"
"""As the base URL: API Gateway's own address."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
"""Longer names don't fit into the names of roles; other characters not into those of tables, topics and functions."""

# RFC 2606 and RFC 6761: reserved names.
_EXAMPLES: Final = ("example.com", "example.net", "example.org", "example", "test", "invalid", "localhost")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's Chalice configuration; a stage's value overrides the project's.

    Attributes:
        name: also the `GATEHOUSE_STAGE`, which names the table and the secrets.
        api_stage: the last part of API Gateway's own address.
        environment: of the function.
        custom_domain: the host of API Gateway's custom domain, where the stage has one.
        python: the minor version of Lambda's Python, where the configuration pins it.
        tags: of everything that belongs to the stage.
        throttle: API Gateway's rate (requests a second) and burst for the whole stage, where it isn't the account's.
    """

    name: str
    app: str
    api_stage: str
    endpoint_type: str
    environment: Mapping[str, str]
    custom_domain: str | None = None
    python: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    throttle: tuple[float, int] | None = None

    @property
    def function(self) -> str:
        """The name of the Lambda function behind the API, and of the API."""
        return f"{self.app}-{self.name}"

    @property
    def stack(self) -> str:
        """The name of the data plane's CloudFormation stack."""
        return f"{self.function}-data"

    @property
    def keys_secret(self) -> str:
        """The name of the secret with our own keys."""
        return f"{self.app}/{self.name}/keys"

    @property
    def base_url(self) -> str:
        """As configured: an address or `auto`."""
        return self.environment.get(BASE_URL, "").rstrip("/")


def stage_of(project: Path, name: str) -> Stage:
    """The stage of this name.

    Raises:
        DeployError: the configuration can't be read or lacks the stage, or its name is unsuitable.
    """
    document = read_config(project)
    stages: dict[str, dict[str, Any]] = document.get("stages", {})
    if name not in stages:
        raise DeployError(f"{CONFIG} has no stage {name!r}.", f"Add it, or choose one of: {', '.join(sorted(stages))}.")
    if not _NAME.fullmatch(name):
        raise DeployError(
            f"{name!r} can't name a stage: tables, roles and topics are named for it.",
            "Use a lowercase letter, then at most 19 lowercase letters, digits and hyphens.",
        )
    merged = {**document, **stages[name]}
    return Stage(
        name=name,
        app=document["app_name"],
        api_stage=merged.get("api_gateway_stage", "api"),
        endpoint_type=merged.get("api_gateway_endpoint_type", "EDGE"),
        environment={**document.get("environment_variables", {}), **stages[name].get("environment_variables", {})},
        custom_domain=merged.get("api_gateway_custom_domain", {}).get("domain_name"),
        python=merged.get("lambda_python"),
        tags=merged.get("tags", {}),
        throttle=_throttle(merged.get("api_gateway_throttling")),
    )


def read_config(project: Path) -> dict[str, Any]:
    """The whole configuration.

    Raises:
        DeployError: it can't be read.
    """
    try:
        document: dict[str, Any] = json.loads((project / CONFIG).read_text())
    except (OSError, ValueError) as error:
        raise DeployError(
            f"{CONFIG} can't be read: {error}.", "Correct the file, then run the command again."
        ) from error
    return document


def is_example(url: str) -> bool:
    """True for an address under a name that is reserved for examples."""
    host = urlsplit(url).hostname or ""
    return any(host == example or host.endswith(f".{example}") for example in _EXAMPLES)


def _throttle(configured: Mapping[str, Any] | None) -> tuple[float, int] | None:
    return (float(configured["rate_limit"]), int(configured["burst_limit"])) if configured else None
