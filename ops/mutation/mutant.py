"""One change to one file, and the list of all of them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.mutation.operators import replacements
from ops.mutation.place import Place, places


@dataclass(frozen=True)
class Mutant:
    """A source with one node replaced.

    Attributes:
        path: of the file, relative to the root of the repository.
        name: what is changed where; stays the same when lines move.
        place: where the replacement goes in `tree`, which all mutants of the file share.
    """

    path: str
    name: str
    tree: ast.Module
    place: Place
    replacement: ast.AST

    def compiled(self, root: Path) -> ast.Module:
        """The changed tree. Only ever called in a process that judges this one mutant."""
        self.place.put(self.replacement)
        return ast.fix_missing_locations(self.tree)


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """All mutants of one file, in the order of its lines."""
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for place in places(tree):
        for replacement in replacements(place):
            name = f"{place.function}: {_shown(place.node)} → {_shown(replacement)}"
            seen[name] += 1
            if seen[name] > 1:
                name += f" (no. {seen[name]})"
            yield Mutant(path, name, tree, place, replacement)


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= 160 else f"{text[:100]} … {text[-57:]}"
