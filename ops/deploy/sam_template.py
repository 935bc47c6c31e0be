"""One CloudFormation template of a whole stage, from Chalice's (`chalice package`) and the data plane's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ops.deploy.gateway_responses import gateway_responses
from ops.provision.functions import API, FUNCTIONS, Function
from ops.provision.template import load
from ops.stage import AUTOMATIC, BASE_URL, Stage

ALIAS: Final = "live"
_BY_OTHERS: Final = ("DeploymentPolicy", "RestApi")
"""Parts of the data plane that this stack leaves out: its deployers have other rights, and the API has a definition."""

_AT_RUNTIME: Final = "https://$context.domainName/$context.stage"
"""The address as API Gateway fills it in, where no address is configured."""

_INVOKE_URL: Final = {"Fn::Sub": "https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${GatewayStage}"}
_FUNCTION_URI: Final = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:%s:" + ALIAS + "/invocations"
)


def stack_template(chalice: Mapping[str, Any], stage: Stage, code: str) -> dict[str, Any]:
    """The template, with the SAM transform.

    Args:
        chalice: Chalice's template.
        code: the name of the zip, by which its place in the bucket is known.
    """
    data_plane, resources = load(), chalice["Resources"]
    outputs = {name: each for name, each in data_plane["Outputs"].items() if name not in _BY_OTHERS}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": f"Gatehouse, stage {stage.name}: code and data.",
        "Parameters": _parameters(data_plane["Parameters"], stage, code),
        "Conditions": {name: each for name, each in data_plane["Conditions"].items() if name != "HasCustomDomain"},
        "Resources": {
            **{name: each for name, each in data_plane["Resources"].items() if name not in _BY_OTHERS},
            **{_logical(each): _function(resources[_chalice_name(each)], each, stage) for each in FUNCTIONS},
            "RestApi": _rest_api(resources["RestAPI"]["Properties"], stage),
            "Permission": _permission(),
        },
        "Outputs": {**outputs, "RestApi": {"Value": {"Ref": "RestApi"}}},
    }


def _parameters(known: Mapping[str, Any], stage: Stage, code: str) -> dict[str, Any]:
    own = {"Stage": stage.name, "GatewayStage": stage.api_stage, "EndpointType": stage.endpoint_type}
    parameters = {name: {**each} for name, each in known.items() if name != "CustomDomain"}
    for name, value in own.items():
        parameters[name]["Default"] = value
    parameters["Stage"] = {"Type": "String", "Default": stage.name, "AllowedValues": [stage.name]}
    parameters["SnapStart"] = {
        "Type": "String",
        "Default": "PublishedVersions",
        "AllowedValues": ["None", "PublishedVersions"],
        "Description": "Of the API's function, on Python 3.12 and newer. None in regions without it, such as China.",
    }
    parameters["CodeBucket"] = {"Type": "String", "Description": "Bucket of this region with the zip."}
    parameters["CodeKey"] = {"Type": "String", "Default": code, "Description": "The zip's key in the bucket."}
    return parameters


def _function(sam: Mapping[str, Any], function: Function, stage: Stage) -> dict[str, Any]:
    properties = {name: value for name, value in sam["Properties"].items() if name not in ("Events", "Tags")}
    variables = {**properties["Environment"]["Variables"]}
    if stage.base_url == AUTOMATIC:
        variables[BASE_URL] = _INVOKE_URL
    properties |= {
        "FunctionName": stage_name(function),
        "Role": {"Fn::GetAtt": [function.role_output, "Arn"]},
        "CodeUri": {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}},
        "Environment": {"Variables": variables},
        "AutoPublishAlias": ALIAS,
    }
    if function == API and _has_snap_start(properties["Runtime"]):
        properties["SnapStart"] = {"ApplyOn": {"Ref": "SnapStart"}}
    for event in sam["Properties"].get("Events", {}).values():
        name = {"Fn::Sub": f"gatehouse-${{Stage}}-{function.handler}-event"}
        properties["Events"] = {"Schedule": {**event, "Properties": {**event["Properties"], "Name": name}}}
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _rest_api(sam: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    base_url = _AT_RUNTIME if stage.base_url == AUTOMATIC else stage.base_url
    uri = {"Fn::Sub": _FUNCTION_URI % "gatehouse-${Stage}"}  # by its name: the function's settings name the API
    definition = json.loads(json.dumps(sam["DefinitionBody"]))
    for path in definition["paths"].values():
        for operation in path.values():
            operation["x-amazon-apigateway-integration"]["uri"] = uri
    definition["info"]["title"] = {"Fn::Sub": "gatehouse-${Stage}"}
    definition["x-amazon-apigateway-gateway-responses"] = {
        each.kind: each.definition() for each in gateway_responses(base_url)
    }
    properties: dict[str, Any] = {
        "Name": {"Fn::Sub": "gatehouse-${Stage}"},
        "StageName": {"Ref": "GatewayStage"},
        "EndpointConfiguration": {"Type": {"Ref": "EndpointType"}},
        "MinimumCompressionSize": sam["MinimumCompressionSize"],
        "DefinitionBody": definition,
    }
    if stage.throttle:
        rate, burst = stage.throttle
        method = {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}
        properties["MethodSettings"] = [method]
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {"Type": "AWS::Serverless::Api", **kept, "Properties": properties}


def _permission() -> dict[str, Any]:
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestApi}/*"
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": f"{_logical(API)}.Alias"},
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": source},
        },
    }


def stage_name(function: Function) -> dict[str, str]:
    """Lambda's name of a function, whatever the stage."""
    return {"Fn::Sub": function.name("gatehouse-${Stage}")}


def _has_snap_start(runtime: str) -> bool:
    return int(runtime.removeprefix("python3.")) >= 12


def _logical(function: Function) -> str:
    return function.role_output.removesuffix("Role")


def _chalice_name(function: Function) -> str:
    return "APIHandler" if function == API else _logical(function)
