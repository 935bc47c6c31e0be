"""Compares a stage with what it must be, and makes it so."""

from __future__ import annotations

from collections.abc import Iterator

import boto3

from ops.provision.data_plane import data_plane, monthly_cost
from ops.provision.kinds.cloudwatch import AlarmKind, DashboardKind
from ops.provision.kinds.log_group import LogGroupKind
from ops.provision.kinds.secret import SecretKind
from ops.provision.kinds.table import TableKind
from ops.provision.kinds.topic import TopicKind
from ops.provision.place import Place, gateway_stage
from ops.provision.report import Change, ChangeOutcome, Report
from ops.provision.resource import Kind, Resource, differences


def provision(stage: str, session: boto3.Session, *, check: bool) -> Report:
    """Make the stage's data plane, or put right what differs; a run that was killed is completed by the next.

    Args:
        session: credentials and region.
        check: only compare.

    Raises:
        ValueError: no such stage, or no region.
        ClientError: AWS refused a call, with its name in the text.
    """
    place = place_of(stage, session)
    topics = TopicKind(session.client("sns"), place)
    kinds = _kinds(session, topics)
    resources = data_plane(place)
    findings = [finding for each in resources for finding in _settle(each, kinds[each.type], check=check)]
    return Report(stage, len(resources), tuple(findings), tuple(_notes(place, topics)))


def place_of(stage: str, session: boto3.Session) -> Place:
    """Where this session would put the stage.

    Raises:
        ValueError: no such stage, or no region.
    """
    region = session.region_name
    if not region:
        raise ValueError("Set AWS_REGION, or the profile's region.")
    account = session.client("sts").get_caller_identity()["Account"]
    return Place(stage, account, region, session.get_partition_for_region(region), gateway_stage(stage))


def _kinds(session: boto3.Session, topics: TopicKind) -> dict[str, Kind]:
    cloudwatch = session.client("cloudwatch")
    return {
        "AWS::CloudWatch::Alarm": AlarmKind(cloudwatch),
        "AWS::CloudWatch::Dashboard": DashboardKind(cloudwatch),
        "AWS::DynamoDB::Table": TableKind(session.client("dynamodb")),
        "AWS::Logs::LogGroup": LogGroupKind(session.client("logs")),
        "AWS::SNS::Topic": topics,
        "AWS::SecretsManager::Secret": SecretKind(session.client("secretsmanager")),
    }


def _settle(resource: Resource, kind: Kind, *, check: bool) -> Iterator[Change]:
    found = kind.read(resource)
    if found is None:
        yield Change(
            resource.type, resource.name, None, None, None, ChangeOutcome.DRIFT if check else ChangeOutcome.CREATED
        )
        if check:
            return
        kind.create(resource)
    differing = differences(resource.wanted, found or kind.read(resource) or {})
    left = {} if check else kind.fix(resource, frozenset(each.property for each in differing))
    for each in differing:
        advice = left.get(each.property, "")
        if found is not None or advice:
            outcome = ChangeOutcome.DRIFT if check else ChangeOutcome.UNFIXABLE if advice else ChangeOutcome.FIXED
            yield Change(resource.type, resource.name, each.property, each.wanted, each.found, outcome, advice)


def _notes(place: Place, topics: TopicKind) -> Iterator[str]:
    yield f"The alarms cost {monthly_cost(place):.2f} USD a month beyond an account's free ones"
    if not topics.has_listener():
        arn = place.arn("sns", place.topic)
        command = f"aws sns subscribe --topic-arn {arn} --protocol email --notification-endpoint ADDRESS"
        yield f"Nobody hears the alarms yet: {command}"
