"""Imports between ops, tools and tests: operators' commands never need the tests, and no test module is a library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest


def _imports(path: Path) -> Iterator[str]:
    """Yields every module that a file imports, with the imported name appended for `from` imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(folder: str) -> list[Path]:
    return sorted(Path(folder).rglob("*.py"))


@pytest.mark.parametrize("path", _files("ops"), ids=str)
def test_ops_imports_neither_tests_nor_tools(path: Path) -> None:
    assert [name for name in _imports(path) if name.split(".")[0] in {"tests", "tools"}] == []


@pytest.mark.parametrize("path", _files("tests") + _files("tools"), ids=str)
def test_no_test_module_is_imported(path: Path) -> None:
    imported = [name for name in _imports(path) if name.split(".")[0] == "tests"]
    # The last part is the imported name itself, which may be a pytest hook or a function named like a test.
    assert [name for name in imported if any(part.startswith("test_") for part in name.split(".")[:-1])] == []


@pytest.mark.parametrize("path", _files("tests/support"), ids=str)
def test_support_modules_import_no_package_of_tests(path: Path) -> None:
    imported = [name for name in _imports(path) if name.startswith("tests.")]
    assert [name for name in imported if not name.startswith("tests.support.")] == []
