"""`chalice deploy`, as a process of this environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ops.deploy import chalice_additions
from ops.deploy.deployment import Deployment
from ops.deploy.gateway_responses import gateway_responses
from ops.deploy_error import DeployError
from ops.package.build import QUIET
from ops.provision.functions import SCHEDULED

_MISSING: Final = "Could not install dependencies"
_REUSED: Final = "Reusing existing deployment package"


def chalice_deploy(deployment: Deployment) -> None:
    """Deploy the workspace.

    Raises:
        DeployError: Chalice failed, or did not take the package that was built for it.
    """
    file = deployment.workspace / "additions.json"
    file.write_text(json.dumps(additions(deployment)))
    output = _chalice(deployment, str(file), "deploy", "--stage", deployment.stage.name)
    if _MISSING in output:
        # It says so and goes on, without the module, and with exit status 0.
        raise DeployError(
            "Chalice deployed a package that lacks modules.", "Deploy again: the next run builds it anew."
        )
    if _REUSED not in output:
        raise DeployError(
            "Chalice built a package of its own instead of taking the one that was built for it.",
            "Deploy again; if it stays so, the package step and this version of Chalice disagree on the file's name.",
        )


def additions(deployment: Deployment) -> dict[str, Any]:
    """Collects the values that `chalice_additions` adds to Chalice's calls."""
    api = deployment.client("apigateway").get_rest_api(restApiId=deployment.rest_api)
    definition: dict[str, Any] = {
        "x-amazon-apigateway-gateway-responses": {
            each.kind: each.definition() for each in gateway_responses(deployment.base_url)
        }
    }
    if api.get("disableExecuteApiEndpoint"):
        definition["x-amazon-apigateway-endpoint-configuration"] = {"disableExecuteApiEndpoint": True}
    return {
        "title": deployment.stage.function,
        "definition": definition,
        "disabled_rules": [name for name in _rules(deployment) if _is_disabled(deployment, name)],
    }


def _rules(deployment: Deployment) -> list[str]:
    return [f"{function.name(deployment.stage.function)}-event" for function in SCHEDULED]


def _is_disabled(deployment: Deployment, rule: str) -> bool:
    client = deployment.client("events")
    try:
        return bool(client.describe_rule(Name=rule)["State"] == "DISABLED")
    except client.exceptions.ResourceNotFoundException:
        return False


def _chalice(deployment: Deployment, file: str, *arguments: str) -> str:
    process = subprocess.Popen(
        [sys.executable, "-P", str(Path(chalice_additions.__file__)), file, *arguments],
        cwd=deployment.workspace,
        env=_environment(deployment.region, os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    with process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            deployment.say(lines[-1])
    if process.returncode:
        last = next((line for line in reversed(lines) if line.strip()), "nothing")
        raise DeployError(
            f"`chalice {' '.join(arguments)}` failed: {last}",
            "Correct that and repeat the command: what is done already is found again.",
        )
    return "\n".join(lines)


def _environment(region: str, ours: Mapping[str, str]) -> dict[str, str]:
    """Without our own variables: they would get into the application that Chalice loads."""
    kept = {name: value for name, value in ours.items() if not name.startswith("GATEHOUSE_")}
    return {**kept, "AWS_DEFAULT_REGION": region, "AWS_REGION": region, **QUIET}
