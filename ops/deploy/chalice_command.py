"""`chalice deploy` and `chalice delete`, as processes of this environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.package.build import QUIET

_MISSING: Final = "Could not install dependencies"
_REUSED: Final = "Reusing existing deployment package"


def chalice_deploy(deployment: Deployment) -> None:
    """Deploy the workspace.

    Raises:
        Stopped: Chalice failed, or did not take the package that was built for it.
    """
    output = _chalice(deployment, "deploy", "--stage", deployment.stage.name)
    if _MISSING in output:
        # It says so and goes on, without the module, and with exit status 0.
        raise DeployError(
            "Chalice deployed a package that lacks modules.", "Deploy again: the next run builds it anew."
        )
    if _REUSED not in output:
        raise DeployError(
            "Chalice built a package of its own instead of taking the one that was built for it.",
            "Deploy again; if it stays so, the package step and this version of Chalice disagree on the file's name.",
        )


def chalice_delete(deployment: Deployment) -> None:
    """Delete what Chalice's note names: function, role, API. The data are none of it.

    Raises:
        Stopped: Chalice failed.
    """
    _chalice(deployment, "delete", "--stage", deployment.stage.name)


def _chalice(deployment: Deployment, *arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("chalice")), *arguments]
    process = subprocess.Popen(
        command,
        cwd=deployment.workspace,
        env=_environment(deployment.region, os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    with process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            deployment.say(lines[-1])
    if process.returncode:
        last = next((line for line in reversed(lines) if line.strip()), "nothing")
        raise DeployError(
            f"`chalice {' '.join(arguments)}` failed: {last}",
            "Put that right and repeat the command: what is done already is found again.",
        )
    return "\n".join(lines)


def _environment(region: str, ours: Mapping[str, str]) -> dict[str, str]:
    """Without our own variables: they would get into the application that Chalice loads."""
    kept = {name: value for name, value in ours.items() if not name.startswith("GATEHOUSE_")}
    return {**kept, "AWS_DEFAULT_REGION": region, "AWS_REGION": region, **QUIET}
