"""The policies allow what the product asks of AWS, and nothing else: python -m tools.ci.permissions

The tests record every call (tests/support/aws_calls.py). Each must be allowed to its function, and each allowed pair
of action
and resource must have been used by some test.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from botocore.model import OperationModel

from tests.support.cloudformation import ACCOUNT, REGION, Resolved

FOLDER: Final = Path("build/aws-calls")

_STAGE: Final = "any"
_TRANSACTION: Final = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
_BY_LAMBDA_ITSELF: Final = ("logs:CreateLogStream", "logs:PutLogEvents")


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """Something that a function of ours does, or may do.

    Attributes:
        action: as IAM calls it.
        resource: an ARN; in a policy it may hold `*` and `?`.
    """

    function: str
    action: str
    resource: str


def required_actions(model: OperationModel, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that IAM checks for one call, each with the resource's ARN in a stage named `any`."""
    service = str(model.service_model.signing_name)
    if service == "dynamodb":
        yield from ((f"dynamodb:{action}", _table_arn(name)) for action, name in _on_table(model.name, arguments))
    elif service == "secretsmanager":
        name = arguments.get("SecretId") or arguments["Name"]
        stage_free = re.sub(r"^gatehouse/[^/]+/", f"gatehouse/{_STAGE}/", name)
        id_free = re.sub(r"/conn_\w+$", "/conn_0", stage_free)
        yield f"secretsmanager:{model.name}", _arn("secretsmanager", f"secret:{id_free}-AbCdEf")
    else:
        yield f"{service}:{model.name}", "unknown"


def _on_table(operation: str, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match operation:
        case "BatchGetItem" | "BatchWriteItem":
            yield from ((operation, name) for name in arguments["RequestItems"])
        case "TransactWriteItems":
            for item in arguments["TransactItems"]:
                yield from ((_TRANSACTION[kind], write["TableName"]) for kind, write in item.items())
        case _:
            index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
            yield operation, f"{arguments['TableName']}{index}"


def _table_arn(name: str) -> str:
    return _arn("dynamodb", "table/" + re.sub(r"^gatehouse-[^/]+", f"gatehouse-{_STAGE}", name))


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def granted_rights(policies: Mapping[str, Mapping[str, Any]]) -> set[Right]:
    """Every pair of action and resource that the functions' policies allow.

    Args:
        policies: by Chalice's names for the functions.
    """
    return {
        Right(handler, action, statement["Resource"])
        for handler, policy in policies.items()
        for statement in policy["Statement"]
        for action in statement["Action"]
    }


def covers(right: Right, use: Right) -> bool:
    """True if the permission allows the use, as IAM evaluates it."""
    return (right.function, right.action) == (use.function, use.action) and fnmatchcase(use.resource, right.resource)


def complaints(rights: Collection[Right], uses: Collection[Right]) -> list[str]:
    """Returns the uses without a permission, and the permissions without a use."""
    refused = [use for use in uses if not any(covers(right, use) for right in rights)]
    idle = [
        right
        for right in rights
        if right.action not in _BY_LAMBDA_ITSELF and not any(covers(right, use) for use in uses)
    ]
    return [
        *(f"{use.function} may not {use.action} on {use.resource}" for use in sorted(refused)),
        *(f"no test has {each.function} {each.action} on {each.resource}" for each in sorted(idle)),
    ]


def main() -> int:
    """Print what is wrong; the exit status."""
    files = sorted(FOLDER.glob("*.json"))
    uses = {Right(*each) for file in files for each in json.loads(file.read_text())}
    if not uses:
        print(f"No calls in {FOLDER}: run all tests first.", file=sys.stderr)
        return 1
    rights = granted_rights(Resolved(_STAGE).policies())
    wrong = complaints(rights, uses)
    print("\n".join([*wrong, f"{len(rights)} rights, {len(uses)} used ways, {len(wrong)} complaints"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
