"""The stage's REST API: its ID is in the public address, so there is one, and it stays.

Chalice knows it from a file that a fresh checkout lacks, and would make a second one. The account knows it twice: the
function's resource policy names the API that may call it, and the API carries our tag from the moment that it is made,
which is before Chalice runs. So a first deployment that fails half-way leaves no API that cannot be found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment

_TAG: Final = "gatehouse:stage"


def ensure_rest_api(deployment: Deployment) -> bool:
    """Find the API, or make an empty one that Chalice fills; whether it was made.

    Raises:
        Stopped: there are several, or the wished one isn't there.
    """
    found, client, stage = find_rest_api(deployment), deployment.client("apigateway"), deployment.stage
    if found is not None:
        deployment.rest_api = found
        if client.get_rest_api(restApiId=found).get("tags", {}).get(_TAG) != _mark(deployment):
            # Found by the function's policy, which goes with the function; the tag doesn't.
            arn = f"arn:{deployment.partition}:apigateway:{deployment.region}::/restapis/{found}"
            client.tag_resource(resourceArn=arn, tags={_TAG: _mark(deployment)})
        return False
    made = client.create_rest_api(
        name=stage.function,
        endpointConfiguration={"types": [stage.endpoint_type]},
        tags={_TAG: _mark(deployment)},
    )
    deployment.rest_api = made["id"]
    return True


def name_rest_api(deployment: Deployment) -> None:
    """Call the API after its stage: CloudWatch counts requests by this name, and alarms of two stages of one account
    would ring for each other. Chalice calls every stage's API after the application, each time that it fills it."""
    name = [{"op": "replace", "path": "/name", "value": deployment.stage.function}]
    deployment.client("apigateway").update_rest_api(restApiId=deployment.rest_api, patchOperations=name)


def find_rest_api(deployment: Deployment) -> str | None:
    """The ID of the stage's one API, None before the first deployment.

    Raises:
        Stopped: there are several, or the wished one isn't there.
    """
    there = {api["id"]: api.get("tags", {}) for api in _rest_apis(deployment)}
    if wished := deployment.wishes.rest_api:
        if wished not in there:
            raise DeployError(
                f"There is no REST API {wished} in this account and region.", f"There are: {sorted(there)}."
            )
        return wished
    tagged = {found for found, tags in there.items() if tags.get(_TAG) == _mark(deployment)}
    candidates = sorted(tagged | (_apis_in_policy(deployment) & there.keys()))
    if len(candidates) > 1:
        raise DeployError(
            f"Stage {deployment.stage.name!r} has {len(candidates)} REST APIs: {', '.join(candidates)}. "
            "Customers' ACS URLs name one of them.",
            'Find out which (identity providers know it), deploy with ARGS="--rest-api ID", and delete the other.',
        )
    return candidates[0] if candidates else None


def _mark(deployment: Deployment) -> str:
    return f"{deployment.stage.app}/{deployment.stage.name}"


def _rest_apis(deployment: Deployment) -> Iterator[dict[str, Any]]:
    for page in deployment.client("apigateway").get_paginator("get_rest_apis").paginate():
        yield from page["items"]


def _apis_in_policy(deployment: Deployment) -> set[str]:
    """IDs of the APIs that may call the function: `arn:…:execute-api:{region}:{account}:{id}/*`."""
    functions = deployment.client("lambda")
    try:
        policy = json.loads(functions.get_policy(FunctionName=deployment.stage.function)["Policy"])
    except functions.exceptions.ResourceNotFoundException:
        return set()
    sources = (
        source
        for statement in policy["Statement"]
        for condition in statement.get("Condition", {}).values()
        for name, source in condition.items()
        if name.lower() == "aws:sourcearn" and ":execute-api:" in source
    )
    return {source.split(":", 5)[5].partition("/")[0] for source in sources}
