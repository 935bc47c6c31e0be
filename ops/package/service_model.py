"""Of what botocore knows of a service, the part that the product's code can call: a client reads all that is there."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from botocore import xform_name
from botocore.session import get_session

SERVICES: Final = ("dynamodb", "secretsmanager")
"""Of AWS: those that `chalicelib` calls."""

_MODEL: Final = "service-2.json"
_RULES: Final = "endpoint-rule-set-1.json"


def methods_named(code: Path) -> frozenset[str]:
    """The methods of AWS's clients that a line of the modules below this folder names."""
    trees = (ast.parse(module.read_text(encoding="utf-8")) for module in sorted(code.rglob("*.py")))
    attributes = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    models = (get_session().get_service_model(service) for service in SERVICES)
    return frozenset(xform_name(name) for model in models for name in model.operation_names) & attributes


def copy_models(data: Path, target: Path, methods: Collection[str]) -> None:
    """Copy what botocore must know of our services, unpacked: the package is one archive anyway.

    Args:
        data, target: botocore's folder `data`, and ours.
        methods: names of clients' methods; an operation whose method is not among them stays at home.
    """
    for service in SERVICES:
        newest = max(folder for folder in (data / service).iterdir() if (folder / f"{_MODEL}.gz").exists())
        folder = target / service / newest.name
        folder.mkdir(parents=True)
        model = json.loads(gzip.decompress((newest / f"{_MODEL}.gz").read_bytes()))
        (folder / _MODEL).write_text(json.dumps(callable_part(model, methods), separators=(",", ":")))
        rules = json.loads(gzip.decompress((newest / f"{_RULES}.gz").read_bytes()))
        (folder / _RULES).write_text(json.dumps(rules, separators=(",", ":")))


def callable_part(model: dict[str, Any], methods: Collection[str]) -> dict[str, Any]:
    """A service's model with the operations of these methods, the shapes that they need, every error, and no texts."""
    operations = {name: one for name, one in model["operations"].items() if xform_name(name) in methods}
    errors = {name for name, shape in model["shapes"].items() if shape.get("exception")}
    wanted = {*errors, *(name for one in operations.values() for name in _referenced_shapes(one))}
    kept: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        kept[name] = model["shapes"][name]
        wanted |= {other for other in _referenced_shapes(kept[name]) if other not in kept}
    shapes = {name: shape for name, shape in model["shapes"].items() if name in kept}
    slim: dict[str, Any] = _without_texts({**model, "operations": operations, "shapes": shapes})
    return slim


def _referenced_shapes(part: Any) -> Iterator[str]:
    """The shapes that a part of a model refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for inner in part.values():
            yield from _referenced_shapes(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _referenced_shapes(inner)


def _without_texts(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_texts(inner)
            for name, inner in part.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_without_texts(inner) for inner in part] if isinstance(part, list) else part
