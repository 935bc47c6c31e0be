"""Creates resources in an account, and looks at them."""

from __future__ import annotations

import json

import boto3


def new_role(name: str) -> str:
    """A role that a company made by itself; its ARN."""
    trust = {"Version": "2012-10-17", "Statement": []}
    made = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


def new_api() -> str:
    """An empty REST API; its ID."""
    return boto3.client("apigateway").create_rest_api(name="shop")["id"]


def rest_apis() -> list[str]:
    """The IDs of all."""
    return [api["id"] for api in boto3.client("apigateway").get_rest_apis()["items"]]
