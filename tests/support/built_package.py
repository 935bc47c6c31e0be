"""The deployment package, built once for all tests from a copy of the project."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from ops.package.build import build

STAGE: Final = "prod"
_HERE: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class BuiltPackage:
    """A project with its package.

    Attributes:
        folder: the package, unpacked.
    """

    project: Path
    file: Path
    folder: Path


def copy_project(target: Path) -> Path:
    """The files of this project that are deployed."""
    target.mkdir()
    for name in ("app.py", "requirements.txt"):
        shutil.copy(_HERE / name, target / name)
    without_bytecode = shutil.ignore_patterns("__pycache__")
    shutil.copytree(_HERE / "chalicelib", target / "chalicelib", ignore=without_bytecode)
    shutil.copytree(_HERE / ".chalice", target / ".chalice", ignore=shutil.ignore_patterns("deploy*"))
    file = target / ".chalice/config.json"
    document = json.loads(file.read_text())
    document["lambda_architecture"] = "x86_64"  # this machine's
    document["iam_role_arn"] = "arn:aws:iam::111122223333:role/any"  # `make provision` names them
    file.write_text(json.dumps(document))
    return target


@pytest.fixture(scope="session")
def built_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltPackage]:
    """The package for this machine's architecture. Processes that test side by side share it, unpacked for each."""
    base = tmp_path_factory.getbasetemp()
    project = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "packaged"
    with project.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = list(project.glob(".chalice/deployments/*.zip"))
        file = found[0] if found else build(copy_project(project), STAGE, "x86_64")
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    yield BuiltPackage(project, file, folder)
    shutil.rmtree(folder)
