"""Creates the resources that an account has after a deployment."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import boto3


def new_function(name: str, environment: Mapping[str, str], *, role: str, tags: Mapping[str, str] | None = None) -> str:
    """A function with a role of its own; its ARN."""
    trust = {"Version": "2012-10-17", "Statement": []}
    made = boto3.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("app.py", "")
    return boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=made["Role"]["Arn"],
        Handler="app.app",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": environment},
        Tags=tags or {},
    )["FunctionArn"]


def new_api() -> str:
    """An empty REST API of our name; its ID."""
    return boto3.client("apigateway").create_rest_api(name="gatehouse")["id"]


def rest_apis() -> list[str]:
    """The IDs of all."""
    return [api["id"] for api in boto3.client("apigateway").get_rest_apis()["items"]]


def may_call(function: str, api: str) -> None:
    """Let this API call the function, as Chalice does."""
    boto3.client("lambda").add_permission(
        FunctionName=function,
        StatementId=api,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api}/*",
    )
