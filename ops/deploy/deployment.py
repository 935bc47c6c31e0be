"""The context of one deployment: its options, what it calls, and what it has found out so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ops.deploy.fetch import Fetch, fetch
from ops.stage import Stage

if TYPE_CHECKING:
    import boto3

    from ops.deploy.live_function import LiveFunction


class Build(Protocol):
    """Puts the deployment package where Chalice takes it from, and the list of what is in it into `dist/`.

    Raises:
        DeployError: there is none.
    """

    def __call__(self, project: Path, stage: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class DeploySteps:
    """The functions that the steps call; tests replace them."""

    build: Build
    fetch: Fetch = fetch
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """The options of the command line.

    Attributes:
        base_url: in place of the configured one.
        change_url: the public address may differ from the one so far.
        change_runtime: the functions' Python may differ from the one so far.
        smoke_at: where the smoke test sends its requests, if not to API Gateway's own address.
        connection: a connection whose metadata the smoke test reads.
    """

    base_url: str | None = None
    change_url: bool = False
    change_runtime: bool = False
    smoke_at: str | None = None
    connection: str | None = None


@dataclass
class Deployment:
    """The context of one run.

    Attributes:
        project: the folder with `app.py`.
        say: prints a line below the step under way; `warn` one that must be seen.
        account, region: filled by preflight.
        outputs: of the data plane's stack.
        live: the stage's functions as they are before this run, by Chalice's names.
        base_url: the public address from now on.
        package: the file that Chalice uploads.
    """

    project: Path
    stage: Stage
    session: boto3.Session
    parts: DeploySteps
    wishes: DeployOptions = field(default_factory=DeployOptions)
    say: Callable[[str], None] = print
    warn: Callable[[str], None] = print
    account: str = ""
    region: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, LiveFunction] = field(default_factory=dict)
    base_url: str = ""
    package: Path | None = None

    @property
    def workspace(self) -> Path:
        """The folder from which Chalice deploys."""
        return self.project / "build" / "deploy" / self.stage.name

    @property
    def rest_api(self) -> str:
        """The ID of the stage's REST API."""
        return self.outputs["RestApi"]

    @property
    def invoke_url(self) -> str:
        """API Gateway's own address of the stage, no trailing slash."""
        return self.outputs["InvokeUrl"]

    def client(self, service: str) -> Any:
        """A client that waits out API Gateway's narrow control plane quotas (a deployment every five seconds)."""
        from botocore.config import Config

        config = Config(retries={"mode": "standard", "total_max_attempts": 8})
        return self.session.client(service, config=config)  # type: ignore[call-overload]
