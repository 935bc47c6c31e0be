"""The layout's rule (docs/architecture.md), proved on the code's own imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from tests.support.layout import RANKS, SHARED, package_of, role_of

ACROSS: Final = {
    "model": {"model"},
    "store": {"model"},
    "service": {"model", "store", "service"},
    "web": {"model", "service"},
}
"""The roles that a module may import from another capability, by its own role."""

KNOW_ALL: Final = {"chalicelib.container", "chalicelib.registry", "chalicelib.schedules"}

LIBRARIES: Final = {
    "boto3": ("chalicelib/aws/", "chalicelib/container.py"),
    "botocore": ("chalicelib/aws/", "chalicelib/container.py"),
    "onelogin": ("chalicelib/saml/",),
    "xmlsec": ("chalicelib/saml/",),
    "lxml": ("chalicelib/saml/",),
    "chalice": ("app.py", "chalicelib/http/"),
    "pydantic": ("chalicelib/http/",),
    "pydantic_core": ("chalicelib/http/",),
    "jinja2": ("chalicelib/http/",),
    "ops": (),
    "tests": (),
    "tools": (),
}
BOTO_ROLES: Final = {"store"}

VAGUE: Final = {
    *("utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc", "core", "lib", "shared"),
}
FILES: Final = (Path("app.py"), *sorted(Path("chalicelib").rglob("*.py")))
NAMES: Final = [str(path) for path in FILES]
MODULES: Final = {
    ".".join(path.with_suffix("").parts).removesuffix(".__init__"): str(path)
    for path in FILES
    if "compiled" not in path.parts
}

EXCEPTIONS: Final = frozenset(
    {
        ("chalicelib.sessions.schemas", "chalicelib.organizations.schemas"),
        ("chalicelib.sessions.schemas", "chalicelib.users.schemas"),
    }
)
"""Imports against the rule that are still to be removed. This set only shrinks: a fixed one must be taken out."""


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse(Path(name).read_text())


def _imports(name: str) -> Iterator[str]:
    """Every module that a file imports, for annotations alone or not, at its top or in a function."""
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in MODULES else str(node.module)


def _typing_only(name: str) -> set[str]:
    """Modules that are imported for annotations alone."""
    guarded = [
        node
        for node in ast.walk(_tree(name))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {str(n.module) for block in guarded for n in ast.walk(block) if isinstance(n, ast.ImportFrom)}


def _functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(_tree(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_allowed(importer: str, imported: str) -> bool:
    """True if one module of the product may import another."""
    if importer in KNOW_ALL or importer == "chalicelib.container_stores":
        return True
    if imported in KNOW_ALL:
        return role_of(importer) in {"web", None} and package_of(importer) not in {"aws", "i18n", "saml"}
    own, other = role_of(importer), role_of(imported)
    if package_of(importer) in SHARED:
        return other is None
    if own is None or other is None:
        return True
    if package_of(importer) == package_of(imported):
        return RANKS[other] <= RANKS[own]
    return other in ACROSS[own]


def _broken() -> set[tuple[str, str]]:
    return {
        (module, imported)
        for module, name in MODULES.items()
        for imported in _imports(name)
        if imported.startswith("chalicelib.") and not _is_allowed(module, imported)
    }


def test_there_is_something_to_read() -> None:
    assert len(FILES) > 80


def test_modules_import_only_what_their_role_allows() -> None:
    assert _broken() - EXCEPTIONS == set()


def test_exceptions_that_are_no_longer_needed_are_removed() -> None:
    assert {pair for pair in EXCEPTIONS if pair[1].startswith("chalicelib.")} - _broken() == set()


def test_no_module_reaches_a_higher_role_of_its_package_through_others() -> None:
    """Transitively: what a model imports, and what that imports, holds no store, service or handler."""
    imports = defaultdict(set)
    for module, name in MODULES.items():
        if module not in KNOW_ALL and module != "chalicelib.container_stores":
            imports[module] = {
                other for other in _imports(name) if other in MODULES and (module, other) not in EXCEPTIONS
            } - KNOW_ALL
    for module in MODULES:
        if role_of(module) != "model":
            continue
        seen, queue = {module}, [module]
        while queue:
            for other in imports[queue.pop()] - seen:
                seen.add(other)
                queue.append(other)
        assert {other for other in seen if role_of(other) not in {"model", None}} == set(), module


@pytest.mark.parametrize("name", NAMES)
def test_each_library_is_used_where_it_belongs(name: str) -> None:
    module = ".".join(Path(name).with_suffix("").parts)
    for imported in set(_imports(name)) - _typing_only(name):
        library = imported.split(".")[0]
        places = LIBRARIES.get(library)
        if places is None or name.startswith(places):
            continue
        if library in {"boto3", "botocore"} and role_of(module) in BOTO_ROLES:
            continue
        if library in {"pydantic", "pydantic_core"} and Path(name).stem.endswith("schemas"):
            continue
        assert (module, library) in EXCEPTIONS, f"{name} imports {imported}"


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_longer_than_300_lines(name: str) -> None:
    assert len(Path(name).read_text().splitlines()) <= 300


def test_the_median_file_has_fewer_than_150_lines() -> None:
    assert median(len(path.read_text().splitlines()) for path in FILES) < 150


@pytest.mark.parametrize("name", NAMES)
def test_functions_have_fewer_than_40_lines(name: str) -> None:
    for function in _functions(name):
        length = int(function.end_lineno or 0) - function.lineno + 1
        assert length < 40, f"{name}: {function.name} has {length} lines"


@pytest.mark.parametrize("name", NAMES)
def test_no_file_has_a_name_that_says_nothing(name: str) -> None:
    assert Path(name).stem not in VAGUE


@pytest.mark.parametrize("name", NAMES)
def test_modules_and_public_definitions_have_docstrings(name: str) -> None:
    if Path(name).stat().st_size:
        assert ast.get_docstring(_tree(name)), name
    for node in _tree(name).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name}: {node.name}"


@pytest.mark.parametrize(
    "name", [name for module, name in MODULES.items() if role_of(module) in {"model", "store", "service"}]
)
def test_the_time_is_an_argument_below_the_handlers(name: str) -> None:
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = node.value
            assert not (isinstance(owner, ast.Name) and owner.id in {"datetime", "date"}), f"{name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in {"time", "time_ns"}:
            assert not (isinstance(node.value, ast.Name) and node.value.id == "time"), f"{name}:{node.lineno}"
