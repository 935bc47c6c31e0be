"""The file of an export: JSON lines between a header and an end, which counts and carries a digest of all before it.

{"record": "header", "format": "gatehouse-export", "version": 1, "base_url": …, "stage": …, "created_at": …, …}
{"record": "organization", …}
…
{"record": "end", "counts": {"organization": 3, …}, "sha256": …}
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ops.cli.private_file import new_private_file

FORMAT: Final = "gatehouse-export"
VERSION: Final = 1
_MAX_LINE_LENGTH: Final = 2_000_000  # bytes; a connection with twelve certificates has a fiftieth


class ExportWriter:
    """Writes a new file for its owner's eyes only; one that was not finished is taken away. A context manager.

    Attributes:
        counts: records so far, by kind.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self._path = path
        self._header = {"record": "header", "format": FORMAT, "version": VERSION, **header}
        self._digest = hashlib.sha256()
        self._is_finished = False
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> ExportWriter:
        self._file = new_private_file(self._path)
        self._write(self._header)
        return self

    def add(self, line: Mapping[str, Any]) -> None:
        """One record more."""
        self.counts[line["record"]] += 1
        self._write(line)

    def finish(self) -> str:
        """The end; the digest that it carries."""
        digest = self._digest.hexdigest()
        self._write({"record": "end", "counts": dict(self.counts), "sha256": digest})
        self._is_finished = True
        return digest

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self._is_finished:
            self._path.unlink()

    def _write(self, line: Mapping[str, Any]) -> None:
        octets = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(octets)
        self._file.write(octets)


@dataclass(frozen=True, slots=True)
class ExportReader:
    """An export that is complete: nothing of it is given before all of it was looked at."""

    file: IO[bytes]
    header: Mapping[str, Any]

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line number and record, one at a time."""
        self.file.seek(0)
        for number, (_, line) in enumerate(_lines(self.file), 1):
            if line["record"] not in ("header", "end"):
                yield number, line


def open_export(file: IO[bytes]) -> ExportReader:
    """The export in an open file.

    Raises:
        ValueError: it is no export, of a version that isn't known here, cut off, or was changed.
    """
    digest, counts = hashlib.sha256(), Counter[str]()
    header: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    for octets, line in _lines(file):
        if end is not None:
            raise ValueError("Something follows the export's end.")
        if header is None:
            header = _parse_header(line)
        elif line["record"] == "end":
            end = line
            continue
        else:
            counts[line["record"]] += 1
        digest.update(octets)
    if header is None or end is None:
        raise ValueError("The export is cut off: its end is missing." if header else "This is no export: it is empty.")
    if end.get("sha256") != digest.hexdigest() or end.get("counts") != dict(counts):
        raise ValueError("The export was changed after it was made: its digest or its counts are others.")
    return ExportReader(file, header)


def _parse_header(line: Mapping[str, Any]) -> dict[str, Any]:
    if line["record"] != "header" or line.get("format") != FORMAT:
        raise ValueError("This is no export of Gatehouse.")
    if line.get("version") != VERSION:
        raise ValueError(f"The export has version {line.get('version')!r}; this is for version {VERSION}.")
    return dict(line)


def _lines(file: IO[bytes]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    number = 0
    while octets := file.readline(_MAX_LINE_LENGTH + 1):
        number += 1
        if len(octets) > _MAX_LINE_LENGTH:
            raise ValueError(f"Line {number} is too long for an export.")
        try:
            line = json.loads(octets)
        except ValueError:
            raise ValueError(f"Line {number} can't be read: the export is cut off, or is none.") from None
        if not isinstance(line, dict) or not isinstance(line.get("record"), str):
            raise ValueError(f"Line {number} is no record of an export.")  # noqa: TRY004  a file's fault
        yield octets, line
