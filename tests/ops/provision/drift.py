"""Manual changes of resources, and the property that reveals each; None if the resource was deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import boto3

from tests.ops.provision.account import ACCOUNT, REGION

TABLE = "gatehouse-prod"
KEYS = "gatehouse/prod/keys"
_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:gatehouse-prod-alarms"

Drift = Callable[[boto3.Session], None]


def _no_protection(session: boto3.Session) -> None:
    session.client("dynamodb").update_table(TableName=TABLE, DeletionProtectionEnabled=False)


def _no_recovery(session: boto3.Session) -> None:
    session.client("dynamodb").update_continuous_backups(
        TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )


def _no_encryption(session: boto3.Session) -> None:
    session.client("dynamodb").update_table(TableName=TABLE, SSESpecification={"Enabled": False})


def _no_ttl(session: boto3.Session) -> None:
    session.client("dynamodb").update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": False}
    )


def _provisioned(session: boto3.Session) -> None:
    session.client("dynamodb").update_table(
        TableName=TABLE,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )


def _no_index(session: boto3.Session) -> None:
    session.client("dynamodb").update_table(
        TableName=TABLE, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "listing"}}]
    )


def _logs_for_ever(session: boto3.Session) -> None:
    session.client("logs").delete_retention_policy(logGroupName="/aws/lambda/gatehouse-prod")


def _short_logs(session: boto3.Session) -> None:
    session.client("logs").put_retention_policy(logGroupName="/aws/lambda/gatehouse-prod", retentionInDays=1)


def _no_log_group(session: boto3.Session) -> None:
    session.client("logs").delete_log_group(logGroupName="/aws/lambda/gatehouse-prod")


def _other_name(session: boto3.Session) -> None:
    session.client("sns").set_topic_attributes(TopicArn=_TOPIC, AttributeName="DisplayName", AttributeValue="Spam")


def _no_topic(session: boto3.Session) -> None:
    session.client("sns").delete_topic(TopicArn=_TOPIC)


def _other_description(session: boto3.Session) -> None:
    session.client("secretsmanager").update_secret(SecretId=KEYS, Description="Old stuff")


def _deleted_keys(session: boto3.Session) -> None:
    session.client("secretsmanager").delete_secret(SecretId=KEYS, RecoveryWindowInDays=7)


def _alarm(change: dict[str, Any]) -> Drift:
    def drift(session: boto3.Session) -> None:
        client = session.client("cloudwatch")
        (found,) = client.describe_alarms(AlarmNames=["gatehouse-prod-refusals"])["MetricAlarms"]
        names = ("AlarmName", "AlarmActions", "OKActions", "ComparisonOperator", "Threshold", "EvaluationPeriods")
        kept = {name: cast("Any", found)[name] for name in (*names, "Metrics", "TreatMissingData", "AlarmDescription")}
        client.put_metric_alarm(**{**kept, **change})

    return drift


def _no_alarm(session: boto3.Session) -> None:
    session.client("cloudwatch").delete_alarms(AlarmNames=["gatehouse-prod-refusals"])


def _silent_alarm(session: boto3.Session) -> None:
    session.client("cloudwatch").disable_alarm_actions(AlarmNames=["gatehouse-prod-refusals"])


def _no_dashboard(session: boto3.Session) -> None:
    session.client("cloudwatch").delete_dashboards(DashboardNames=["gatehouse-prod"])


def _no_table(session: boto3.Session) -> None:
    _no_protection(session)
    session.client("dynamodb").delete_table(TableName=TABLE)


def _other_dashboard(session: boto3.Session) -> None:
    session.client("cloudwatch").put_dashboard(DashboardName="gatehouse-prod", DashboardBody='{"widgets": []}')


DRIFTS: list[tuple[Drift, str | None]] = [
    (_no_protection, "DeletionProtectionEnabled"),
    (_no_recovery, "PointInTimeRecoverySpecification"),
    (_no_encryption, "SSESpecification"),
    (_no_ttl, "TimeToLiveSpecification"),
    (_provisioned, "BillingMode"),
    (_no_index, "GlobalSecondaryIndexes"),
    (_logs_for_ever, "RetentionInDays"),
    (_short_logs, "RetentionInDays"),
    (_no_log_group, None),
    (_other_name, "DisplayName"),
    (_no_topic, None),
    (_other_description, "Description"),
    (_deleted_keys, "IsBeingDeleted"),
    (_alarm({"Threshold": 5.0}), "Threshold"),
    (_alarm({"AlarmActions": []}), "AlarmActions"),
    (_alarm({"OKActions": []}), "OKActions"),
    (_alarm({"AlarmDescription": "?"}), "AlarmDescription"),
    (_alarm({"EvaluationPeriods": 9}), "EvaluationPeriods"),
    (_alarm({"ComparisonOperator": "LessThanThreshold"}), "ComparisonOperator"),
    (_alarm({"TreatMissingData": "ignore"}), "TreatMissingData"),
    (_alarm({"Metrics": [{"Id": "value", "Expression": "1", "ReturnData": True}]}), "Metrics"),
    (_silent_alarm, "ActionsEnabled"),
    (_no_alarm, None),
    (_no_dashboard, None),
    (_no_table, None),
    (_other_dashboard, "DashboardBody"),
]
