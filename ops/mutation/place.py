"""Where a node hangs in its tree, and what stands around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_SPEECH = frozenset({"malformed", "bad_signature", "weak", "unsigned", "Refused", "CertificateRefused", "TypeError"})
"""Calls that make a sentence for people; what they say isn't judged here, that they are made is."""


@dataclass(frozen=True)
class Place:
    """One node.

    Attributes:
        above: its ancestors, the module first.
        field, index: where the last ancestor holds it.
    """

    node: ast.AST
    above: tuple[ast.AST, ...]
    field: str
    index: int | None

    @property
    def parent(self) -> ast.AST:
        """The node that holds it."""
        return self.above[-1]

    @property
    def function(self) -> str:
        """Dotted name of the functions and classes around it."""
        named = (ast.FunctionDef, ast.ClassDef)
        return ".".join(node.name for node in self.above if isinstance(node, named)) or "module"

    @property
    def statement(self) -> ast.stmt:
        """The innermost statement that it is part of."""
        if isinstance(self.node, ast.stmt):
            return self.node
        return next(node for node in reversed(self.above) if isinstance(node, ast.stmt))

    @property
    def at_import(self) -> bool:
        """Whether it runs when the module is imported, and never again."""
        inside = [node for node in self.above if isinstance(node, ast.FunctionDef | ast.Lambda)]
        return not inside or any(self._is_default_of(node) for node in inside)

    @property
    def is_speech(self) -> bool:
        """Whether it is part of a sentence for people."""
        calls = [node for node in self.above if isinstance(node, ast.Call)]
        return any(isinstance(call.func, ast.Name) and call.func.id in _SPEECH for call in calls)

    def put(self, replacement: ast.AST) -> None:
        """Hang something else here."""
        ast.copy_location(replacement, self.node)
        if self.index is None:
            setattr(self.parent, self.field, replacement)
        else:
            getattr(self.parent, self.field)[self.index] = replacement

    def _is_default_of(self, function: ast.AST) -> bool:
        arguments = function.args if isinstance(function, ast.FunctionDef | ast.Lambda) else None
        return arguments in self.above


def places(tree: ast.Module) -> Iterator[Place]:
    """Every node that runs: no annotations, no decorators, no docstrings, no imports."""
    yield from _below(tree, ())


def _below(node: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[Place]:
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases", "ctx", "op", "ops"}:
            continue
        if isinstance(node, ast.ClassDef) and _is_enumeration(node):
            continue
        children = value if isinstance(value, list) else [value]
        for number, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_silent(child):
                continue
            yield Place(child, (*above, node), field, number if isinstance(value, list) else None)
            yield from _below(child, (*above, node))


def _is_enumeration(node: ast.ClassDef) -> bool:
    """Its texts are what the API says; they decide nothing here."""
    return any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    is_type_variable = (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "TypeVar"
    )
    is_alias = isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
    return is_type_variable or is_alias or isinstance(node, ast.Import | ast.ImportFrom)
