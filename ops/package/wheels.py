"""Downloads the wheels of the runtime as Chalice does it, and holds each against the lock file."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chalice.deploy.packager import (
    DependencyBuilder,
    MissingDependencyError,
    NoSuchPackageError,
    PackageDownloadError,
    PipRunner,
    SubprocessPip,
)
from chalice.utils import OSUtils

from ops.package.failure import PackagingError
from ops.package.lock_file import canonical, read_lock_file

ABI: Final = f"cp{sys.version_info.major}{sys.version_info.minor}"


class _NotingPip(PipRunner):
    """Notes what was downloaded: the wheels that Chalice fetches for another platform, pip holds against no hash."""

    def __init__(self) -> None:
        super().__init__(SubprocessPip(OSUtils()))
        self.sha256: dict[tuple[str, bytes], str] = {}

    def download_all_dependencies(self, requirements_filename: str, directory: str) -> None:
        super().download_all_dependencies(requirements_filename, directory)
        self._note(directory)

    def download_manylinux_wheels(
        self, abi: str, packages: list[str], directory: str, platforms: list[str] | None = None
    ) -> None:
        super().download_manylinux_wheels(abi, packages, directory, platforms)
        self._note(directory)

    def _note(self, directory: str) -> None:
        for wheel in Path(directory).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                # setuptools carries others inside
                (tags,) = (n for n in archive.namelist() if n.endswith(".dist-info/WHEEL") and n.count("/") == 1)
                unpacked = (tags.partition("/")[0], archive.read(tags))
            self.sha256[unpacked] = hashlib.sha256(wheel.read_bytes()).hexdigest()


def install(requirements: Path, architecture: str, folder: Path) -> Mapping[str, str]:
    """Unpack everything that is locked for this architecture's Lambda; canonical names → SHA-256 of their wheels.

    Raises:
        PackagingError: no wheel for a package, or one that the lock file doesn't know.
    """
    pip = _NotingPip()
    try:
        DependencyBuilder(OSUtils(), pip, architecture).build_site_packages(ABI, str(requirements), str(folder))
    except MissingDependencyError as error:
        # Chalice prints "Could not install dependencies", leaves the package out and goes on.
        names = ", ".join(sorted(package.identifier for package in error.missing))
        raise PackagingError(f"Could not install dependencies: no wheel for {architecture} of {names}.") from error
    except (NoSuchPackageError, PackageDownloadError) as error:
        raise PackagingError(f"Could not install dependencies: {error}") from error
    return _verify_hashes(requirements, folder, pip.sha256)


def _verify_hashes(requirements: Path, folder: Path, sha256: Mapping[tuple[str, bytes], str]) -> dict[str, str]:
    pins = read_lock_file(requirements)
    used: dict[str, str] = {}
    for info in sorted(folder.glob("*.dist-info")):
        distribution = info.name.removesuffix(".dist-info")
        name = canonical(distribution.rpartition("-")[0])
        found = sha256.get((info.name, (info / "WHEEL").read_bytes()))
        if found is None:
            raise PackagingError(f"{distribution} was built here from source: lock a version that has a wheel.")
        if name not in pins or found not in pins[name].hashes:
            raise PackagingError(f"The wheel of {distribution} is none that {requirements.name} knows.")
        used[name] = found
    return used
