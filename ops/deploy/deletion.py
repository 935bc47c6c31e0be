"""Deletion of a stage: which resources are deleted and which are kept."""

from __future__ import annotations

from typing import Any

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.deploy.rest_api import find_rest_api
from ops.deploy.roles import regions_of
from ops.deploy.state import deployed_resources


def what_goes(deployment: Deployment) -> list[dict[str, Any]]:
    """Everything that would be deleted, in Chalice's words; also what is left of a deletion that failed half-way.

    Raises:
        Stopped: there is nothing.
    """
    deployment.rest_api = find_rest_api(deployment) or ""
    found = [resource for resource in deployed_resources(deployment) if not _serves_elsewhere(deployment, resource)]
    if not found:
        raise DeployError(
            f"Stage {deployment.stage.name!r} is not deployed in account {deployment.account}, {deployment.region}.",
            "Check account and region; if it was deleted before, there is nothing left to do.",
        )
    shared = _mapped_paths(deployment, ours=False)
    return [resource for resource in found if not (shared and resource["resource_type"] == "domain_name")]


def name_what_goes(deployment: Deployment) -> None:
    """Say it."""
    for resource in what_goes(deployment):
        deployment.say(f"goes: {resource['resource_type'].replace('_', ' ')} {_display_name(resource)}")
    if others := _mapped_paths(deployment, ours=False):
        deployment.warn(f"{deployment.stage.custom_domain} leads to other APIs too ({', '.join(others)}): it stays.")


def leave_shared_domain(deployment: Deployment) -> None:
    """Where the custom domain leads to other APIs besides, take only our own mapping away: theirs must go on."""
    if _mapped_paths(deployment, ours=False):
        for path in _mapped_paths(deployment, ours=True):
            client = deployment.client("apigateway")
            client.delete_base_path_mapping(domainName=deployment.stage.custom_domain, basePath=path)


def _serves_elsewhere(deployment: Deployment, resource: dict[str, Any]) -> bool:
    """A role whose functions are in another region by now: the stage has moved there."""
    regions = regions_of(deployment, resource["role_name"]) if resource["resource_type"] == "iam_role" else set()
    return bool(regions) and deployment.region not in regions


def _mapped_paths(deployment: Deployment, *, ours: bool) -> list[str]:
    """The custom domain's paths that lead to our API, or to others'."""
    host, client = deployment.stage.custom_domain, deployment.client("apigateway")
    if host is None:
        return []
    try:
        mappings = client.get_base_path_mappings(domainName=host).get("items", ())
    except client.exceptions.NotFoundException:
        return []
    return [found["basePath"] for found in mappings if (found["restApiId"] == deployment.rest_api) is ours]


def _display_name(resource: dict[str, Any]) -> str:
    names = ("role_name", "lambda_arn", "rule_name", "rest_api_id", "domain_name")
    return next(str(resource[name]) for name in names if name in resource)
