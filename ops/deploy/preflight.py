"""Checks before a deployment changes anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import xmlsec
from botocore.exceptions import ClientError
from lxml import etree

from chalicelib.settings import settings_from
from ops.deploy.deployment import Deployment
from ops.deploy.identity import identify
from ops.deploy.live_function import LiveFunction, live_functions
from ops.deploy_error import DeployError
from ops.provision.functions import FUNCTIONS
from ops.provision.stack import Stack
from ops.provision.template import FILE
from ops.stage import AUTOMATIC, BASE_URL, CONFIG, is_example
from ops.stage import Stage as StageConfig

RUNTIMES: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
"""Lambda's Python runtimes for which our native modules have wheels. Chalice asks for the one that it runs on."""

_LOW_CONCURRENCY: Final = 100
_QUOTA: Final = "https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384"


def preflight(deployment: Deployment) -> None:
    """Check everything that can be checked before a change.

    Raises:
        DeployError: something must be corrected first.
    """
    check_python(sys.version_info[:2], deployment.stage.python)
    check_libraries(etree.LIBXML_VERSION, xmlsec.get_libxml_version())
    check_settings(deployment.stage, deployment.wishes.base_url)
    look_around(deployment)
    if not deployment.wishes.change_runtime:
        check_runtime(runtime(sys.version_info[:2]), deployment.live)
    _check_data_plane(deployment)
    _warn_of_low_concurrency(deployment)
    if changed := uncommitted_files(deployment.project):
        deployment.warn(f"Not committed, deployed all the same: {', '.join(changed[:5])}")


def look_around(deployment: Deployment) -> None:
    """Find out the account and what the stage has in it.

    Raises:
        DeployError: the credentials are not valid.
    """
    identify(deployment)
    deployment.say(f"account {deployment.account}, region {deployment.region}, {runtime(sys.version_info[:2])}")
    deployment.outputs = _stack(deployment).outputs()
    deployment.live = live_functions(deployment)


def runtime(version: tuple[int, int]) -> str:
    """Lambda's name of the runtime."""
    return f"python{version[0]}.{version[1]}"


def check_python(version: tuple[int, int], pinned: str | None) -> None:
    """Lambda must have the interpreter that deploys, and the configuration may pin it.

    Raises:
        DeployError: it is another.
    """
    names = [runtime(one) for one in RUNTIMES]
    if pinned and runtime(version) != f"python{pinned}":
        raise DeployError(
            f"{CONFIG} pins lambda_python to {pinned}, and this is {runtime(version)}.",
            f"Make the environment with it: `make clean`, then `make deploy PYTHON=python{pinned} …`.",
        )
    if version not in RUNTIMES:
        raise DeployError(
            f"Chalice would ask Lambda for {runtime(version)}, which can't run this.",
            f"Make the environment with one of {', '.join(names)}: `make clean`, `make deploy PYTHON=python3.13 …`.",
        )


def check_runtime(ours: str, live: Mapping[str, LiveFunction]) -> None:
    """The functions keep their Python: between new code and new runtime, native modules can't be loaded.

    Raises:
        DeployError: it would change.
    """
    if others := sorted({function.runtime for function in live.values()} - {ours}):
        raise DeployError(
            f"The functions run on {', '.join(others)}, and this environment is {ours}.",
            f"Deploy with {others[0]} (`make clean`, then `make deploy PYTHON={others[0]} …`), or change it at a quiet "
            'time: ARGS="--change-runtime". Requests fail for some seconds.',
        )


def check_libraries(lxml_has: tuple[int, ...], xmlsec_has: tuple[int, ...]) -> None:
    """lxml and xmlsec hand each other trees, so both must carry the same libxml2.

    Raises:
        DeployError: they don't.
    """
    if lxml_has != xmlsec_has:
        raise DeployError(
            f"lxml has libxml2 {lxml_has}, xmlsec has {xmlsec_has}: one of them was built from source.",
            "Install both from the wheels that requirements.txt pins: `make clean`, then deploy again.",
        )


def check_settings(stage: StageConfig, wished: str | None) -> None:
    """The settings that the function will get.

    Raises:
        DeployError: the product would refuse them, or they are still the example's.
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
    if is_example(base_url):
        raise DeployError(f"{base_url} is the example's address.", where)
    if stage.custom_domain and urlsplit(base_url).hostname != stage.custom_domain:
        raise DeployError(f"The custom domain is {stage.custom_domain}, the public address {base_url}.", where)


def uncommitted_files(project: Path) -> list[str]:
    """Files that differ from the last commit; none outside git."""
    command = ["git", "-C", str(project), "status", "--porcelain"]
    try:
        found = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    return [line[3:] for line in found.stdout.splitlines()]


def _stack(deployment: Deployment) -> Stack:
    return Stack(deployment.client("cloudformation"), deployment.stage.stack, deployment.parts.pause)


def _check_data_plane(deployment: Deployment) -> None:
    needed = {"RestApi", "InvokeUrl", *(function.role_output for function in FUNCTIONS)}
    command = f"make provision STAGE={deployment.stage.name}"
    if missing := sorted(needed - deployment.outputs.keys()):
        raise DeployError(
            f"Stack {deployment.stage.stack} of account {deployment.account}, {deployment.region} lacks "
            f"{', '.join(missing) if deployment.outputs else 'everything: it does not exist'}.",
            f"Let an administrator run `{command}`, or check account and region.",
        )
    deployed = deployment.client("cloudformation").get_template(StackName=deployment.stage.stack)["TemplateBody"]
    if deployed != FILE.read_text():
        deployment.warn(f"The data plane is of another version than this code. See `{command} CHECK=1`.")


def _warn_of_low_concurrency(deployment: Deployment) -> None:
    try:
        limits = deployment.client("lambda").get_account_settings()["AccountLimit"]
    except ClientError:
        return
    if (quota := limits["ConcurrentExecutions"]) < _LOW_CONCURRENCY:
        deployment.warn(f"The account lets {quota} Lambda processes run at once. Ask for more: {_QUOTA}")
