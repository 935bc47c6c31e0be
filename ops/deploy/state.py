"""Chalice's note of what it deployed (`.chalice/deployed/{stage}.json`), written anew from the account itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ops.deploy.deployment import Deployment
from ops.deploy.roles import find_roles
from ops.provision.functions import SCHEDULED

_TAG: Final = "aws-chalice"
_VERSION: Final = "2.0"
"""Of the note's form, in Chalice since 1.0."""


def deployed_resources(deployment: Deployment) -> list[dict[str, Any]]:
    """Lists the stage's existing resources by Chalice's names, in the order in which Chalice creates them.

    A role counts also where its function is gone: a deletion that failed half-way leaves it.
    """
    functions = list(_functions(deployment))
    roles = {name: _iam_role(f"{handler}_role", arn) for handler, name, arn in find_roles(deployment)}
    roles |= {role["role_name"]: role for function in functions for role in [_role(deployment, function)]}
    return [
        *roles.values(),
        *map(_lambda_function, functions),
        *_schedules(deployment, {function["FunctionArn"] for function in functions}),
        *([_rest_api(deployment)] if deployment.rest_api else []),
        *_domain(deployment),
    ]


def write_state(deployment: Deployment, folder: Path, resources: Sequence[Mapping[str, Any]]) -> Path:
    """Write the note into this project folder."""
    file = folder / ".chalice" / "deployed" / f"{deployment.stage.name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"resources": list(resources), "schema_version": _VERSION, "backend": "api"}, indent=2))
    return file


def _functions(deployment: Deployment) -> Iterator[dict[str, str]]:
    """The stage's functions. Another stage's name may begin with ours, so Chalice's own tag decides."""
    stage, client = deployment.stage, deployment.client("lambda")
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"].startswith(stage.function):
                tags = client.list_tags(Resource=function["FunctionArn"])["Tags"]
                if _is_ours(deployment, tags):
                    yield function | {"known": function["FunctionName"][len(stage.function) + 1 :] or "api_handler"}


def _is_ours(deployment: Deployment, tags: dict[str, str]) -> bool:
    facts = dict(part.partition("=")[::2] for part in tags.get(_TAG, "").split(":"))
    return facts.get("stage") == deployment.stage.name and facts.get("app") == deployment.stage.app


def _role(deployment: Deployment, function: dict[str, str]) -> dict[str, str]:
    name = function["Role"].rpartition("/")[2]
    known = "default-role" if name == deployment.stage.function else f"{function['known']}_role"
    return _iam_role(known, function["Role"])


def _iam_role(known: str, arn: str) -> dict[str, str]:
    return {"name": known, "resource_type": "iam_role", "role_arn": arn, "role_name": arn.rpartition("/")[2]}


def _lambda_function(function: dict[str, str]) -> dict[str, str]:
    return {"name": function["known"], "resource_type": "lambda_function", "lambda_arn": function["FunctionArn"]}


def _schedules(deployment: Deployment, functions: set[str]) -> Iterator[dict[str, str]]:
    """`@app.schedule`: Chalice names the rule {app}-{stage}-{function}-event; rules have no tag, but a target."""
    prefix, client = f"{deployment.stage.function}-", deployment.client("events")
    ours = {f"{prefix}{function.handler}-event" for function in SCHEDULED}
    for page in client.get_paginator("list_rules").paginate(NamePrefix=prefix):
        for rule in (rule["Name"] for rule in page["Rules"] if rule["Name"].endswith("-event")):
            targets = {target["Arn"] for target in client.list_targets_by_rule(Rule=rule)["Targets"]}
            # Deleting takes the target away first, and may have failed between.
            if targets & functions or (not targets and rule in ours):
                yield {"name": rule.removeprefix(prefix), "resource_type": "cloudwatch_event", "rule_name": rule}


def _rest_api(deployment: Deployment) -> dict[str, str]:
    return {
        "name": "rest_api",
        "resource_type": "rest_api",
        "rest_api_id": deployment.rest_api,
        "rest_api_url": f"{deployment.invoke_url}/",
    }


def _domain(deployment: Deployment) -> Iterator[dict[str, Any]]:
    host, client = deployment.stage.custom_domain, deployment.client("apigateway")
    if host is None:
        return
    try:
        domain = client.get_domain_name(domainName=host)
    except client.exceptions.NotFoundException:
        return
    # Chalice takes away every mapping that it knows of and doesn't plan: others' must not get into its note.
    mappings = client.get_base_path_mappings(domainName=host).get("items", ())
    paths = [found["basePath"] for found in mappings if found["restApiId"] == deployment.rest_api]
    yield {
        "name": "api_gateway_custom_domain",
        "resource_type": "domain_name",
        "domain_name": host,
        "hosted_zone_id": domain.get("regionalHostedZoneId") or domain.get("distributionHostedZoneId"),
        "alias_domain_name": domain.get("regionalDomainName") or domain.get("distributionDomainName"),
        "certificate_arn": domain.get("regionalCertificateArn") or domain.get("certificateArn"),
        "security_policy": domain.get("securityPolicy"),
        "api_mapping": [{"key": "/" if path == "(none)" else f"/{path}"} for path in paths],
    }
