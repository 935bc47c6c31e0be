"""The folder from which Chalice deploys: what git tracks of the project, with this deployment's values in it.

Chalice packs every file that lies in `chalicelib/`, an editor's leavings and bytecode included, and its package's name
is a hash of them. So it gets a folder in which nothing else lies.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from ops.deploy.deploy_error import DeployError
from ops.deploy.stage import BASE_URL, CONFIG

_PARTS: Final = ("app.py", "chalicelib", "pyproject.toml", "requirements.txt", "requirements/runtime.in", ".chalice")
_KEPT: Final = "build"
"""Caches that packaging keeps for later builds."""


def fill_workspace(project: Path, workspace: Path, stage: str, base_url: str) -> None:
    """Copy the project, as it is now, and write the public address into its configuration.

    Raises:
        Stopped: the project is not in git.
    """
    _empty(workspace)
    for name in _tracked_files(project):
        if (project / name).is_file():
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / name, workspace / name)
    file = workspace / CONFIG
    document = json.loads(file.read_text())
    document["stages"][stage].setdefault("environment_variables", {})[BASE_URL] = base_url
    file.write_text(json.dumps(document, indent=2))


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
        raise DeployError("git lists no files of the project.", "Deploy from a clone of the repository.")
    return listed.stdout.rstrip("\0").split("\0")
