"""Completes moto's CloudFormation for `make provision`.

- moto keeps `AWS::NoValue` in lists as null.
- moto would create what an import change set names; here it takes over what exists.
- moto keeps the endpoint configuration of an API under CloudFormation's names.
- moto refuses to make a change set without changes; CloudFormation makes one that failed.
- moto gives a stack that a change set made no outputs, and compares parameters without the template's defaults.
- moto knows neither secrets nor alarms as parts of a stack, no drift and no protection of a stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest import mock

from moto.apigateway.models import RestAPI
from moto.backends import get_backend
from moto.cloudformation import parsing
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult


def patch_cloudformation() -> None:
    """Patch moto in this process, for good."""
    clean, create, apply = parsing.clean_json, parsing.parse_and_create_resource, ChangeSet.apply

    def clean_json(value: Any, resources: Any) -> Any:
        cleaned = clean(value, resources)
        return [each for each in cleaned if each is not None] if isinstance(cleaned, list) else cleaned

    def apply_change_set(change_set: ChangeSet) -> None:
        def adopt(logical: str, resource: Mapping[str, Any], resources: Any, account_id: str, region_name: str) -> Any:
            properties = clean_json(resource["Properties"], resources)
            return _existing(str(resource["Type"]), properties, account_id, region_name)

        with mock.patch.object(
            parsing, "parse_and_create_resource", adopt if change_set.change_set_type == "IMPORT" else create
        ):
            apply(change_set)
        stack = change_set.stack
        stack.template, stack.parameters = change_set.template, stack.stack_parameters
        stack._parse_template()
        stack.output_map = stack._create_output_map()

    def has_parameters(stack: Stack, others: Mapping[str, Any]) -> bool:
        return {**stack.stack_parameters, **others} == stack.stack_parameters

    mock.patch.object(Stack, "has_parameters", has_parameters).start()
    mock.patch.object(CloudFormationResponse, "_validate_different_update", mock.Mock()).start()
    mock.patch.object(CloudFormationResponse, "update_termination_protection", _protect, create=True).start()
    mock.patch.object(RestAPI, "create_from_cloudformation_json", _rest_api).start()
    mock.patch.object(parsing, "clean_json", clean_json).start()
    mock.patch.object(ChangeSet, "apply", apply_change_set).start()


def _protect(response: CloudFormationResponse) -> ActionResult:
    return ActionResult({"StackId": response._get_param("StackName")})


def _rest_api(name: str, values: Any, account_id: str, region_name: str, **_: Any) -> RestAPI:
    properties = values["Properties"]
    endpoint: Any = {"types": properties["EndpointConfiguration"]["Types"]}
    backend = get_backend("apigateway")[account_id][region_name]
    made: RestAPI = backend.create_rest_api(properties["Name"], "", endpoint_configuration=endpoint)
    return made


def _existing(kind: str, properties: Mapping[str, Any], account: str, region: str) -> Any:
    def backend(service: str) -> Any:
        return get_backend(service)[account][region]  # type: ignore[call-overload]

    match kind:
        case "AWS::DynamoDB::Table":
            return backend("dynamodb").tables[properties["TableName"]]
        case "AWS::Logs::LogGroup":
            return backend("logs").groups[properties["LogGroupName"]]
        case "AWS::SNS::Topic":
            return next(each for each in backend("sns").topics.values() if each.name == properties["TopicName"])
        case "AWS::ApiGateway::RestApi":
            return next(each for each in backend("apigateway").apis.values() if each.name == properties["Name"])
        case "AWS::CloudWatch::Dashboard":
            return backend("cloudwatch").dashboards[properties["DashboardName"]]
    return None
