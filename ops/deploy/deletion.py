"""Deletion of a stage's code: functions, schedules, the API's stage and the custom domain. Data and address stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ops.deploy.deployment import Deployment
from ops.deploy.domain import domain_note, mapped_paths
from ops.deploy_error import DeployError
from ops.provision.functions import FUNCTIONS, SCHEDULED

Deletion = tuple[str, Callable[[], object]]


def delete(deployment: Deployment) -> None:
    """Delete everything that a deployment made; what a failed deletion left is found again.

    Raises:
        DeployError: there is nothing.
    """
    for name, carry_out in _found(deployment):
        deployment.say(f"deletes {name}")
        carry_out()


def name_deletions(deployment: Deployment) -> None:
    """Say what would be deleted.

    Raises:
        DeployError: there is nothing.
    """
    for name, _ in _found(deployment):
        deployment.say(f"would delete {name}")


def _found(deployment: Deployment) -> list[Deletion]:
    # The address first: then no request reaches what is half gone.
    found = [*(_gateway(deployment) if deployment.outputs else ()), *_schedules(deployment), *_functions(deployment)]
    if not found:
        raise DeployError(
            f"Stage {deployment.stage.name!r} is not deployed in account {deployment.account}, {deployment.region}.",
            "Check account and region; if it was deleted before, there is nothing left to do.",
        )
    if others := mapped_paths(deployment, ours=False) if deployment.outputs else []:
        deployment.warn(f"{deployment.stage.custom_domain} leads to other APIs too ({', '.join(others)}): it stays.")
    return found


def _gateway(deployment: Deployment) -> Iterator[Deletion]:
    client, host, stage = deployment.client("apigateway"), deployment.stage.custom_domain, deployment.stage.api_stage
    for path in mapped_paths(deployment, ours=True):
        yield f"mapping {host} {path}", partial(client.delete_base_path_mapping, domainName=host, basePath=path)
    if domain_note(deployment) and not mapped_paths(deployment, ours=False):
        yield f"custom domain {host}", partial(client.delete_domain_name, domainName=host)
    stages = client.get_stages(restApiId=deployment.rest_api).get("item", ())
    if any(each["stageName"] == stage for each in stages):
        yield f"API stage {stage}", partial(client.delete_stage, restApiId=deployment.rest_api, stageName=stage)


def _schedules(deployment: Deployment) -> Iterator[Deletion]:
    client = deployment.client("events")

    def remove(rule: str) -> None:
        targets = [each["Id"] for each in client.list_targets_by_rule(Rule=rule)["Targets"]]
        if targets:
            client.remove_targets(Rule=rule, Ids=targets)
        client.delete_rule(Name=rule)

    for function in SCHEDULED:
        rule = f"{function.name(deployment.stage.function)}-event"
        try:
            client.describe_rule(Name=rule)
        except client.exceptions.ResourceNotFoundException:
            continue
        yield f"schedule {rule}", partial(remove, rule)


def _functions(deployment: Deployment) -> Iterator[Deletion]:
    client = deployment.client("lambda")
    for function in FUNCTIONS:
        if function.handler in deployment.live:
            name = function.name(deployment.stage.function)
            yield f"function {name}", partial(client.delete_function, FunctionName=name)
