"""Builds the package of a stage where Chalice looks for it."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final, Literal, TypeAlias

import chalice
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from ops.package.archive import write_archive
from ops.package.bytecode import compile_all
from ops.package.dependencies import dependencies
from ops.package.failure import PackagingError
from ops.package.templates import compile_templates
from ops.package.verify import verify_package

Architecture: TypeAlias = Literal["x86_64", "arm64"]

QUIET: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""For the environment of every `chalice` command after `build`: bytecode that appears in `chalicelib` changes the name
under which Chalice looks for the package, and it would silently make its own."""

_OF_CHALICE: Final = ("__init__.py", "app.py")
"""All that Lambda gets of Chalice."""


def build(project: Path, stage: str, architecture: Architecture | None = None) -> Path:
    """The package of a stage, at the place where `chalice package` and `chalice deploy` take it from.

    Call it last before them, and give them `QUIET`.

    Args:
        project: the folder with `app.py`.
        architecture: of the Lambda function; that of the stage if none is given.

    Raises:
        PackagingError: there is none; the message says why.
    """
    architecture = architecture or architecture_of(project, stage)
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if (project / "vendor").exists():
        raise PackagingError("There is a folder vendor, and what lies in it is in no lock file.")
    beside = dependencies(project, architecture, runtime)
    _remove_bytecode(project / "chalicelib")
    package = Path(_packager(architecture).deployment_package_filename(str(project), runtime))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _copy_code(project, folder)
        compile_templates(folder)
        compile_all(folder)
        shutil.copytree(beside, folder, dirs_exist_ok=True)
        verify_package(folder, architecture)
        write_archive(folder, package)
    return package


def architecture_of(project: Path, stage: str) -> Architecture:
    """The configuration of a stage in `.chalice/config.json`.

    Raises:
        PackagingError: there is no such stage.
    """
    config = json.loads((project / ".chalice/config.json").read_text())
    if stage not in config["stages"]:
        raise PackagingError(f"There is no stage {stage} in .chalice/config.json.")
    named = config["stages"][stage].get("lambda_architecture", config.get("lambda_architecture"))
    return "arm64" if named == "arm64" else "x86_64"


def _packager(architecture: Architecture) -> LambdaDeploymentPackager:
    system = OSUtils()
    return LambdaDeploymentPackager(system, DependencyBuilder(system, None, architecture), UI(), architecture)


def _copy_code(project: Path, folder: Path) -> None:
    shutil.copyfile(project / "app.py", folder / "app.py")
    shutil.copytree(project / "chalicelib", folder / "chalicelib")
    router = Path(str(chalice.__file__)).parent
    (folder / "chalice").mkdir()
    for name in _OF_CHALICE:
        shutil.copyfile(router / name, folder / "chalice" / name)


def _remove_bytecode(code: Path) -> None:
    for folder in sorted(code.rglob("__pycache__")):
        shutil.rmtree(folder)
