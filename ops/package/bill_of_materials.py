"""The package's bill of materials in CycloneDX 1.6 (ECMA-424), for matching known vulnerabilities.

Written from what was packed, not from what the lock file allows: a library for it would know no more than these lines.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

from ops.package.dependencies import Dependencies
from ops.package.lock_file import canonical

_PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"


def bill_of_materials(beside: Dependencies) -> str:
    """JSON; the same text for the same package, so neither a time nor a random serial number."""
    product = tomllib.loads(_PROJECT.read_text())["project"]
    reference = f"{product['name']}@{product['version']}"
    found = dict(_metadata(beside.folder))
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": product["name"],
                "version": product["version"],
                "licenses": [{"license": {"id": product["license"]}}],
            }
        },
        "components": [_component(found[name], beside.wheels[name]) for name in sorted(found)],
        "dependencies": [
            {"ref": reference, "dependsOn": [_purl(found[name]) for name in sorted(found)]},
            *({"ref": _purl(found[name]), "dependsOn": _requirements(found[name], found)} for name in sorted(found)),
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _metadata(folder: Path) -> Iterator[tuple[str, Message]]:
    for info in sorted(folder.glob("*.dist-info")):
        yield (
            canonical(info.name.removesuffix(".dist-info").rpartition("-")[0]),
            HeaderParser().parsestr((info / "METADATA").read_text()),
        )


def _component(about: Message, sha256: str) -> dict[str, Any]:
    component = {
        "type": "library",
        "bom-ref": _purl(about),
        "name": about["Name"],
        "version": about["Version"],
        "purl": _purl(about),
        "hashes": [{"alg": "SHA-256", "content": sha256}],
    }
    if expression := about["License-Expression"]:
        component["licenses"] = [{"expression": expression}]
    return component


def _purl(about: Message) -> str:
    return f"pkg:pypi/{canonical(about['Name'])}@{about['Version']}"


def _requirements(about: Message, found: Mapping[str, Message]) -> list[str]:
    requirements = [Requirement(text) for text in about.get_all("Requires-Dist", [])]
    names = {canonical(one.name) for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})}
    return [_purl(found[name]) for name in sorted(names & found.keys())]
