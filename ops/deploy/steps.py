"""A deployment's steps, in their order. Each can be repeated: what is done already is found again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from ops.deploy.chalice_command import chalice_delete, chalice_deploy
from ops.deploy.deployment import Deployment
from ops.deploy.gateway_responses import put_gateway_responses
from ops.deploy.preflight import preflight
from ops.deploy.public_url import confirm_public_url, settle_public_url
from ops.deploy.rest_api import ensure_rest_api, found_rest_api
from ops.deploy.smoke import smoke_test
from ops.deploy.state import write_state
from ops.deploy.stopped import Stopped
from ops.deploy.workspace import fill_workspace


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


def provision(deployment: Deployment) -> None:
    """What holds data, and what `chalice delete` must not take along."""
    deployment.say(deployment.parts.provision(deployment.stage, deployment.session, check=False))


def compare(deployment: Deployment) -> None:
    """What `provision` would do."""
    deployment.say(deployment.parts.provision(deployment.stage, deployment.session, check=True))


def restore(deployment: Deployment) -> None:
    """Workspace, API and address."""
    made = ensure_rest_api(deployment)
    deployment.say(f"REST API {deployment.rest_api}, {'made now' if made else 'found'}")
    settle_public_url(deployment)
    deployment.say(f"public address {deployment.base_url}")
    fill_workspace(deployment.project, deployment.workspace, deployment.stage.name, deployment.base_url)
    place = (deployment.account, deployment.region, deployment.partition)
    deployment.parts.render(deployment.workspace, deployment.stage.name, *place)
    write_state(deployment, deployment.workspace)


def restore_for_deletion(deployment: Deployment) -> None:
    """Workspace and note of what there is.

    Raises:
        Stopped: there is nothing.
    """
    found = found_rest_api(deployment)
    if found is None:
        raise Stopped(f"Stage {deployment.stage.name!r} is not deployed here.", "Check account and region.")
    deployment.rest_api = found
    fill_workspace(deployment.project, deployment.workspace, deployment.stage.name, deployment.invoke_url)
    write_state(deployment, deployment.workspace)


def package(deployment: Deployment) -> None:
    """The slim package, where Chalice looks for its own."""
    built = deployment.parts.build(deployment.workspace, deployment.stage.name)
    deployment.say(f"{built.name}, {built.stat().st_size / 1e6:.1f} MB")
    for bill in (deployment.workspace / "dist").glob("*.json"):
        (deployment.project / "dist").mkdir(exist_ok=True)
        shutil.copy(bill, deployment.project / "dist")
        deployment.say(f"dist/{bill.name} lists what is in it")


DEPLOY = (
    Step("preflight", "credentials, region, settings, Python, libxml2, what isn't committed", preflight, preflight),
    Step("provision", "table, secrets, log retention, alarms: made or put right, never emptied", provision, compare),
    Step("restore", "find the stage's REST API (or make an empty one), write Chalice's note of it anew", restore),
    Step("package", "the slim deployment package, with bytecode and without what is never used", package),
    Step("chalice", "chalice deploy: role, function, schedules, REST API", chalice_deploy),
    Step("gateway", "API Gateway's own answers in our shape, and a deployment of the API stage", put_gateway_responses),
    Step("smoke", "sign-in page, description, table, 401, 404, 405 over HTTP", smoke_test),
    Step("address", "the public address is the one before", confirm_public_url),
)

DELETE = (
    Step("preflight", "credentials, region, settings, Python, libxml2, what isn't committed", preflight, preflight),
    Step("restore", "find what is deployed, write Chalice's note of it anew", restore_for_deletion),
    Step("chalice", "chalice delete: function, role, schedules, REST API; table and secrets stay", chalice_delete),
)
