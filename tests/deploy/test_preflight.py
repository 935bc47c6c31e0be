"""Who deploys is known before anything happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ops.deploy.__main__ import main
from tests.deploy.conftest import Checkout
from tests.support.aws_emulator.aws_server import AwsServer


@pytest.mark.parametrize(
    ("missing", "said"),
    [(("AWS_REGION", "AWS_DEFAULT_REGION"), "Set AWS_REGION"), (("AWS_ACCESS_KEY_ID",), "Set AWS_PROFILE")],
)
def test_without_credentials_or_region_nothing_begins(
    aws: AwsServer,
    clone: Callable[[], Checkout],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: tuple[str, ...],
    said: str,
) -> None:
    for name in missing:
        monkeypatch.delenv(name)
    assert clone().deploy() == 1
    shown = capsys.readouterr()
    assert f"Next: {said}" in shown.err
    assert "[2/8]" not in shown.out
    assert aws.calls() == set()


def test_a_region_that_is_none_is_distinguished_from_wrong_credentials(
    clone: Callable[[], Checkout], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-wst-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-wst-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    assert clone().deploy() == 1
    said = capsys.readouterr().err
    assert "AWS can't be reached in region eu-wst-1" in said
    assert "Next: Set AWS_REGION to a region of AWS, such as eu-west-1" in said


@pytest.mark.usefixtures("aws")
def test_a_profile_that_is_missing_is_named(
    clone: Callable[[], Checkout], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert main(["--stage", "dev"], project=clone().folder) == 1
    said = capsys.readouterr().err
    assert "Not deployed: The config profile (nobody) could not be found." in said
    assert "Next: Set AWS_PROFILE to one of your profiles" in said


def test_the_address_of_an_example_is_never_deployed(
    aws: AwsServer, clone: Callable[[], Checkout], capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy(stage="prod") == 1
    assert "is the example's address" in capsys.readouterr().err
    assert aws.calls() == set()


@pytest.mark.usefixtures("provisioned")
def test_what_is_not_committed_is_deployed_and_named(
    clone: Callable[[], Checkout], capsys: pytest.CaptureFixture[str]
) -> None:
    checkout = clone()
    checkout.change()
    assert checkout.deploy("--dry-run") == 0
    assert "Not committed, deployed all the same: app.py" in capsys.readouterr().out
