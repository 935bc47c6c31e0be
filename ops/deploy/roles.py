"""The functions' roles in IAM, which has no region: one account can't hold a stage twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.provision.functions import FUNCTIONS


def find_roles(deployment: Deployment) -> Iterator[tuple[str, str, str]]:
    """Handler, name and ARN of each role that is there, with or without its function."""
    client = deployment.client("iam")
    for function in FUNCTIONS:
        name = f"{deployment.stage.function}-{function.handler}"
        try:
            yield function.handler, name, client.get_role(RoleName=name)["Role"]["Arn"]
        except client.exceptions.NoSuchEntityException:
            continue


def check_roles(deployment: Deployment) -> None:
    """Chalice would give the stage's roles this region's policies, and the other region's functions lose their table.

    Raises:
        Stopped: the roles belong to the stage in another region, and taking them over was not confirmed.
    """
    regions = {region for _, name, _ in find_roles(deployment) for region in regions_of(deployment, name)}
    elsewhere = sorted(regions - {deployment.region})
    if elsewhere and not deployment.wishes.take_roles:
        raise DeployError(
            f"Stage {deployment.stage.name!r} of this account is in {', '.join(elsewhere)}, and its functions there "
            f"would lose their rights: IAM's roles have no region, and this is {deployment.region}.",
            'Set AWS_REGION to that region; to move the stage here say ARGS="--take-roles" (docs/deploy.md).',
        )


def regions_of(deployment: Deployment, role: str) -> set[str]:
    """Which regions its policy names; Chalice calls the policy as the role."""
    client = deployment.client("iam")
    try:
        document = client.get_role_policy(RoleName=role, PolicyName=role)["PolicyDocument"]
    except client.exceptions.NoSuchEntityException:
        return set()
    resources = [each for statement in document["Statement"] for each in _as_list(statement["Resource"])]
    return {resource.split(":", 4)[3] for resource in resources if resource.count(":") > 4} - {"", "*"}


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
