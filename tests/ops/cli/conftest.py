from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ops import __main__ as operator
from tests.support.deployment import Deployment, new_deployment

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The deployment that the command speaks to."""
    with new_deployment() as deployment:
        monkeypatch.setattr(operator, "current", lambda: deployment.container)
        yield deployment


@pytest.fixture
def run(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command that must succeed; its answer as a program gets it."""

    def answered(*arguments: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert operator.main([*arguments, "--json"]) == status
        return dict(json.loads(capsys.readouterr().out))

    return answered


@pytest.fixture
def refused(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A command that must be refused in one sentence; the sentence."""

    def complained(*arguments: str) -> str:
        capsys.readouterr()
        assert operator.main([*arguments]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        return said.err

    return complained
