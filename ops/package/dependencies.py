"""The product's dependencies: unpacked, reduced, stripped and compiled, and cached for later builds."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ops.package import native_module, slimming
from ops.package.bytecode import compile_all
from ops.package.lock_file import roots
from ops.package.service_model import methods_named
from ops.package.wheels import install

_HOME: Final = Path(__file__).parents[2]
_KEPT: Final = _HOME / "build/package"
_WANTED: Final = _HOME / "requirements/runtime.in"
_TREE: Final = "tree"


def dependencies(project: Path, architecture: str, runtime: str) -> Path:
    """Returns the folder with the content of the package besides the product's code.

    It is made anew where the locked requirements or the way of packaging changed.

    Raises:
        PackagingError: see `wheels.install` and `native_module.check`.
    """
    kept = _KEPT / _key(project, architecture, runtime)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as unfinished:
            _make(project, architecture, runtime, Path(unfinished))
            shutil.rmtree(kept, ignore_errors=True)
            (Path(unfinished) / "made").rename(kept)
    return kept / _TREE


def _make(project: Path, architecture: str, runtime: str, unfinished: Path) -> None:
    installed, tree = unfinished / "installed", unfinished / "made" / _TREE
    install(project / "requirements.txt", architecture, installed)
    names = slimming.required_packages(installed, roots(_WANTED), _environment(architecture))
    slimming.copy_slim(installed, names, methods_named(project / "chalicelib"), tree)
    modules = sorted(tree.rglob("*.so*"))
    if tool := native_module.strip_tool(architecture):
        native_module.strip(modules, tool)
    native_module.check(modules, architecture, runtime)
    compile_all(tree)


def _key(project: Path, architecture: str, runtime: str) -> str:
    """Changes with everything that the outcome depends on."""
    tool = native_module.strip_tool(architecture)
    version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout if tool else b""
    parts = [architecture.encode(), runtime.encode(), sys.version.encode(), version]
    parts += [(project / "requirements.txt").read_bytes(), _WANTED.read_bytes()]
    parts += ["\0".join(sorted(methods_named(project / "chalicelib"))).encode()]
    parts += [module.read_bytes() for module in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def _environment(architecture: str) -> Mapping[str, str]:
    """Lambda, as the markers of requirements call it (PEP 508)."""
    return {
        "extra": "",
        "os_name": "posix",
        "platform_machine": {"x86_64": "x86_64", "arm64": "aarch64"}[architecture],
        "platform_system": "Linux",
        "sys_platform": "linux",
    }
