"""Putting a mutant into modules that are already imported: functions get the changed code, constants the new value.

Importing everything anew for each mutant would cost two seconds; this costs five milliseconds.
"""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ops.mutation.mutant import Mutant


class Unchanged(Exception):
    """No function differs."""


Functions = dict[str, list[FunctionType]]


def functions_by_module() -> Functions:
    """Every function that lives, methods and wrapped ones too."""
    found: Functions = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__module__ and one.__module__.startswith("chalicelib."):
            found.setdefault(one.__module__, []).append(one)
    return found


def put_in(mutant: Mutant, root: Path, functions: Functions, *, at_import: bool) -> None:
    """Change this process for good; it is a fork that judges one mutant and ends.

    Args:
        at_import: what is changed runs when its module is imported.

    Raises:
        Unchanged: it compiles to what was there.
    """
    module = _module(mutant.path)
    code = compile(mutant.compiled(root), str(root / mutant.path), "exec")
    if at_import:
        _renew(module, code)
        for other in [one for one in sys.modules.values() if module in getattr(one, "__dict__", {}).values()]:
            if other.__name__.startswith("chalicelib."):
                _renew(other, compile(Path(str(other.__file__)).read_text(), str(other.__file__), "exec"))
        return
    changed = {(one.co_qualname, one.co_firstlineno): one for one in _codes_in(code)}
    replaced = 0
    for function in functions.get(module.__name__, []):
        new = changed.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if new is not None and new != function.__code__:
            function.__code__ = new
            replaced += 1
    if not replaced:
        raise Unchanged
    _forget(module)


def _module(path: str) -> ModuleType:
    return sys.modules[path.removesuffix(".py").replace("/", ".")]


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_in(constant)


def _forget(module: ModuleType) -> None:
    """What functions of the module remembered before they were changed."""
    for value in vars(module).values():
        clear = getattr(value, "cache_clear", None)
        if callable(clear) and not isinstance(value, type):
            clear()


def _renew(module: ModuleType, code: CodeType) -> None:
    """Run the module again beside the old one, and take over constants, defaults and how dataclasses are made."""
    fresh: dict[str, Any] = {**_frame(module)}
    stand_in = ModuleType(module.__name__)
    stand_in.__dict__.update(fresh)
    sys.modules[module.__name__] = stand_in  # dataclasses look their module up
    try:
        exec(code, stand_in.__dict__)  # noqa: S102 our own source with one change
    finally:
        sys.modules[module.__name__] = module
    for name, new in vars(stand_in).items():
        old = vars(module).get(name)
        if isinstance(new, type):
            _take_over(old, new, module)
        elif isinstance(new, FunctionType) and isinstance(old, FunctionType):
            old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        elif _is_constant(name, new, old):
            _rebind(name, old, new)
    _forget(module)


def _frame(module: ModuleType) -> dict[str, Any]:
    return {name: vars(module)[name] for name in ("__file__", "__package__", "__spec__", "__loader__")}


def _is_constant(name: str, new: object, old: object) -> bool:
    is_made_here = not isinstance(new, ModuleType) and not hasattr(new, "cache_clear")
    return is_made_here and not name.startswith("__") and old is not new


def _take_over(old: object, new: type, module: ModuleType) -> None:
    if not isinstance(old, type) or new.__module__ != module.__name__ or old is new:
        return
    if "__dataclass_fields__" in vars(new):
        old.__init__ = vars(new)["__init__"]  # type: ignore[misc]


def _rebind(name: str, old: object, new: object) -> None:
    """The new value wherever the old one was imported; tests that say a text or a number themselves keep theirs."""
    rooms = ("chalicelib",) if isinstance(old, str | bytes | int | None) else ("chalicelib", "tests")
    for path, module in list(sys.modules.items()):
        if path.startswith(rooms) and vars(module).get(name) is old:
            setattr(module, name, new)


def names_bound(mutant: Mutant) -> set[str]:
    """The constants that a change at import may alter, those made from them included."""
    statement = next(node for node in (*mutant.place.above, mutant.place.node) if isinstance(node, ast.stmt))
    bound = _targets(statement)
    for node in mutant.tree.body:
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if isinstance(node, ast.Assign | ast.AnnAssign) and used & bound:
            bound |= _targets(node)
    return bound


def _targets(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign):
        node = ast.Assign([node.target], ast.Constant(None))
    if not isinstance(node, ast.Assign):
        return set()
    return {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
