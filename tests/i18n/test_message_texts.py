"""Every message that the code makes has a text in every language, with the same placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.http.problem_details import STATUSES
from chalicelib.i18n.catalog import LANGUAGES, texts_of

SOURCES = sorted(Path("chalicelib").rglob("*.py"))
ERRORS = {kind.__name__ for kind in STATUSES}
HOLE = re.compile(r"{(\w+)}")


def made() -> Iterator[tuple[str, frozenset[str] | None]]:
    """Code and parameter names of every call of `message`; None where they are not spelled out."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                names = [keyword.arg for keyword in node.keywords]
                for code in codes(node.args[0]):
                    yield code, None if None in names else frozenset(filter(None, names))


def codes(node: ast.expr) -> Iterator[str]:
    """The codes that an argument may be, where they are written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*codes(node.body), *codes(node.orelse))


MADE = sorted(set(made()), key=str)


def texts(code: str, language: str) -> list[str]:
    area, _, name = code.partition(".")
    catalog = texts_of(language, area)
    return [catalog[key] for key in (name, f"{name}.one", f"{name}.other") if key in catalog]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "names"), MADE)
def test_a_message_has_a_text_that_its_parameters_fill(code: str, names: frozenset[str] | None, language: str) -> None:
    found = texts(code, language)
    assert found, code
    for text in found:
        assert names is None or set(HOLE.findall(text)) <= names, text


def raised() -> Iterator[str]:
    """Codes of errors that are made without a message of their own."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                yield from codes(node.args[0]) if len(node.args) == 1 else ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted({*raised(), "not_found", "stale", "temporarily_unavailable"}))
def test_an_error_without_a_message_of_its_own_has_the_text_of_its_code(code: str, language: str) -> None:
    (text,) = texts(f"problem.{code}", language)
    assert not HOLE.search(text)
