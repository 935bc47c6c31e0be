"""The rules of the deployment (docs/architecture.md), read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOMS = {"routes": 3, "services": 2, "adapters": 1, "domain": 0}
MAY_KNOW = {
    "routes": {"routes", "services", "domain"},
    "services": {"services", "adapters", "domain"},
    "adapters": {"adapters", "domain"},
    "domain": {"domain"},
}
PLACES = {
    "boto3": ("chalicelib/adapters/", "chalicelib/container.py"),
    "botocore": ("chalicelib/adapters/", "chalicelib/container.py"),
    "onelogin": ("chalicelib/adapters/saml/",),
    "xmlsec": ("chalicelib/adapters/saml/",),
    "lxml": ("chalicelib/adapters/saml/",),
    "chalice": ("app.py", "chalicelib/routes/", "chalicelib/errors.py"),
    "pydantic": ("chalicelib/routes/models/", "chalicelib/routes/openapi.py"),
    "pydantic_core": ("chalicelib/routes/models/",),
    "jinja2": ("chalicelib/routes/",),
    "ops": (),
    "tests": (),
}
PATTERNS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "base",
    "common",
    "misc",
    "core",
    "lib",
    "shared",
}
FILES = (Path("app.py"), *sorted(Path("chalicelib").rglob("*.py")))
NAMES = [str(path) for path in FILES]


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse(Path(name).read_text())


def _imports(name: str) -> Iterator[str]:
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            yield str(node.module)


def _functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(_tree(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _typing_only(name: str) -> set[str]:
    """Modules that are imported for annotations alone."""
    guarded = [
        node
        for node in ast.walk(_tree(name))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {str(n.module) for block in guarded for n in ast.walk(block) if isinstance(n, ast.ImportFrom)}


def test_there_is_something_to_read() -> None:
    assert len(FILES) > 80


@pytest.mark.parametrize("name", [name for name in NAMES if "/" in name])
def test_arrows_point_downward(name: str) -> None:
    room = name.split("/")[1]
    if room not in ROOMS:
        return
    for module in _imports(name):
        parts = module.split(".")
        if parts[0] == "chalicelib" and len(parts) > 1 and parts[1] in ROOMS:
            assert parts[1] in MAY_KNOW[room], f"{name} imports {module}"
    if room in {"domain", "adapters", "services"}:
        assert not {"chalicelib.container", "chalicelib.outside"} & set(_imports(name))


@pytest.mark.parametrize("name", NAMES)
def test_each_library_is_used_where_it_belongs(name: str) -> None:
    for module in set(_imports(name)) - _typing_only(name):
        places = PLACES.get(module.split(".")[0])
        assert places is None or name.startswith(places), f"{name} imports {module}"


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_longer_than_a_reader_likes(name: str) -> None:
    assert len(Path(name).read_text().splitlines()) <= 300


def test_most_files_are_short() -> None:
    assert median(len(path.read_text().splitlines()) for path in FILES) < 150


@pytest.mark.parametrize("name", NAMES)
def test_a_function_fits_on_a_screen(name: str) -> None:
    for function in _functions(name):
        length = int(function.end_lineno or 0) - function.lineno + 1
        assert length < 40, f"{name}: {function.name} has {length} lines"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_named_for_a_thing(name: str) -> None:
    assert Path(name).stem not in PATTERNS


@pytest.mark.parametrize("name", NAMES)
def test_what_others_use_says_what_it_is(name: str) -> None:
    if Path(name).stat().st_size:
        assert ast.get_docstring(_tree(name)), name
    for node in _tree(name).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name}: {node.name}"


@pytest.mark.parametrize("name", [name for name in NAMES if "/routes/" not in name and name != "app.py"])
def test_the_time_is_an_argument_below_the_routes(name: str) -> None:
    if name == "chalicelib/outside.py":
        return
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = node.value
            assert not (isinstance(owner, ast.Name) and owner.id in {"datetime", "date"}), f"{name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in {"time", "time_ns"}:
            assert not (isinstance(node.value, ast.Name) and node.value.id == "time"), f"{name}:{node.lineno}"
