"""docs/security.md: each row names a rule's file and a test that exist."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "docs" / "security.md").read_text()


def _rows() -> list[tuple[str, str, str]]:
    """Threat, file and test of every row with four cells."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line[:1] == "|"]
    rows = [row for row in cells if len(row) == 4 and row[0] != "threat" and not row[0].startswith("---")]
    return [(row[0], row[2].strip("`"), row[3].strip("`")) for row in rows]


ROWS: Final = _rows()


def _tests_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("threat", "file", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_names_a_file_and_a_test_that_exist(threat: str, file: str, test: str) -> None:
    assert (ROOT / file).is_file(), threat
    path, _, name = test.partition("::")
    assert name in _tests_in(ROOT / path), threat


def test_no_threat_is_documented_twice() -> None:
    threats = [row[0] for row in ROWS]
    assert len(threats) == len(set(threats))


def test_every_file_of_attacks_holds_a_row() -> None:
    named = {Path(test.partition("::")[0]).name for _, _, test in ROWS}
    there = {path.name for path in (ROOT / "tests" / "attacks").glob("test_*.py")}
    assert there - named == set()
