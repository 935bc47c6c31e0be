"""The public URL: identity providers are configured with it, so it changes only on request."""

from __future__ import annotations

import re
from typing import Any, Final

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.deploy.stage import AUTOMATIC, BASE_URL

_GATEWAYS_OWN: Final = re.compile(r"https://([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")


def confirm_account(deployment: Deployment, rest_api: str | None) -> None:
    """An address of API Gateway's names API and region: it must not be that of another account or region.

    Args:
        rest_api: the stage's, None before there is one.

    Raises:
        Stopped: it is.
    """
    wished = _wanted_url(deployment)
    named = _GATEWAYS_OWN.match(wished)
    if named and named.groups() != (rest_api, deployment.region):
        found = f"the REST API is {rest_api}" if rest_api else "the stage has no REST API"
        place = f"account {deployment.account}, {deployment.region}"
        raise DeployError(
            f"{wished} is an address of API Gateway's, but in {place} {found}.",
            f"Check AWS_REGION and the credentials; {AUTOMATIC!r} as address takes whatever API Gateway gives.",
        )


def settle_public_url(deployment: Deployment) -> None:
    """Find out which address it was and will be.

    Raises:
        Stopped: they differ, and the change was not confirmed.
    """
    wished = _wanted_url(deployment)
    deployment.base_url = deployment.invoke_url if wished == AUTOMATIC else wished
    deployment.previous_url = deployed_url(deployment)
    _compare(deployment, deployment.base_url)


def confirm_public_url(deployment: Deployment) -> None:
    """The function's address after everything is what was settled, and the API is still the one that was found.

    Raises:
        Stopped: it isn't.
    """
    now = deployed_url(deployment)
    if now != deployment.base_url:
        raise DeployError(
            f"The function was given {now} as public address, not {deployment.base_url}.",
            "Somebody else deployed at the same time: deploy again, one at a time.",
        )
    _compare(deployment, now)


def deployed_url(deployment: Deployment) -> str | None:
    """Returns the public URL in the function's environment; None if there is no function."""
    client = deployment.client("lambda")
    try:
        found: dict[str, Any] = client.get_function_configuration(FunctionName=deployment.stage.function)
    except client.exceptions.ResourceNotFoundException:
        return None
    url: str | None = found.get("Environment", {}).get("Variables", {}).get(BASE_URL)
    return url


def _wanted_url(deployment: Deployment) -> str:
    return (deployment.wishes.base_url or deployment.stage.base_url).rstrip("/")


def _compare(deployment: Deployment, url: str) -> None:
    previous = deployment.previous_url
    if previous in (None, url) or deployment.wishes.change_url:
        return
    raise DeployError(
        f"The public address would change from {previous} to {url}, and so every customer's ACS URL and entity ID.",
        "Keep the old one, or say CHANGE_URL=1 (--change-url) if no customer has it yet (docs/deploy.md).",
    )
