"""Existing resources that the stack takes over: those of a stage that was provisioned before there was a stack.

CloudFormation imports them as they are. It neither makes nor deletes anything by that; the next change set brings their
properties in line with the template.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import boto3

from ops.deploy_error import DeployError
from ops.provision.template import load
from ops.stage import Stage

_TAG: Final = "gatehouse:stage"
"""Of a REST API that an earlier version's deployment made."""

Import = Mapping[str, Any]


def existing_resources(stage: Stage, session: boto3.Session, rest_api: str | None = None) -> list[Import]:
    """The template's resources that exist in the account already, as CloudFormation identifies them.

    Args:
        rest_api: the ID of the API to take over, where it isn't found by its tag.

    Raises:
        DeployError: several REST APIs belong to the stage.
    """
    found = {
        "AWS::ApiGateway::RestApi": _rest_api(stage, session, rest_api),
        "AWS::CloudWatch::Alarm": _alarms(stage, session),
        "AWS::CloudWatch::Dashboard": _dashboard(stage, session),
        "AWS::DynamoDB::Table": _table(stage, session),
        "AWS::Logs::LogGroup": _log_groups(stage, session),
        "AWS::SNS::Topic": _topic(stage, session),
        "AWS::SecretsManager::Secret": _keys(stage, session),
    }
    return [
        {"ResourceType": resource["Type"], "LogicalResourceId": logical, "ResourceIdentifier": identifier}
        for logical, resource in load()["Resources"].items()
        if (identifier := found.get(resource["Type"], {}).get(_name(stage, resource)))
    ]


def import_template(imports: Sequence[Import]) -> str:
    """The template with nothing but what is imported, as CloudFormation demands; each is kept if the import fails."""
    document = load()
    names = {each["LogicalResourceId"] for each in imports}
    resources = {
        name: {**document["Resources"][name], "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        for name in document["Resources"]
        if name in names
    }
    return json.dumps({**{name: document[name] for name in ("Parameters", "Conditions")}, "Resources": resources})


def _name(stage: Stage, resource: Mapping[str, Any]) -> str:
    """The fixed name in a resource's properties."""
    names = ("Name", "AlarmName", "DashboardName", "LogGroupName", "TableName", "TopicName")
    name: Mapping[str, str] = next((value for key, value in resource["Properties"].items() if key in names), {})
    return str(name.get("Fn::Sub", "")).replace("${Stage}", stage.name)


def _rest_api(stage: Stage, session: boto3.Session, wished: str | None) -> dict[str, Import]:
    apis = [
        api["id"]
        for page in session.client("apigateway").get_paginator("get_rest_apis").paginate()
        for api in page["items"]
        if api["id"] == wished or (not wished and api.get("tags", {}).get(_TAG) == f"{stage.app}/{stage.name}")
    ]
    if wished and not apis:
        raise DeployError(f"There is no REST API {wished} in this account and region.", "Check account and region.")
    if len(apis) > 1:
        raise DeployError(
            f"Stage {stage.name!r} has {len(apis)} REST APIs: {', '.join(apis)}. Customers' ACS URLs name one of them.",
            'Find out which, then run `make provision` with ARGS="--rest-api ID".',
        )
    return {stage.function: {"RestApiId": apis[0]}} if apis else {}


def _table(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    client = session.client("dynamodb")
    try:
        client.describe_table(TableName=stage.function)
    except client.exceptions.ResourceNotFoundException:
        return {}
    return {stage.function: {"TableName": stage.function}}


def _keys(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    client = session.client("secretsmanager")
    try:
        return {stage.keys_secret: {"Id": client.describe_secret(SecretId=stage.keys_secret)["ARN"]}}
    except client.exceptions.ResourceNotFoundException:
        return {}


def _log_groups(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    pages = session.client("logs").get_paginator("describe_log_groups")
    groups = pages.paginate(logGroupNamePrefix=f"/aws/lambda/{stage.function}")
    return {
        each["logGroupName"]: {"LogGroupName": each["logGroupName"]} for page in groups for each in page["logGroups"]
    }


def _topic(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    return {name: {"TopicArn": arn} for arn, name in _topics(session) if name == f"{stage.function}-alarms"}


def _topics(session: boto3.Session) -> Iterator[tuple[str, str]]:
    for page in session.client("sns").get_paginator("list_topics").paginate():
        yield from ((each["TopicArn"], each["TopicArn"].rpartition(":")[2]) for each in page["Topics"])


def _alarms(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    pages = session.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{stage.function}-")
    return {each["AlarmName"]: {"AlarmName": each["AlarmName"]} for page in pages for each in page["MetricAlarms"]}


def _dashboard(stage: Stage, session: boto3.Session) -> dict[str, Import]:
    pages = session.client("cloudwatch").get_paginator("list_dashboards").paginate(DashboardNamePrefix=stage.function)
    names = [each["DashboardName"] for page in pages for each in page["DashboardEntries"]]
    return {name: {"DashboardName": name} for name in names}
