"""Faults of AWS calls, injected at one chosen call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests.support.deployment import Deployment


class Killed(BaseException):
    """The process is gone, as when Lambda takes it away: nothing that catches exceptions sees it."""


@dataclass(frozen=True)
class Fault:
    """One way in which one call goes wrong.

    Attributes:
        before: instead of the call; what it returns is the answer.
        after: when AWS has done it.
        tells: whether the process lives on and has to tell the caller.
    """

    name: str
    before: Callable[[], Any] | None = None
    after: Callable[[], Any] | None = None
    tells: bool = True


def _throttled() -> Any:
    error = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}, "ResponseMetadata": {}}
    return SimpleNamespace(status_code=400), error


def _unreachable() -> Any:
    raise EndpointConnectionError(endpoint_url="https://aws.test")


def _answer_lost() -> Any:
    raise ReadTimeoutError(endpoint_url="https://aws.test")


def _killed() -> Any:
    raise Killed


FAULTS: Final = (
    Fault("throttled", before=_throttled),
    Fault("unreachable", before=_unreachable),
    Fault("answer lost", after=_answer_lost),
    Fault("killed before", before=_killed, tells=False),
    Fault("killed after", after=_killed, tells=False),
)


class Calls:
    """Counts calls from one on, and remembers which operation the faulty one was."""

    def __init__(self) -> None:
        self.number = 0
        self.struck: str | None = None


@contextmanager
def at_call(deployment: Deployment, number: int, fault: Fault) -> Iterator[Calls]:
    """The `number`th call to AWS from now on goes wrong, and none after it: AWS is well again."""
    calls = Calls()

    def before(model: Any, **_: Any) -> Any:
        calls.number += 1
        if calls.number == number:
            calls.struck = model.name
            return fault.before() if fault.before else None
        return None

    def after(**_: Any) -> None:
        if calls.number == number and fault.after:
            calls.number += 1  # once
            fault.after()

    clients = [deployment.container.table._client, deployment.container._secrets]
    for client in clients:
        client.meta.events.register("before-call", before)
        client.meta.events.register("after-call", after)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", before)
            client.meta.events.unregister("after-call", after)


@contextmanager
def in_between(deployment: Deployment, number: int, act: Callable[[], object]) -> Iterator[Calls]:
    """Runs a concurrent change just before the `number`th AWS call from now on."""
    calls = Calls()

    def before(model: Any, **_: Any) -> None:
        calls.number += 1
        if calls.number == number and calls.struck is None:
            calls.struck = model.name
            act()

    clients = [deployment.container.table._client, deployment.container._secrets]
    for client in clients:
        client.meta.events.register("before-call", before)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", before)
