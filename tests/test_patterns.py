"""Regular expressions can't be made to backtrack by untrusted text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.idp_metadata import provider_address

FILES = [Path("app.py"), *sorted(Path("chalicelib").rglob("*.py"))]
COMPILERS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
UNBOUNDED = re.compile(r"(?<!\\)\.[*+]")
"""A dot that repeats without a bound, outside of a character class; escaped dots are no dots."""
TABLES = {"chalicelib/idp_metadata/provider_address.py": [pattern for _, _, pattern in provider_address._ROWS]}
"""Files that compile patterns of a table of their own, and the table's patterns."""


def calls(file: Path) -> Iterator[tuple[ast.Call, ast.expr, dict[str, str]]]:
    tree = ast.parse(file.read_text())
    constants = dict(_constants(tree))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in COMPILERS
        ):
            yield node, node.args[0], constants


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Module constants that are written out, also where they are built from others above them."""
    known: dict[str, str] = {}
    for node in tree.body:
        name, value = None, None
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            name, value = node.target.id, node.value
        if name and value and (text := written(value, known)) is not None:
            known[name] = text
    yield from known.items()


def written(node: ast.expr, known: dict[str, str]) -> str | None:
    """The pattern as the source spells it; None where anything in it is only known at run time."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes | int):
        return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape":
        return "x"  # literal text holds no holes
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [written(node.left, known), written(node.right, known)]
        return None if None in parts else "".join(filter(None, parts))
    if isinstance(node, ast.JoinedStr):
        parts = [written(v.value if isinstance(v, ast.FormattedValue) else v, known) for v in node.values]
        return None if None in parts else "".join(filter(None, parts))
    return None


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_pattern_is_made_of_data(file: Path) -> None:
    made = [ast.unparse(call) for call, pattern, known in calls(file) if written(pattern, known) is None]
    assert not made or str(file) in TABLES, made


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_pattern_has_two_holes_without_a_bound(file: Path) -> None:
    patterns = [written(pattern, known) or "" for _, pattern, known in calls(file)]
    for alternative in "|".join([*patterns, *TABLES.get(str(file), [])]).split("|"):
        assert len(UNBOUNDED.findall(alternative)) < 2, alternative


def test_patterns_are_found_and_read() -> None:
    assert sum(1 for file in FILES for _ in calls(file)) > 10
    known = {"_A": "x"}
    assert written(ast.parse('rf"{_A}.+?y.+?"', mode="eval").body, known) == "x.+?y.+?"
    assert written(ast.parse('"".join(parts)', mode="eval").body, known) is None
    assert len(UNBOUNDED.findall(r".+?a.*")) == 2
    assert not UNBOUNDED.findall(r"\.+[.]")
