"""Deploys three fresh clones to AWS on loopback: by the very commands of the workflow, twice, and by a bare
`chalice deploy` after `make provision`. The address must stay the same."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import boto3
import yaml

from ops.stage import BASE_URL
from tests.support.aws_emulator.aws_server import OTHER, AwsServer
from tools.ci.deployed_stage import DeployedStage, DeployedStageServer

_ROOT: Final = Path(__file__).resolve().parents[2]
_WORKFLOW: Final = _ROOT / ".github" / "workflows" / "deploy.yml"
_STAGE: Final = "dev"
_FUNCTION: Final = f"gatehouse-{_STAGE}"
_KEPT: Final = ("HOME", "LANG", "PATH", "SSL_CERT_FILE", "TMPDIR")
_KINDS_OF_SETTINGS: Final = ("PIP_", "UV_", "HTTP", "http", "NO_PROXY", "no_proxy")
"""A runner's machine has neither our environment nor our credentials, but its own way to the package index."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The account's view of a deployment."""

    url: str
    rest_apis: tuple[str, ...]
    code: str


def main() -> int:
    """Deploys twice and returns the exit status."""
    logging.disable(logging.INFO)  # of the application, which the smoke test asks for what it refuses
    with tempfile.TemporaryDirectory() as name, AwsServer(Path(name)) as aws:
        os.environ.update(aws.environment)
        stage = DeployedStage(boto3.Session(OTHER, OTHER), _FUNCTION)
        with DeployedStageServer(stage) as front:
            told = {"STAGE": _STAGE, "BASE_URL": "auto", "ARGS": f"--smoke-at {front.url}", "CI": "true"}
            environment = {**_machine(os.environ), **aws.environment, **told}
            administrator = Path(name) / "administrator"
            _run(administrator, ["make provision ARGS="], environment)
            found = []
            for number in (1, 2):
                _run(Path(name) / f"clone-{number}", workflow_commands(), environment)
                found.append(_deployed())
            _run(administrator, [". .venv/bin/activate && chalice deploy --stage dev"], environment)
            found.append(_deployed())
    first, second, _ = found
    places = {(each.url, each.rest_apis) for each in found}
    if len(places) != 1 or len(first.rest_apis) != 1:
        print(f"The deployments went to different addresses: {found}", file=sys.stderr)
        return 1
    same = "the same package" if second.code == first.code else "another package"
    print(f"\nAll three deployed to {second.url}; the workflow's two, {same}.")
    return 0


def workflow_commands() -> Iterator[str]:
    """Returns the commands of the deployment job."""
    for step in yaml.safe_load(_WORKFLOW.read_text())["jobs"]["deploy"]["steps"]:
        if "run" in step:
            yield step["run"]


def _machine(ours: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in ours.items() if name in _KEPT or name.startswith(_KINDS_OF_SETTINGS)}


def _run(clone: Path, commands: Iterable[str], environment: Mapping[str, str]) -> None:
    start = time.monotonic()
    if not clone.exists():
        subprocess.run(["git", "clone", "--quiet", str(_ROOT), str(clone)], check=True)
    for command in commands:
        print(f"\n{clone.name}$ {command.strip()}", flush=True)
        subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=clone, env=dict(environment), check=True)
    print(f"{clone.name} took {time.monotonic() - start:.0f} s", flush=True)


def _deployed() -> Deployed:
    function = boto3.client("lambda").get_function_configuration(FunctionName=_FUNCTION)
    apis = boto3.client("apigateway").get_rest_apis()["items"]
    return Deployed(
        function["Environment"]["Variables"][BASE_URL], tuple(api["id"] for api in apis), function["CodeSha256"]
    )


if __name__ == "__main__":
    sys.exit(main())
