"""The file that holds the local run's data: one JSON document a line, the later line counts.

A line is written before AWS's answer is given, in one write: a killed process loses nothing that a caller was told,
and a transaction is one line, so it is there wholly or not at all.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

Line: TypeAlias = dict[str, Any]

_GROWN: Final = 32_000_000
"""Bytes from which a running journal is written anew; a few thousand sign-ins."""

_BYTES: Final = "$bytes"
"""The one key of an object that stands for binary data."""


class Journal:
    """The journal at `path`, mode 0600, in a folder that is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._compact_at = _GROWN
        self._file = self._open(path, os.O_APPEND)

    @staticmethod
    def _open(path: Path, flags: int) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)

    def lines(self) -> Iterator[Line]:
        """Every line, oldest first. A last line without its end was never acknowledged and is left out.

        Raises:
            ValueError: a line can't be read; the sentence says what to do.
        """
        for number, text in enumerate(self._path.read_bytes().split(b"\n")[:-1], start=1):
            try:
                yield json.loads(text, object_hook=_with_bytes)
            except ValueError as error:
                raise ValueError(
                    f"{self._path} can't be read in line {number}. Start afresh with: make run RESET=1"
                ) from error

    def append(self, line: Line) -> None:
        """Write `line` through to the operating system."""
        os.write(self._file, _encode(line))

    @property
    def has_grown(self) -> bool:
        """True if the journal is long enough to be worth rewriting."""
        return os.fstat(self._file).st_size > self._compact_at

    def rewrite(self, lines: Iterable[Line]) -> None:
        """Replace everything by `lines`, at once: the old file stays until the new one is on the disk."""
        fresh = self._path.with_suffix(".new")
        file = self._open(fresh, os.O_TRUNC | os.O_APPEND)
        with os.fdopen(os.dup(file), "wb") as stream:
            stream.writelines(_encode(line) for line in lines)
            stream.flush()
            os.fsync(file)
        fresh.replace(self._path)
        os.close(self._file)
        self._file = file
        self._compact_at = max(_GROWN, 4 * os.fstat(file).st_size)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


def _encode(line: Line) -> bytes:
    return json.dumps(line, separators=(",", ":"), default=_as_text).encode() + b"\n"


def _as_text(value: object) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} can't be kept")
    return {_BYTES: base64.b64encode(value).decode()}


def _with_bytes(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value
