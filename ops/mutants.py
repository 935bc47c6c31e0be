"""Take every rule out of the verifier, one at a time, and see that a test notices.

    python -m ops.mutants                       all files of chalicelib/adapters/saml
    python -m ops.mutants gate.py rules.py      only these

Each mutant is one change of one condition: never true, always true, an operand left out, a boundary moved. It runs in a
fork of a process that has the keys already. Prints each survivor and the count; ends with 1 if there are survivors.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "chalicelib" / "adapters" / "saml"
VERIFIER: Final = (
    "decoding.py",
    "decryption.py",
    "gate.py",
    "instant.py",
    "proof.py",
    "proven.py",
    "reading.py",
    "rules.py",
    "signature.py",
    "times.py",
)
TESTS: Final = (
    "-x",
    "-q",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "-o",
    "addopts=",
    "--no-header",
    "--tb=no",
    "--deselect=tests/attacks/test_cost.py",
    "--deselect=tests/attacks/test_mutations.py",
    "tests/attacks",
    "tests/responses",
)
_MOVED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed condition; `source` is the whole changed module."""

    file: str
    line: int
    change: str
    source: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its conditions."""
    tree = ast.parse(path.read_text())
    conditions = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp | ast.Compare | ast.BoolOp)]
    for index, node in enumerate(conditions):
        for change in _changes_of(node):
            changed = copy.deepcopy(tree)
            found = [one for one in ast.walk(changed) if isinstance(one, ast.If | ast.IfExp | ast.Compare | ast.BoolOp)]
            _apply(found[index], change)
            said = f"{change}: {ast.unparse(node.test if isinstance(node, ast.If | ast.IfExp) else node)}"
            yield Mutant(path.name, node.lineno, said, ast.unparse(ast.fix_missing_locations(changed)))


def _changes_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.If):
        return ["never", "always"]
    if isinstance(node, ast.BoolOp):
        return [f"without operand {number}" for number in range(len(node.values))]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _MOVED:
        return ["boundary moved"]
    return []


def _apply(node: ast.AST, change: str) -> None:
    if isinstance(node, ast.If):
        node.test = ast.Constant(change == "always")
    elif isinstance(node, ast.BoolOp):
        del node.values[int(change.split()[-1])]
    elif isinstance(node, ast.Compare):
        node.ops[0] = _MOVED[type(node.ops[0])]()


class _Loader(importlib.abc.InspectLoader, importlib.abc.MetaPathFinder):
    """Imports the mutant in its module's place."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = f"chalicelib.adapters.saml.{mutant.file.removesuffix('.py')}"

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def get_source(self, fullname: str) -> str:
        return self._mutant.source


def _survives(mutant: Mutant) -> bool:
    """Whether all tests still pass with it."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, _Loader(mutant))
        import pytest

        os._exit(0 if pytest.main(list(TESTS)) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main(files: Sequence[str]) -> int:
    """Run; the exit code."""
    os.chdir(ROOT)
    _warm_up()
    mutants = [mutant for file in files or VERIFIER for mutant in mutants_of(FOLDER / file)]
    survivors = 0
    for mutant in mutants:
        if _survives(mutant):
            survivors += 1
            print(f"survived {mutant.file}:{mutant.line} {mutant.change}", flush=True)
    print(f"{len(mutants)} mutants, {len(mutants) - survivors} noticed, {survivors} survived")
    return 1 if survivors else 0


def _warm_up() -> None:
    """Keys are the slowest thing that the tests make."""
    from tests.identity_provider import key

    for name in ("acme", "acme-next", "service", "service-next", "stranger", "expired", "other-tenant"):
        key(name)
    for name in ("p256", "p384", "p521", "rsa3072", "rsa4096"):
        key(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
