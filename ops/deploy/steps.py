"""A deployment's steps, in their order. Each can be repeated: what is done already is found again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from ops.deploy.chalice_command import chalice_delete, chalice_deploy
from ops.deploy.deletion import leave_shared_domain, name_what_goes, what_goes
from ops.deploy.deployment import Deployment
from ops.deploy.gateway_responses import put_gateway_responses
from ops.deploy.preflight import preflight, preflight_of_deletion
from ops.deploy.public_url import confirm_account, confirm_public_url, settle_public_url
from ops.deploy.rest_api import ensure_rest_api, find_rest_api, name_rest_api
from ops.deploy.smoke import smoke_test
from ops.deploy.state import deployed_resources, write_state
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
    """Creates or updates the resources that hold data; `chalice delete` must not delete these."""
    deployment.say(deployment.parts.provision(deployment.stage, deployment.session, check=False))


def compare(deployment: Deployment) -> None:
    """Reports the changes that `provision` would make."""
    deployment.say(deployment.parts.provision(deployment.stage, deployment.session, check=True))


def restore(deployment: Deployment) -> None:
    """Workspace, API and address."""
    confirm_account(deployment, find_rest_api(deployment))
    made = ensure_rest_api(deployment)
    deployment.say(f"REST API {deployment.rest_api}, {'made now' if made else 'found'}")
    settle_public_url(deployment)
    deployment.say(f"public address {deployment.base_url}")
    fill_workspace(deployment.project, deployment.workspace, deployment.stage.name, deployment.base_url)
    place = (deployment.account, deployment.region, deployment.partition)
    deployment.parts.render(deployment.workspace, deployment.stage.name, *place)
    write_state(deployment, deployment.workspace, deployed_resources(deployment))


def look_for_restore(deployment: Deployment) -> None:
    """Reports what `restore` would find, and whether the deployment would continue."""
    found = find_rest_api(deployment)
    confirm_account(deployment, found)
    if found is None:
        deployment.say("no REST API yet: one would be made")
        return
    deployment.rest_api = found
    deployment.say(f"REST API {found}, found")
    settle_public_url(deployment)
    deployment.say(f"public address {deployment.base_url}")


def package(deployment: Deployment) -> None:
    """The slim package, where Chalice looks for its own."""
    built = deployment.parts.build(deployment.workspace, deployment.stage.name)
    deployment.say(f"{built.name}, {built.stat().st_size / 1e6:.1f} MB")
    for bill in (deployment.workspace / "dist").glob("*.json"):
        (deployment.project / "dist").mkdir(exist_ok=True)
        shutil.copy(bill, deployment.project / "dist")
        deployment.say(f"dist/{bill.name} lists what is in it")


def finish_gateway(deployment: Deployment) -> None:
    """Sets the REST API's name and the gateway responses, which Chalice overwrites."""
    name_rest_api(deployment)
    put_gateway_responses(deployment)


def find(deployment: Deployment) -> None:
    """Workspace and note of what there is."""
    name_what_goes(deployment)
    fill_workspace(deployment.project, deployment.workspace, deployment.stage.name, deployment.invoke_url)
    write_state(deployment, deployment.workspace, what_goes(deployment))


def delete(deployment: Deployment) -> None:
    """Everything but the data, and a domain that leads to others too."""
    leave_shared_domain(deployment)
    chalice_delete(deployment)


DEPLOY = (
    Step("preflight", "credentials, region, settings, Python, libxml2, what isn't committed", preflight, preflight),
    Step("provision", "table, secrets, log retention, alarms: made or put right, never emptied", provision, compare),
    Step(
        "restore",
        "find the stage's REST API (or make an empty one), write Chalice's note of it anew",
        restore,
        look_for_restore,
    ),
    Step("package", "the slim deployment package, with bytecode and without what is never used", package),
    Step("chalice", "chalice deploy: role, function, schedules, REST API", chalice_deploy),
    Step("gateway", "the API's name, its own answers in our shape, and a deployment of the API stage", finish_gateway),
    Step("smoke", "sign-in page, description, table, 401, 404, 405 over HTTP", smoke_test),
    Step("address", "the public address is the one before", confirm_public_url),
)

DELETE = (
    Step("preflight", "credentials and region", preflight_of_deletion, preflight_of_deletion),
    Step("restore", "find what is deployed, write Chalice's note of it anew", find, name_what_goes),
    Step("chalice", "chalice delete: function, role, schedules, REST API; table and secrets stay", delete),
)
