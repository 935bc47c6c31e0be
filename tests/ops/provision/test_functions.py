from __future__ import annotations

from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder
from chalice.deploy.models import LambdaFunction

from app import app
from ops.provision.functions import FUNCTIONS


def test_the_functions_are_those_that_chalice_would_deploy_under_the_same_names() -> None:
    settings = {"project_dir": ".", "chalice_app": app, "app_name": "gatehouse", "autogen_policy": False}
    config = Config(chalice_stage="prod", user_provided_params=settings)
    graph = ApplicationGraphBuilder().build(config, "prod")
    found = {each.resource_name: each.function_name for each in _functions(graph)}
    assert found == {function.handler: function.name("gatehouse-prod") for function in FUNCTIONS}


def _functions(graph: object) -> list[LambdaFunction]:
    left, found = [graph], list[LambdaFunction]()
    while left:
        node = left.pop()
        if isinstance(node, LambdaFunction):
            found.append(node)
        left.extend(getattr(node, "resources", None) or node.dependencies())  # type: ignore[attr-defined]
    return found
