"""Writes the provisioned stage's roles and address into a checkout, so that a bare `chalice deploy` works."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ops.provision.functions import FUNCTIONS, Function
from ops.stage import AUTOMATIC, BASE_URL, CONFIG, read_config

_NOTE_VERSION: Final = "2.0"
"""Of the form of Chalice's note, in Chalice since 1.0."""


def write_config(project: Path, stage: str, outputs: Mapping[str, str], base_url: str | None = None) -> bool:
    """Put the functions' roles and the address into the stage's configuration; whether that changed it.

    Roles of a company's own that the configuration names stay, and so does an address other than `auto`.

    Args:
        outputs: of the data plane's stack.
        base_url: the public address, in place of the configured one.
    """
    document = read_config(project)
    before = json.dumps(document)
    ours: dict[str, Any] = document["stages"][stage]
    for function in FUNCTIONS:
        inherited = (document.get("lambda_functions", {}).get(function.handler, {}), ours, document)
        if any("iam_role_arn" in each for each in inherited):
            continue
        named = ours.setdefault("lambda_functions", {}).setdefault(function.handler, {})
        role = outputs[function.role_output]
        if _anywhere(named.get("iam_role_arn", role), stage, function) == _anywhere(role, stage, function):
            named["iam_role_arn"] = role
    environment = ours.setdefault("environment_variables", {})
    if base_url or environment.get(BASE_URL) == AUTOMATIC:
        environment[BASE_URL] = base_url or outputs["InvokeUrl"]
    if json.dumps(document) == before:
        return False
    (project / CONFIG).write_text(json.dumps(document, indent=2) + "\n")
    return True


def _anywhere(role: str, stage: str, function: Function) -> str:
    """A role's ARN without account and region: the stage may have been in others before."""
    name = re.sub(rf"-{stage}-[a-z0-9-]+-{function.handler}$", f"-{stage}--{function.handler}", role)
    return re.sub(r"::\d{12}:", "::", name)


def write_note(project: Path, stage: str, outputs: Mapping[str, str], *others: Mapping[str, Any]) -> None:
    """Write Chalice's note of what it deployed, `.chalice/deployed/STAGE.json`, which a fresh checkout lacks.

    Chalice finds functions and schedules by their names, but its REST API by this note alone: without it, it would make
    a second API with another address. It deletes what its note names and the application lacks: nothing else is noted.

    Args:
        others: further resources, as Chalice notes them.
    """
    rest_api = {
        "name": "rest_api",
        "resource_type": "rest_api",
        "rest_api_id": outputs["RestApi"],
        "rest_api_url": f"{outputs['InvokeUrl']}/",
    }
    file = project / ".chalice" / "deployed" / f"{stage}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    note = {"resources": [rest_api, *others], "schema_version": _NOTE_VERSION, "backend": "api"}
    file.write_text(json.dumps(note, indent=2) + "\n")
