"""A zip that depends on its content alone: no times, no order of a file system, one mode."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
"""A plain file that every user may read: Lambda's runs the code as a user of its own."""

_UNIX: Final = 3


def write_archive(folder: Path, file: Path) -> None:
    """Put everything below `folder` into `file`, which appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = _MODE
            entry.create_system = _UNIX
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    os.replace(unfinished, file)
