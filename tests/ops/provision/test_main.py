from __future__ import annotations

import json

import boto3
import pytest

from ops.provision import __main__ as command

pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture(autouse=True)
def in_this_account(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "Session", lambda: session)


def test_a_check_fails_until_a_run_has_made_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stage", "prod", "--check"]) == 1
    assert "drift      Table gatehouse-prod\n" in capsys.readouterr().out
    assert command.main(["--stage", "prod"]) == 0
    assert "created    Table gatehouse-prod\n" in capsys.readouterr().out
    assert command.main(["--stage", "prod", "--check"]) == 0
    assert "0 differences, all settled" in capsys.readouterr().out


def test_the_output_states_the_price_and_missing_alarm_subscriptions(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--stage", "prod"])
    said = capsys.readouterr().out
    assert "USD a month" in said
    assert "aws sns subscribe --topic-arn arn:aws:sns:" in said


def test_a_topic_with_a_listener_is_not_complained_about(
    session: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["--stage", "prod"])
    topic = session.client("sns").list_topics()["Topics"][0]["TopicArn"]
    session.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="operator@example.test")
    capsys.readouterr()
    command.main(["--stage", "prod", "--json"])
    assert "subscribe" not in json.dumps(json.loads(capsys.readouterr().out)["notes"])


def test_an_unknown_stage_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stage", "nowhere"]) == 1
    assert capsys.readouterr().err == ".chalice/config.json has no stage 'nowhere'; it has dev, prod.\n"
