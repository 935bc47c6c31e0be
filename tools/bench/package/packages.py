"""Packages with the same requirements: Chalice's, ours, and a plain application with the libraries of Chalice's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ops.package.build import QUIET, build
from ops.package.bytecode import compile_all
from tests.support.aws_emulator.aws_server import REGION
from tests.support.built_package import copy_project

_STAGE = "prod"


@dataclass(frozen=True, slots=True)
class Package:
    """A package, and the folder into which it is unpacked."""

    octets: int
    folder: Path


def usual(folder: Path) -> Package:
    """The package that `chalice package` builds from this project's checkout."""
    copy_project(folder / "usual")
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "--project-dir", str(folder / "usual"), "package", "--stage", _STAGE, str(folder / "usual-out")]
    environment = {**os.environ, **QUIET, "AWS_DEFAULT_REGION": REGION}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return _unpack(folder / "usual-out/deployment.zip", folder / "usual-unpacked")


def ours(folder: Path) -> Package:
    """The package that `make package` builds from it."""
    copy_project(folder / "ours")
    return _unpack(build(folder / "ours", _STAGE, "x86_64"), folder / "ours-unpacked")


def plain(folder: Path, usual: Package) -> Package:
    """A plain application with the libraries of the usual package."""
    target = folder / "plain"
    shutil.copytree(usual.folder, target, ignore=shutil.ignore_patterns("chalicelib"))
    shutil.copyfile(Path(__file__).with_name("plain_app.py"), target / "app.py")
    return Package(0, target)


def libraries(folder: Path, ours: Package) -> Package:
    """The libraries of our package without the product, compiled as it is."""
    target = folder / "libraries"
    shutil.copytree(ours.folder, target, ignore=shutil.ignore_patterns("chalicelib"))
    shutil.copyfile(Path(__file__).with_name("libraries_app.py"), target / "app.py")
    compile_all(target)
    return Package(0, target)


def _unpack(file: Path, folder: Path) -> Package:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return Package(file.stat().st_size, folder)
