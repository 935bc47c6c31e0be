"""The public URL: identity providers are configured with it, so it changes only on request."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from ops.deploy.deployment import Deployment
from ops.deploy.live_function import live_functions
from ops.deploy_error import DeployError
from ops.provision.functions import API
from ops.stage import AUTOMATIC

_GATEWAYS_OWN: Final = re.compile(r"https://[a-z0-9]+\.execute-api\.")


def settle_public_url(deployment: Deployment) -> None:
    """Find out which address it was and will be.

    Raises:
        DeployError: they differ and the change was not confirmed, or it is API Gateway's address of another API.
    """
    wished = (deployment.wishes.base_url or deployment.stage.base_url).rstrip("/")
    if _GATEWAYS_OWN.match(wished) and wished != deployment.invoke_url:
        place = f"account {deployment.account}, {deployment.region}"
        raise DeployError(
            f"{wished} is an address of API Gateway's, but in {place} the stage has {deployment.invoke_url}.",
            f"Check AWS_REGION and the credentials; {AUTOMATIC!r} as address takes whatever API Gateway gives.",
        )
    deployment.base_url = deployment.invoke_url if wished == AUTOMATIC else wished
    api = deployment.live.get(API.handler)
    previous = api.base_url if api else None
    if previous not in (None, deployment.base_url) and not deployment.wishes.change_url:
        raise DeployError(
            f"The public address would change from {previous} to {deployment.base_url}, "
            "and so every customer's ACS URL and entity ID.",
            "Keep the old one, or say CHANGE_URL=1 (--change-url) if no customer has it yet (docs/deploy.md).",
        )


def confirm_deployment(deployment: Deployment) -> None:
    """Every function has this package and address: of two deployments at once, one at most may claim success.

    Raises:
        DeployError: another deployment ran at the same time.
    """
    package = deployment.package.read_bytes() if deployment.package else b""
    code = base64.b64encode(hashlib.sha256(package).digest()).decode()
    for handler, function in live_functions(deployment).items():
        if (function.code, function.base_url) != (code, deployment.base_url):
            raise DeployError(
                f"{handler} has another package, or the public address {function.base_url}, after this deployment.",
                "Someone else deployed at the same time: deploy again, one at a time.",
            )
