"""The locked requirements: `name==version`, and the hash of every file that may be installed for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ROOT: Final = re.compile(r"^([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package of the lock file; `hashes` are SHA-256 in hex."""

    name: str
    version: str
    hashes: frozenset[str]


def canonical(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock_file(file: Path) -> Mapping[str, LockedPackage]:
    """The pinned versions of a lock file, by canonical name."""
    found: dict[str, LockedPackage] = {}
    for entry in file.read_text().replace("\\\n", " ").splitlines():
        if match := _PINNED.match(entry):
            name = canonical(match[1])
            found[name] = LockedPackage(name, match[2], frozenset(_HASH.findall(entry)))
    return found


def roots(file: Path) -> frozenset[str]:
    """The packages that a list of unlocked requirements names, canonical."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return frozenset(canonical(match[1]) for line in lines if not line.startswith("#") and (match := _ROOT.match(line)))
