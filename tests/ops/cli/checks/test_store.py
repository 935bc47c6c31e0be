from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.dynamodb import Table
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.errors import Unavailable
from tests.ops.cli.checks.healthy import FakeDeployment
from tests.support.round_trip import identity_provider

DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Describe")


@pytest.mark.parametrize(
    ("operation", "differing", "check"),
    [
        ("describe_table", {"DeletionProtectionEnabled": False}, "table"),
        ("describe_table", {"TableStatus": "ARCHIVED"}, "table"),
        ("describe_time_to_live", {"TimeToLiveStatus": "DISABLED"}, "TTL"),
        ("describe_time_to_live", {"AttributeName": "ttl"}, "TTL"),
        ("describe_continuous_backups", {"PointInTimeRecoveryStatus": "DISABLED"}, "point-in-time recovery"),
    ],
)
def test_a_table_that_may_be_lost_fails(
    operation: str, differing: dict[str, Any], check: str, doctor: FakeDeployment
) -> None:
    doctor.table[operation] = differing
    assert doctor.outcomes(check) == ["failed"]


@pytest.mark.parametrize(
    ("operation", "check"),
    [
        ("describe_table", "table"),
        ("describe_time_to_live", "TTL"),
        ("describe_continuous_backups", "point-in-time recovery"),
    ],
)
def test_what_the_caller_may_not_see_is_a_warning(operation: str, check: str, doctor: FakeDeployment) -> None:
    doctor.table[operation] = DENIED
    assert doctor.outcomes(check) == ["warning"]


@pytest.mark.parametrize(("days", "outcome"), [(3650 - 366, "ok"), (3650 - 364, "warning"), (3651, "failed")])
def test_our_keys_certificates_are_watched(days: int, outcome: str, doctor: FakeDeployment) -> None:
    doctor.deployment.later(days=days)
    assert doctor.outcomes("our keys") == [outcome]


def test_missing_keys_fail(doctor: FakeDeployment) -> None:
    prefix = doctor.deployment.container.settings.secret_prefix
    doctor.deployment.container._secrets.delete_secret(SecretId=f"{prefix}/keys", ForceDeleteWithoutRecovery=True)
    assert doctor.outcomes("our keys") == ["failed"]


@pytest.mark.parametrize(
    ("owner", "method", "action"),
    [
        (Table, "read", "dynamodb:BatchGetItem"),
        (CertificateSecrets, "load", "secretsmanager:GetSecretValue on connections"),
    ],
)
def test_a_permission_that_is_missing_is_named(
    owner: type, method: str, action: str, doctor: FakeDeployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity_provider(doctor.deployment)

    def denied(*_: object, **__: object) -> object:
        raise Unavailable(private="AccessDeniedException")

    monkeypatch.setattr(owner, method, denied)
    ((outcome, detail),) = doctor.findings()["permissions"]
    assert outcome == "failed"
    assert detail.startswith(action)


def test_looking_changes_nothing(doctor: FakeDeployment) -> None:
    identity_provider(doctor.deployment)
    doctor.deployment.calls.clear()
    doctor.findings()
    assert set(doctor.deployment.calls) <= {"BatchGetItem", "Query", "GetSecretValue"}
