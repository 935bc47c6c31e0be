from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys import new_key
from chalicelib.signing_keys.rotation import SCHEDULES, KeyPurpose
from ops import __main__ as operator
from tests.support.deployment import Deployment, new_deployment


@pytest.fixture(autouse=True)
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    monkeypatch.setattr(new_key, "new_key_pair", lambda name, now: KeyPair(b"new", b"new"))
    with new_deployment() as made:
        monkeypatch.setattr(operator, "current", lambda: made.container)
        yield made


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert operator.main(["--json", "key", *arguments]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_an_operator_walks_a_set_of_keys_through_its_steps(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = []
    for days in (31, 8, 0):
        taken.append(_run(capsys, "rotate", "signing")["done"].partition(":")[0])
        deployment.later(days=days)
    assert taken == ["prepare", "promote", "retire"]


def test_status_says_for_each_set_what_comes_next_and_when(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(capsys, "rotate", "signing")
    when = f"{deployment.now + SCHEDULES[KeyPurpose.SIGNING].known:%Y-%m-%d %H:%M} UTC"
    status = _run(capsys, "status")
    assert status.keys() == {"cookies", "signing", "decryption", "audit"}
    assert status["signing"] == f"promote, by you or the clock, not before {when}"
    assert status["decryption"] == "prepare, when you say so"
    assert status["cookies"].startswith("prepare, by the clock ")


def test_a_step_too_early_is_one_sentence_with_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys, "rotate", "decryption")
    assert operator.main(["key", "rotate", "decryption"]) == 1
    assert "would break sign-ins" in capsys.readouterr().err


def test_stolen_keys_are_replaced_at_once(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    before, _ = deployment.container.keys.current()
    assert "worth nothing" in _run(capsys, "rotate", "cookies", "--leaked")["done"]
    after, _ = deployment.container.keys.current()
    assert set(after.cookies.all).isdisjoint(before.cookies.all)


def test_no_command_prints_a_key(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["status"], ["rotate", "cookies"], ["rotate", "signing", "--leaked"]):
        operator.main(["key", *arguments])
    keys, _ = deployment.container.keys.current()
    said = capsys.readouterr().out
    assert all(key.hex() not in said for key in keys.cookies.all)
    assert "PRIVATE" not in said
