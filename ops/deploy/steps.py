"""A deployment's steps, in their order. Each can be repeated: what is done already is found again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from ops.deploy.chalice_command import chalice_deploy
from ops.deploy.deletion import delete, name_deletions
from ops.deploy.deployment import Deployment
from ops.deploy.live_function import is_stopped
from ops.deploy.preflight import look_around, preflight
from ops.deploy.public_url import confirm_deployment, settle_public_url
from ops.deploy.smoke import smoke_test
from ops.deploy.workspace import configure_workspace, fill_workspace


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        look: what a dry run does instead; None for nothing.
    """

    name: str
    description: str
    run: Callable[[Deployment], None]
    look: Callable[[Deployment], None] | None = None


def package(deployment: Deployment) -> None:
    """Builds the slim package, where Chalice looks for its own."""
    fill_workspace(deployment.project, deployment.workspace)
    deployment.package = deployment.parts.build(deployment.workspace, deployment.stage.name)
    deployment.say(f"{deployment.package.name}, {deployment.package.stat().st_size / 1e6:.1f} MB")
    for bill in (deployment.workspace / "dist").glob("*.json"):
        (deployment.project / "dist").mkdir(exist_ok=True)
        shutil.copy(bill, deployment.project / "dist")
        deployment.say(f"dist/{bill.name} lists what is in it")


def look_at_address(deployment: Deployment) -> None:
    """Reports the public address, and whether the deployment would continue."""
    settle_public_url(deployment)
    deployment.say(f"REST API {deployment.rest_api}, public address {deployment.base_url}")
    if is_stopped(deployment):
        deployment.warn("The stage is stopped: its reserved concurrency is 0. It stays so.")


def prepare(deployment: Deployment) -> None:
    """Settles the public address and writes the workspace's configuration."""
    look_at_address(deployment)
    configure_workspace(deployment)


def deploy(deployment: Deployment) -> None:
    """Deploys by Chalice, then sets what the configuration says of the API's stage."""
    chalice_deploy(deployment)
    if deployment.stage.throttle:
        rate, burst = deployment.stage.throttle
        values = {"rateLimit": f"{rate:g}", "burstLimit": str(burst)}
        deployment.client("apigateway").update_stage(
            restApiId=deployment.rest_api,
            stageName=deployment.stage.api_stage,
            patchOperations=[
                {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in values.items()
            ],
        )


def smoke(deployment: Deployment) -> None:
    """Tries the stage over HTTP, unless an operator stopped it."""
    if is_stopped(deployment):
        deployment.warn("Not tried: the stage is stopped.")
    else:
        smoke_test(deployment)


DEPLOY = (
    Step("preflight", "credentials, region, settings, Python, data plane, what isn't committed", preflight, preflight),
    Step("package", "the slim deployment package, with bytecode and without what is never used", package, package),
    Step("prepare", "the public address; roles, address and operators' settings for Chalice", prepare, look_at_address),
    Step("chalice", "chalice deploy: functions, schedules, REST API with its gateway responses", deploy),
    Step("smoke", "sign-in page, description, table, 401, 404, 405 over HTTP", smoke),
    Step("confirm", "every function has this package and this address", confirm_deployment),
)

DELETE = (
    Step("preflight", "credentials and region", look_around, look_around),
    Step("delete", "functions, schedules, API stage; table, secrets and the address stay", delete, name_deletions),
)
