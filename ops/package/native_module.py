"""Native modules: without symbols for debuggers, and with what the Lambda runtime has."""

from __future__ import annotations

import platform
import re
import shutil
import struct
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.package.failure import PackagingError

_MACHINES: Final = {"x86_64": (62, "x86_64"), "arm64": (183, "aarch64")}
"""Lambda's name → ELF's e_machine, and the name in tools."""

_GLIBC: Final = {"python3.11": (2, 26)}
"""Amazon Linux 2; newer runtimes stand on Amazon Linux 2023."""

_GLIBC_NEWER: Final = (2, 34)
_PT_LOAD: Final = 1
_LIBXML2: Final = re.compile(rb"\0(2[01]\d{3})\0")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that the loader maps."""

    address: int
    memory: int
    flags: int
    alignment: int
    skew: int


def strip_tool(architecture: str) -> str | None:
    """The program that takes symbols out of this architecture's modules, if this machine has one."""
    name = _MACHINES[architecture][1]
    native = ("strip",) if platform.machine() == name else ()
    return next((tool for tool in (f"{name}-linux-gnu-strip", *native, "llvm-strip") if shutil.which(tool)), None)


def strip(modules: Iterable[Path], tool: str) -> None:
    """Take out what only debuggers read.

    Raises:
        PackagingError: the module would be loaded otherwise than before.
    """
    for module in modules:
        before = _segments(module.read_bytes())
        subprocess.run([tool, "--strip-all", str(module)], check=True)
        if _segments(module.read_bytes()) != before:
            raise PackagingError(f"{tool} broke {module.name}: the loader would map it otherwise.")


def check(modules: Iterable[Path], architecture: str, runtime: str) -> None:
    """Refuse modules that Lambda's runtime can't load, and two versions of libxml2 in one process.

    Raises:
        PackagingError: naming the module.
    """
    libxml2: dict[str, bytes] = {}
    most = _GLIBC.get(runtime, _GLIBC_NEWER)
    for module in modules:
        octets = module.read_bytes()
        if struct.unpack_from("<H", octets, 18)[0] != _MACHINES[architecture][0]:
            raise PackagingError(f"{module.name} is for another machine than {architecture}.")
        wanted = max(((int(a), int(b)) for a, b in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", octets)), default=(0, 0))
        if wanted > most:
            raise PackagingError(f"{module.name} wants glibc {wanted}, {runtime} has {most}.")
        if module.name.split(".")[0] in ("etree", "xmlsec") and (found := _LIBXML2.search(octets)):
            libxml2[module.name] = found[1]
    if len(libxml2) != 2 or len(set(libxml2.values())) != 1:
        raise PackagingError(f"lxml and xmlsec must carry the same libxml2, not {libxml2}.")


def _segments(octets: bytes) -> list[Segment]:
    """The loadable segments of a 64-bit little-endian ELF file (System V ABI, "Program Header")."""
    if octets[:6] != b"\x7fELF\x02\x01":
        raise PackagingError("A native module is no ELF file for Lambda.")
    return list(_loaded_segments(octets))


def _loaded_segments(octets: bytes) -> Iterator[Segment]:
    table = struct.unpack_from("<Q", octets, 32)[0]
    size, number = struct.unpack_from("<HH", octets, 54)
    for place in range(table, table + size * number, size):
        kind, flags, offset, address, _, _, memory, alignment = struct.unpack_from("<IIQQQQQQ", octets, place)
        if kind == _PT_LOAD:
            yield Segment(address, memory, flags, alignment, (offset - address) % max(alignment, 1))
