"""The stage's functions as they are in the account: what a deployment must keep, and what it must have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ops.provision.functions import API, FUNCTIONS
from ops.stage import BASE_URL

if TYPE_CHECKING:
    from ops.deploy.deployment import Deployment

_SYSTEM: Final = ("aws:", "aws-chalice")
"""Beginnings of tags that AWS or Chalice sets."""


@dataclass(frozen=True, slots=True)
class LiveFunction:
    """A function.

    Attributes:
        code: the SHA-256 of its package, as Lambda gives it.
        base_url: the public address in its environment.
        concurrency: reserved for it; 0 stops it, None leaves it to the account.
        tags: those that an operator set.
    """

    runtime: str
    code: str
    base_url: str | None
    concurrency: int | None
    tags: Mapping[str, str]


def live_functions(deployment: Deployment) -> dict[str, LiveFunction]:
    """Those that exist, by Chalice's names for them."""
    client = deployment.client("lambda")
    found = {}
    for function in FUNCTIONS:
        try:
            answer = client.get_function(FunctionName=function.name(deployment.stage.function))
        except client.exceptions.ResourceNotFoundException:
            continue
        reserved = client.get_function_concurrency(FunctionName=answer["Configuration"]["FunctionName"])
        found[function.handler] = _live_function(answer, reserved.get("ReservedConcurrentExecutions"))
    return found


def is_stopped(deployment: Deployment) -> bool:
    """True if an operator stopped the function behind the API, by reserving no concurrency for it."""
    api = deployment.live.get(API.handler)
    return api is not None and api.concurrency == 0


def _live_function(answer: Mapping[str, Any], concurrency: int | None) -> LiveFunction:
    configuration = answer["Configuration"]
    return LiveFunction(
        runtime=configuration["Runtime"],
        code=configuration["CodeSha256"],
        base_url=configuration.get("Environment", {}).get("Variables", {}).get(BASE_URL),
        concurrency=concurrency,
        tags={key: value for key, value in answer.get("Tags", {}).items() if not key.startswith(_SYSTEM)},
    )
