"""The mutants that no test can kill, each with its reason: `equivalent.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ops.mutation.mutant import Mutant

FILE = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Equivalents:
    """Path and name of a mutant → why nobody can tell it from the original."""

    names: dict[tuple[str, str], str]

    @classmethod
    def read(cls) -> Equivalents:
        """The list. One reason may hold for several mutants.

        Raises:
            ValueError: an entry without a reason, or a mutant twice.
        """
        names: dict[tuple[str, str], str] = {}
        for group in tomllib.loads(FILE.read_text()).get("same", []):
            for name in group["mutants"]:
                key = (group["file"], name)
                if not group["reason"].strip() or key in names:
                    raise ValueError(f"without a reason, or twice: {name}")
                names[key] = group["reason"]
        return cls(names)

    def __contains__(self, mutant: Mutant) -> bool:
        return (mutant.path, mutant.name) in self.names

    def unknown(self, mutants: Iterable[Mutant]) -> list[str]:
        """Entries that name no mutant: the source changed, and their reason may no longer hold."""
        there = {(mutant.path, mutant.name) for mutant in mutants}
        return [f"{path} {name}" for path, name in self.names if (path, name) not in there]
