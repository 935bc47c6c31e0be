"""After any failed AWS call, repeating the command reaches the state of an undisturbed run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from tests.deploy.conftest import Checkout, Journey, Snapshot
from tests.support.aws_emulator.aws_server import AwsServer

MOST: Final = 60
"""Kinds of changes that a deployment makes, and some."""


def _until_it_is_done(aws: AwsServer, run: Callable[[], int], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Repeat while one kind of change after the other is refused; the kinds."""
    aws.refuse_each_change_once()
    for _ in range(MOST):
        before = aws.refused()
        capsys.readouterr()
        ended = run()
        newly = aws.refused()[len(before) :]
        if ended == 0:
            assert newly == []
            return before
        assert len(newly) == 1, "a refusal ends the run"
        assert "Next: " in capsys.readouterr().err
    pytest.fail(f"It never ends: {aws.refused()}")


def _alike(sight: Snapshot) -> Snapshot:
    """Without what differs between any two accounts."""
    functions = {name: facts["Handler"] for name, facts in sight.functions.items()}
    unnamed: dict[str, Any] = {"apis": [None for _ in sight.apis], "keys": [None for _ in sight.keys]}
    return replace(sight, functions=dict(sorted(functions.items())), roles=sorted(sight.roles), **unnamed)


def test_each_change_may_be_refused_once_when_deploying_and_when_deleting(
    provisioned: AwsServer, clone: Callable[[], Checkout], journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _until_it_is_done(provisioned, lambda: clone().deploy(), capsys)
    assert {"lambda POST /2015-03-31/functions", "events PutRule", "events PutTargets"} <= set(made)
    assert {"apigateway PUT /restapis/*", "apigateway POST /restapis/*/deployments"} <= set(made)
    deployed = Snapshot.now()
    assert _alike(deployed) == _alike(journey.sights[0])

    removed = _until_it_is_done(provisioned, lambda: clone().deploy("--delete", "--confirm", "dev"), capsys)
    assert {"events DeleteRule", "events RemoveTargets"} <= set(removed)
    assert any(kind.startswith("apigateway DELETE /restapis/*/stages") for kind in removed)
    assert any(kind.startswith("lambda DELETE ") and kind.endswith("/functions/*") for kind in removed)
    left = Snapshot.now()
    assert _alike(left) == _alike(journey.sights[2])
    assert left.keys == deployed.keys
