"""The data plane's CloudFormation template, `infrastructure/data-plane.yaml`, as Python values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).parents[2] / "infrastructure" / "data-plane.yaml"

HOLDS_DATA: Final = (
    "AWS::ApiGateway::RestApi",
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::SecretsManager::Secret",
)
"""Types of resources that are never replaced or deleted: data, logs, keys, and the address that customers know."""


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref X` as {"Ref": "X"}, `!Sub X` as {"Fn::Sub": "X"}."""


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        value: Any = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_scalar(node)  # type: ignore[arg-type]
        value = value.split(".", 1) if name == "GetAtt" else value
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


@cache
def load(file: Path = FILE) -> dict[str, Any]:
    """A template; callers must not change it."""
    document: dict[str, Any] = yaml.load(file.read_text(), Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    return document
