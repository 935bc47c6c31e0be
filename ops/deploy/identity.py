"""Who deploys, and where to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from ops.deploy.deployment import Deployment
from ops.deploy_error import DeployError


def identify(deployment: Deployment) -> None:
    """Learn account and region.

    Raises:
        DeployError: no region is named, it is none, or AWS doesn't know who is calling.
    """
    session = deployment.session
    region = session.region_name
    if not region:
        raise DeployError("No region is named.", "Set AWS_REGION, for example to eu-west-1.")
    try:
        identity = deployment.client("sts").get_caller_identity()
    except EndpointConnectionError as error:
        known = [
            name for part in session.get_available_partitions() for name in session.get_available_regions("sts", part)
        ]
        raise DeployError(f"AWS can't be reached in region {region}: {error}.", _remedy(region, known)) from error
    except (BotoCoreError, ClientError) as error:
        remedy = _credentials_remedy(str(error), session.profile_name)
        raise DeployError(f"AWS doesn't know who is calling: {str(error).rstrip('.')}.", remedy) from error
    deployment.account, deployment.region = identity["Account"], region


def _credentials_remedy(error: str, profile: str) -> str:
    if re.search(r"\bsso\b|sso session|SSO", error, re.IGNORECASE):
        return f"Run `aws sso login --profile {profile}`, then repeat the command."
    if re.search(r"aws login|login session|login_session", error, re.IGNORECASE):
        return f"Run `aws login --profile {profile}`, then repeat the command."
    if "InvalidClientTokenId" in error or "UnrecognizedClientException" in error:
        return (
            "Check the credentials; a region that the account has not enabled answers the same (Account, AWS Regions)."
        )
    return "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its companions; in CI let the workflow assume its role."


def _remedy(region: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if region in names:
        return "Look at this machine's way to the network, then deploy again."
    alike = get_close_matches(region, names, 3)
    return f"Set AWS_REGION to a region of AWS{', such as ' if alike else ''}{' or '.join(alike)}."
