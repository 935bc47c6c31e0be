"""Runs Chalice's command line with what it can't be configured with: chalice_additions.py FILE deploy --stage …

FILE has, as JSON, what `ops.deploy.chalice_command` writes: members for the API's definition, and schedules that an
operator disabled. Chalice would drop the gateway responses, name the API after the application, and enable every
schedule. A script of its own process, which must import nothing of the project: Chalice loads its own copy.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS
from chalice.cli import main


def add(additions: dict[str, Any], params: dict[str, Any], operation: str) -> None:
    """Complete the parameters of one call to AWS."""
    match operation:
        case "PutRestApi":
            definition = json.loads(params["body"])
            title = {"info": {**definition["info"], "title": additions["title"]}}
            params["body"] = json.dumps({**definition, **title, **additions["definition"]})
        case "CreateDeployment" if not params.get("tracingEnabled"):
            params.pop("tracingEnabled", None)  # false would switch off what an operator switched on
        case "PutRule" if params["Name"] in additions["disabled_rules"]:
            params["State"] = "DISABLED"


if __name__ == "__main__":
    _additions = json.loads(Path(sys.argv.pop(1)).read_text())
    BUILTIN_HANDLERS.append(
        ("before-parameter-build", lambda params, model, **_: add(_additions, params, model.name)),
    )
    sys.exit(main())
