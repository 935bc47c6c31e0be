"""The IAM policy of each function: the policies of `.chalice/` with the account and the region filled in.

Unfilled they are worth nothing: IAM refuses an ARN of the partition `${partition}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any, Final

from ops.provision.functions import FUNCTIONS, Function

FOLDER: Final = Path(".chalice")

Policy = dict[str, Any]


def policy_file(function: Function) -> str:
    """The file in `.chalice/` that `config.json` names for this function."""
    return f"policy-{function.handler}.json"


def render(stage: str, account: str, region: str, partition: str = "aws") -> dict[str, Policy]:
    """Every function's policy by its file's name, for one stage in one account and region."""
    values = {"stage": stage, "account": account, "region": region, "partition": partition}
    texts = {name: (FOLDER / name).read_text() for name in map(policy_file, FUNCTIONS)}
    return {name: json.loads(Template(text).substitute(values)) for name, text in texts.items()}


def write_policies(project: Path, stage: str, account: str, region: str, partition: str = "aws") -> None:
    """Put the filled-in policies into a copy of the project, from which `chalice deploy` reads them.

    Args:
        project: holds `.chalice/`. Never the repository itself, whose policies are for every account.
    """
    for name, policy in render(stage, account, region, partition).items():
        (project / FOLDER / name).write_text(json.dumps(policy, indent=2))
