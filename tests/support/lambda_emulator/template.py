"""Reads the API and its functions from the template of `chalice package` (`sam.json`)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Function:
    """The function behind the API; `timeout` in seconds."""

    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A path of the template that a request's path falls under, and its parameters."""

    resource: str
    methods: frozenset[str]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """The REST API as API Gateway gets it."""

    stage: str
    function: Function
    binary_types: frozenset[str]
    compressed_from: int
    paths: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, file: Path) -> Self:
        """From `sam.json`."""
        resources = json.loads(file.read_text())["Resources"]
        api, function = resources["RestAPI"]["Properties"], resources["APIHandler"]["Properties"]
        swagger = api["DefinitionBody"]
        return cls(
            stage=api["StageName"],
            function=Function(
                function["Handler"],
                float(function["Timeout"]),
                int(function["MemorySize"]),
                function["Environment"]["Variables"],
            ),
            binary_types=frozenset(kind.lower() for kind in swagger["x-amazon-apigateway-binary-media-types"]),
            compressed_from=int(api["MinimumCompressionSize"]),
            paths={path: _methods(entry) for path, entry in swagger["paths"].items()},
        )

    def match(self, path: str) -> Match | None:
        """The path's place in the API; a fixed segment goes before a parameter."""
        for resource in sorted(self.paths, key=lambda known: ("{" in known, known)):
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(resource))
            if found := re.fullmatch(pattern, path):
                return Match(resource, self.paths[resource], found.groupdict())
        return None


def _methods(entry: Mapping[str, Any]) -> frozenset[str]:
    for method, operation in entry.items():
        if operation["x-amazon-apigateway-integration"]["type"] != "aws_proxy":
            raise ValueError(f"{method}: only proxy integrations are known here")
    return frozenset(method.upper() for method in entry)
