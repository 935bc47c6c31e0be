"""Chalice packs what git tracks, and nothing that merely lies there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ops.deploy.workspace import fill_workspace
from ops.deploy_error import DeployError
from ops.stage import CONFIG


def test_only_what_git_tracks_is_taken_as_it_is_now(tmp_path: Path) -> None:
    project, workspace = tmp_path / "project", tmp_path / "workspace"
    files = {"app.py": "old", "chalicelib/a.py": "", "chalicelib/gone.py": "", "docs/x.md": "", "requirements.txt": ""}
    for name, text in {**files, str(CONFIG): json.dumps({"stages": {"dev": {}}})}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    subprocess.run(["git", "init", "--quiet", str(project)], check=True)
    subprocess.run(["git", "-C", str(project), "add", "--all"], check=True)
    (project / "app.py").write_text("new")
    (project / "chalicelib/gone.py").unlink()
    (project / "chalicelib/secret.txt").write_text("an editor's leaving")
    (workspace / "chalicelib").mkdir(parents=True)
    (workspace / "chalicelib/earlier.py").write_text("")

    (workspace / "build").mkdir()
    (workspace / "build/wheels").write_text("downloaded for the last deployment")
    (workspace / "earlier.py").write_text("")

    fill_workspace(project, workspace)
    found = {str(path.relative_to(workspace)) for path in workspace.rglob("*") if path.is_file()}
    assert found == {"app.py", "chalicelib/a.py", "requirements.txt", "build/wheels", str(CONFIG)}
    assert (workspace / "app.py").read_text() == "new"


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="clone"):
        fill_workspace(tmp_path, tmp_path / "workspace")
