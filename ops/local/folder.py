"""The folder in which the local run keeps everything: data, the demo identity provider's key, `run.json`."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

DATA: Final = "data.jsonl"
KEY: Final = "demo-idp.pem"
RUN: Final = "run.json"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user who can sign in immediately."""

    email: str
    password: str
    role: str
    organization_id: str


@dataclass(frozen=True, slots=True)
class Run:
    """The values that a program needs to use the local run; written to `run.json` (contract section 5).

    Attributes:
        demo_idp: `metadata_url` of the demo identity provider.
    """

    base_url: str
    api_key: str
    demo_idp: dict[str, str]
    users: tuple[DemoUser, ...]


@contextmanager
def claim_folder(folder: Path) -> Iterator[Path]:
    """The folder, mode 0700, for this process alone: two would write into one journal.

    Raises:
        BlockingIOError: another process has it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder


def reset(folder: Path) -> None:
    """Take away what earlier runs left, and nothing else that may lie there."""
    for name in (DATA, KEY, RUN):
        (folder / name).unlink(missing_ok=True)


def write_run(folder: Path, run: Run) -> None:
    """Write `run.json`, mode 0600, at once."""
    unfinished = folder / f"{RUN}.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(asdict(run), stream, indent=2)
        stream.write("\n")
    unfinished.replace(folder / RUN)


def earlier_run(folder: Path) -> Run | None:
    """Reads the previous run's file: the store has only hashes of keys and passwords."""
    try:
        document = json.loads((folder / RUN).read_text())
        return Run(**{**document, "users": tuple(DemoUser(**user) for user in document["users"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
