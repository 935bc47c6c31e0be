"""Wheels for Lambda: each from the lock file, none left out in silence."""

from __future__ import annotations

import hashlib
import platform
import zipfile
from pathlib import Path

import pytest

from ops.package.failure import PackagingError
from ops.package.wheels import ABI, install

_HERE = f"linux_{platform.machine()}"
_ELSEWHERE = {"x86_64": ("arm64", "manylinux2014_aarch64"), "aarch64": ("x86_64", "manylinux2014_x86_64")}
_ARCHITECTURE, _THERE = _ELSEWHERE[platform.machine()]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is pip's only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def _wheel(index: Path, system: str) -> str:
    """Make a wheel of `thing` for this system; its SHA-256."""
    tag = f"{ABI}-{ABI}-{system}"
    file, info = index / f"thing-1.0-{tag}.whl", "thing-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("thing.py", "")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", f"thing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _lock(folder: Path, *hashes: str) -> Path:
    file = folder / "requirements.txt"
    file.write_text("thing==1.0" + "".join(f" \\\n    --hash=sha256:{sha256}" for sha256 in hashes) + "\n")
    return file


def test_the_wheel_for_the_other_machine_is_taken_if_the_lock_file_knows_it(index: Path, tmp_path: Path) -> None:
    here, there = _wheel(index, _HERE), _wheel(index, _THERE)
    assert install(_lock(tmp_path, here, there), _ARCHITECTURE, tmp_path / "installed") == {"thing": there}
    assert (tmp_path / "installed/thing.py").exists()


def test_a_wheel_that_the_lock_file_does_not_know_is_refused(index: Path, tmp_path: Path) -> None:
    here, _ = _wheel(index, _HERE), _wheel(index, _THERE)
    with pytest.raises(PackagingError, match=r"none that requirements.txt knows"):
        install(_lock(tmp_path, here), _ARCHITECTURE, tmp_path / "installed")


def test_a_missing_wheel_is_a_failure(index: Path, tmp_path: Path) -> None:
    here = _wheel(index, _HERE)
    with pytest.raises(PackagingError, match=r"no wheel for .* of thing==1.0"):
        install(_lock(tmp_path, here), _ARCHITECTURE, tmp_path / "installed")


def test_a_package_that_is_nowhere_is_a_failure(index: Path, tmp_path: Path) -> None:
    with pytest.raises(PackagingError, match="Could not install dependencies"):
        install(_lock(tmp_path, "00" * 32), _ARCHITECTURE, tmp_path / "installed")
