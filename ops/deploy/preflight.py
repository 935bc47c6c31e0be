"""Checks before a deployment changes anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import xmlsec
from lxml import etree

from chalicelib.settings import settings_from
from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.deploy.identity import identify
from ops.deploy.roles import check_roles
from ops.deploy.stage import AUTOMATIC, BASE_URL, CONFIG, Stage

RUNTIMES: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
"""Lambda's Python runtimes for which our native modules have wheels. Chalice asks for the one that it runs on."""

# RFC 2606 and RFC 6761: reserved names.
_EXAMPLES: Final = ("example.com", "example.net", "example.org", "example", "test", "invalid", "localhost")


def preflight(deployment: Deployment) -> None:
    """Look at everything; learn account and region.

    Raises:
        Stopped: something must be put right first.
    """
    check_runtime(sys.version_info[:2])
    check_libraries(etree.LIBXML_VERSION, xmlsec.get_libxml_version())
    check_settings(deployment.stage, deployment.wishes.base_url)
    identify(deployment)
    deployment.say(f"account {deployment.account}, region {deployment.region}, {runtime(sys.version_info[:2])}")
    check_roles(deployment)
    if changed := uncommitted_files(deployment.project):
        deployment.warn(f"Not committed, deployed all the same: {', '.join(changed[:5])}")


def preflight_of_deletion(deployment: Deployment) -> None:
    """Learn account and region; whether this could be deployed doesn't matter.

    Raises:
        Stopped: the credentials are not valid.
    """
    identify(deployment)
    deployment.say(f"account {deployment.account}, region {deployment.region}")


def runtime(version: tuple[int, int]) -> str:
    """Lambda's name of the runtime."""
    return f"python{version[0]}.{version[1]}"


def check_runtime(version: tuple[int, int]) -> None:
    """Lambda must have the interpreter that deploys.

    Raises:
        Stopped: it hasn't.
    """
    if version not in RUNTIMES:
        names = ", ".join(runtime(one) for one in RUNTIMES)
        raise DeployError(
            f"Chalice would ask Lambda for {runtime(version)}, which can't run this.",
            f"Make the environment with one of {names}: `make clean`, then `make deploy PYTHON=python3.13 …`.",
        )


def check_libraries(lxml_has: tuple[int, ...], xmlsec_has: tuple[int, ...]) -> None:
    """lxml and xmlsec hand each other trees, so both must carry the same libxml2.

    Raises:
        Stopped: they don't.
    """
    if lxml_has != xmlsec_has:
        raise DeployError(
            f"lxml has libxml2 {lxml_has}, xmlsec has {xmlsec_has}: one of them was built from source.",
            "Install both from the wheels that requirements.txt pins: `make clean`, then deploy again.",
        )


def check_settings(stage: Stage, wished: str | None) -> None:
    """The settings that the function will get.

    Raises:
        Stopped: the product would refuse them, or they are still the example's.
    """
    base_url = (wished or stage.base_url).rstrip("/")
    where = f"Set {BASE_URL} in {CONFIG} to the stage's public https:// address, or to {AUTOMATIC!r}."
    if stage.environment.get("GATEHOUSE_STAGE") != stage.name:
        raise DeployError(
            f"GATEHOUSE_STAGE of stage {stage.name!r} is another.", f"Set it to {stage.name!r} in {CONFIG}."
        )
    probe = "https://automatic.invalid" if base_url == AUTOMATIC else base_url
    try:
        settings_from({**stage.environment, BASE_URL: probe})
    except ValueError as error:
        raise DeployError(str(error), where) from error
    if base_url == AUTOMATIC:
        return
    host = urlsplit(base_url).hostname or ""
    if any(host == example or host.endswith(f".{example}") for example in _EXAMPLES):
        raise DeployError(f"{base_url} is the example's address.", where)
    if stage.custom_domain and host != stage.custom_domain:
        raise DeployError(f"The custom domain is {stage.custom_domain}, the public address {base_url}.", where)


def uncommitted_files(project: Path) -> list[str]:
    """Files that differ from the last commit; none outside git."""
    command = ["git", "-C", str(project), "status", "--porcelain"]
    try:
        found = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    return [line[3:] for line in found.stdout.splitlines()]
