from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel

from chalicelib.signing_keys.secrets import DeploymentKeysSecret, parse_keys
from ops import table
from ops.provision.data_plane import LOG_DAYS
from ops.provision.provisioning import provision
from ops.provision.report import ChangeOutcome
from tests.ops.provision.account import STAGE, empty_account, same_account
from tests.ops.provision.drift import DRIFTS, KEYS, TABLE, Drift
from tests.support.deployment import NOW

pytestmark = pytest.mark.usefixtures("quick_keys")


READING = ("Describe", "Get", "List")


def _calls(session: boto3.Session) -> list[str]:
    """The operation of every call of this session's clients from now on."""
    calls: list[str] = []

    def note(model: OperationModel, **_: Any) -> None:
        calls.append(model.name)

    session.events.register("before-call", note)
    return calls


def _secret(session: boto3.Session) -> str:
    return session.client("secretsmanager").get_secret_value(SecretId=KEYS, VersionStage="AWSCURRENT")["SecretString"]


def test_an_empty_account_gets_everything_and_then_nothing_differs(session: boto3.Session) -> None:
    made = provision(STAGE, session, check=False)
    assert made.settled
    assert {finding.outcome for finding in made.findings} == {ChangeOutcome.CREATED}
    checked = provision(STAGE, session, check=True)
    assert (checked.settled, checked.findings) == (True, ())


def test_the_keys_it_makes_are_keys_that_the_application_reads(session: boto3.Session) -> None:
    provision(STAGE, session, check=False)
    keys = DeploymentKeysSecret(session.client("secretsmanager"), KEYS).load(NOW)
    assert len(keys.cookies.current) == 32
    assert keys.signing.current != keys.decryption.current


def test_a_second_run_only_reads(session: boto3.Session) -> None:
    provision(STAGE, session, check=False)
    calls = _calls(session)
    assert provision(STAGE, session, check=False).findings == ()
    assert calls
    assert [name for name in calls if not name.startswith(READING)] == []


def test_a_check_of_an_empty_account_reports_everything_and_makes_nothing(session: boto3.Session) -> None:
    calls = _calls(session)
    report = provision(STAGE, session, check=True)
    assert not report.settled
    assert len(report.findings) == report.resources
    assert [name for name in calls if not name.startswith(READING)] == []


def test_neither_the_run_nor_the_check_reads_a_key(session: boto3.Session) -> None:
    calls = _calls(session)
    for check in (False, False, True):
        provision(STAGE, session, check=check)
    assert "GetSecretValue" not in calls


@pytest.mark.parametrize(("drift", "property_name"), DRIFTS)
def test_drift_is_reported_by_a_check_put_right_by_a_run_and_gone_then(
    session: boto3.Session, drift: Drift, property_name: str | None
) -> None:
    provision(STAGE, session, check=False)
    before = _secret(session)
    drift(session)
    for check, outcomes in ((True, {ChangeOutcome.DRIFT}), (False, {ChangeOutcome.FIXED, ChangeOutcome.CREATED})):
        report = provision(STAGE, session, check=check)
        assert report.settled is not check
        assert [finding.property for finding in report.findings] == [property_name]
        assert {finding.outcome for finding in report.findings} <= outcomes
    assert provision(STAGE, session, check=True).findings == ()
    assert _secret(session) == before


def test_what_cannot_be_changed_in_place_is_left_to_a_person_with_advice(session: boto3.Session) -> None:
    wrong = {**table.SHAPE, "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
    wrong["AttributeDefinitions"] = [each for each in wrong["AttributeDefinitions"] if each["AttributeName"] != "sk"]
    session.client("dynamodb").create_table(TableName=TABLE, **wrong)
    session.client("dynamodb").update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"AttributeName": "gone_at", "Enabled": True}
    )
    report = provision(STAGE, session, check=False)
    assert not report.settled
    left = {
        finding.property: finding.advice for finding in report.findings if finding.outcome is ChangeOutcome.UNFIXABLE
    }
    assert left.keys() == {"AttributeDefinitions", "KeySchema", "TimeToLiveSpecification"}
    assert all(left.values())


class _KilledError(BaseException):
    """Nothing catches it."""


def _kill_before(session: boto3.Session, change: int) -> None:
    """End the process before this one of its changes, counted from 0."""
    left = [change]

    def count(model: OperationModel, **_: Any) -> None:
        if not model.name.startswith(READING):
            left[0] -= 1
            if left[0] < 0:
                raise _KilledError

    session.events.register("before-call", count)


def test_a_run_killed_before_any_kind_of_change_is_completed_by_the_next_with_the_same_keys() -> None:
    with empty_account() as session:
        calls = _calls(session)
        provision(STAGE, session, check=False)
    changes = [name for name in calls if not name.startswith(READING)]
    for number in sorted({changes.index(name) for name in changes}):
        with empty_account() as session:
            _kill_before(session, number)
            with pytest.raises(_KilledError):
                provision(STAGE, session, check=False)
            again = same_account()
            keys = _secret(again) if "CreateSecret" in changes[:number] else None
            assert provision(STAGE, again, check=False).settled
            assert provision(STAGE, again, check=True).findings == ()
            assert keys in (None, _secret(again))


def test_an_empty_secret_as_a_stack_makes_it_gets_the_first_keys(session: boto3.Session) -> None:
    session.client("secretsmanager").create_secret(Name=KEYS)
    assert provision(STAGE, session, check=False).settled
    assert parse_keys(_secret(session)).signing.next is None


@pytest.mark.parametrize("empty", [False, True])
def test_of_two_first_runs_at_once_the_second_keeps_the_keys_of_the_first(session: boto3.Session, empty: bool) -> None:
    if empty:
        session.client("secretsmanager").create_secret(Name=KEYS)
    keys: list[str] = []

    def faster(**_: Any) -> None:
        if not keys:
            provision(STAGE, same_account(), check=False)
            keys.append(_secret(same_account()))

    for operation in ("CreateSecret", "PutSecretValue"):
        session.events.register(f"before-call.secrets-manager.{operation}", faster)
    provision(STAGE, session, check=False)
    assert keys == [_secret(session)]


def test_an_unknown_stage_is_refused_with_the_known_ones(session: boto3.Session) -> None:
    with pytest.raises(ValueError, match="dev, prod"):
        provision("staging", session, check=True)


def test_logs_are_kept_for_a_time_that_cloudwatch_knows() -> None:
    assert LOG_DAYS in {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400}


def test_the_report_is_json_too(session: boto3.Session) -> None:
    document = json.loads(json.dumps(provision(STAGE, session, check=True).document()))
    assert document["settled"] is False
    assert {"type": "AWS::DynamoDB::Table", "name": TABLE}.items() <= document["findings"][0].items()
