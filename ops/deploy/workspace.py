"""The folder from which Chalice deploys: what git tracks of the project, with this deployment's values in it.

Chalice packs every file that lies in `chalicelib/`, an editor's leavings and bytecode included, and its package's name
is a hash of them. So it gets a folder in which nothing else lies.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from ops.deploy.deployment import Deployment
from ops.deploy.domain import domain_note
from ops.deploy_error import DeployError
from ops.provision.checkout import write_config, write_note
from ops.stage import CONFIG, read_config

_PARTS: Final = ("app.py", "chalicelib", "pyproject.toml", "requirements.txt", "requirements/runtime.in", ".chalice")
_KEPT: Final = "build"
"""Caches that packaging keeps for later builds."""


def fill_workspace(project: Path, workspace: Path) -> None:
    """Copy the project, as it is now.

    Raises:
        DeployError: the project is not in git.
    """
    _empty(workspace)
    for name in _tracked_files(project):
        if (project / name).is_file():
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / name, workspace / name)


def configure_workspace(deployment: Deployment) -> None:
    """Write roles, address and note into the workspace, and carry over what operators set by hand.

    Chalice would take away a reserved concurrency and tags that its configuration lacks. A concurrency of 0 is how an
    operator stops a stage, and no deployment may start it again.
    """
    stage, workspace = deployment.stage.name, deployment.workspace
    write_config(workspace, stage, deployment.outputs, deployment.base_url)
    write_note(workspace, stage, deployment.outputs, *domain_note(deployment))
    document = read_config(workspace)
    for handler, live in deployment.live.items():
        configured: dict[str, Any] = (
            document["stages"][stage].setdefault("lambda_functions", {}).setdefault(handler, {})
        )
        inherited = {**document, **document.get("lambda_functions", {}).get(handler, {}), **document["stages"][stage]}
        known = {**inherited, **configured}
        if live.concurrency is not None and (live.concurrency == 0 or "reserved_concurrency" not in known):
            configured["reserved_concurrency"] = live.concurrency
        if live.tags:
            configured["tags"] = {**live.tags, **known.get("tags", {})}
    (workspace / CONFIG).write_text(json.dumps(document, indent=2))


def _empty(workspace: Path) -> None:
    for path in workspace.iterdir() if workspace.exists() else ():
        if path.is_dir() and path.name != _KEPT:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


def _tracked_files(project: Path) -> list[str]:
    command = ["git", "-C", str(project), "ls-files", "-z", *_PARTS]
    listed = subprocess.run(command, check=False, capture_output=True, text=True)
    if listed.returncode or not listed.stdout:
        reason = listed.stderr.strip() or "git lists no files of the project"
        raise DeployError(f"{reason}.", "Deploy from a clone of the repository that belongs to you.")
    return listed.stdout.rstrip("\0").split("\0")
