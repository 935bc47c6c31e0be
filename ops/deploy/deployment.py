"""One deployment under way: what it was told, what it calls, what it has found out so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ops.deploy.fetch import Fetch, fetch
from ops.deploy.stage import Stage

if TYPE_CHECKING:
    import boto3


class Build(Protocol):
    """Puts the deployment package where Chalice takes it from, and the list of what is in it into `dist/`.

    Raises:
        Stopped: there is none.
    """

    def __call__(self, project: Path, stage: str) -> Path: ...


class Provision(Protocol):
    """Makes what holds data, or only compares (`check`); what it says is printed.

    Raises:
        Stopped: something can't be put right.
    """

    def __call__(self, stage: Stage, session: boto3.Session, *, check: bool) -> str: ...


class Render(Protocol):
    """Writes the policies of `project` anew with account, region and partition in them."""

    def __call__(self, project: Path, stage: str, account: str, region: str, partition: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DeploySteps:
    """The functions that the steps call; tests replace them."""

    build: Build
    provision: Provision
    render: Render
    fetch: Fetch = fetch
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """The options of the command line.

    Attributes:
        base_url: in place of the configured one.
        rest_api: the ID of the API to take, where the account has several.
        change_url: the public address may differ from the one so far.
        take_roles: roles that serve the stage in another region may serve it here instead.
        smoke_at: where the smoke test sends its requests, if not to API Gateway's own address.
        connection: a connection whose metadata the smoke test reads.
    """

    base_url: str | None = None
    rest_api: str | None = None
    change_url: bool = False
    take_roles: bool = False
    smoke_at: str | None = None
    connection: str | None = None


@dataclass
class Deployment:
    """The context of one run.

    Attributes:
        project: the folder with `app.py`.
        say: prints a line below the step under way; `warn` one that must be seen.
        account, region, partition: filled by preflight.
        rest_api: the API's ID, once it is found or made.
        previous_url: the public address that the account's function has, None before the first deployment.
        base_url: the public address from now on.
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
    partition: str = "aws"
    rest_api: str = ""
    previous_url: str | None = None
    base_url: str = ""

    @property
    def workspace(self) -> Path:
        """The folder from which Chalice deploys."""
        return self.project / "build" / "deploy" / self.stage.name

    @property
    def invoke_url(self) -> str:
        """API Gateway's own address of the stage, no trailing slash."""
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"https://{self.rest_api}.execute-api.{self.region}.{suffix}/{self.stage.api_stage}"

    def client(self, service: str) -> Any:
        """A client that waits out API Gateway's narrow control plane quotas (a deployment every five seconds)."""
        from botocore.config import Config

        config = Config(retries={"mode": "standard", "total_max_attempts": 8})
        return self.session.client(service, config=config)  # type: ignore[call-overload]
