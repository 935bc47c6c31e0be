"""`make stack`: one CloudFormation template of a stage and the zip, for teams that deploy by stacks.

python -m ops.deploy.stack --stage prod
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from ops.deploy.deployment import Build
from ops.deploy.preflight import check_python, check_settings
from ops.deploy.sam_template import stack_template
from ops.deploy.workspace import fill_workspace
from ops.deploy_error import DeployError
from ops.package.build import QUIET, build
from ops.package.failure import PackagingError
from ops.stage import CONFIG, Stage, read_config, stage_of

_ANY_ROLE: Final = "arn:aws:iam::111122223333:role/any"
"""Chalice wants one; the template's own roles take its place."""


def write_stack(project: Path, stage: Stage, build: Build) -> tuple[Path, Path]:
    """Write template and zip into `dist/stack-STAGE`; both files.

    Raises:
        DeployError: the settings are wrong, or Chalice failed.
        PackagingError: there is no package.
    """
    check_python(sys.version_info[:2], stage.python)
    check_settings(stage, None)
    workspace = project / "build" / "stack" / stage.name
    fill_workspace(project, workspace)
    document = read_config(workspace)
    document["stages"][stage.name]["iam_role_arn"] = _ANY_ROLE
    (workspace / CONFIG).write_text(json.dumps(document))
    package = build(workspace, stage.name)
    made = _chalice_package(workspace, stage)
    folder = project / "dist" / f"stack-{stage.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code = folder / f"gatehouse-{hashlib.sha256(package.read_bytes()).hexdigest()[:16]}.zip"
    shutil.copyfile(package, code)
    template = folder / "template.json"
    template.write_text(json.dumps(stack_template(made, stage, code.name), separators=(",", ":")))
    return template, code


def _chalice_package(workspace: Path, stage: Stage) -> dict[str, object]:
    chalice, out = str(Path(sys.executable).with_name("chalice")), workspace / "out"
    environment = {**os.environ, **QUIET, "AWS_DEFAULT_REGION": "us-east-1"}
    command = [chalice, "package", "--stage", stage.name, str(out)]
    done = subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise DeployError(
            f"`chalice package` failed: {done.stdout}{done.stderr}", "Correct that and repeat the command."
        )
    template: dict[str, object] = json.loads((out / "sam.json").read_text())
    return template


def main(arguments: list[str] | None = None, project: Path | None = None, build: Build = build) -> int:
    """Write both; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops.deploy.stack", description=__doc__)
    parser.add_argument("--stage", required=True, help="one of .chalice/config.json")
    options = parser.parse_args(arguments)
    project = project or Path.cwd()
    try:
        files = write_stack(project, stage_of(project, options.stage), build)
    except DeployError as stopped:
        print(f"No stack: {stopped.reason}\nNext: {stopped.remedy}", file=sys.stderr)
        return 1
    except PackagingError as failure:
        print(f"No stack: {failure}", file=sys.stderr)
        return 1
    for file in files:
        print(f"{file} ({file.stat().st_size:,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
