"""moto's server, and what `chalice deploy` needs beyond it: python -m tests.support.aws_emulator.aws_process FOLDER

- moto takes OpenAPI 3 only and wants a description; Chalice sends Swagger 2.0 without one.
- API Gateway drops its gateway responses when an API is overwritten, and calls it by the document's title; moto
  keeps both.
- moto leaves out the gateway responses and the endpoint's configuration of a definition.
- A custom domain can't be updated in moto, and the newer API, which Chalice asks, knows none of the older one's.

Each call becomes a line of FOLDER/calls. While FOLDER/rest-api-broken exists no REST API can be filled; while
FOLDER/refused exists the first call of each kind of change is refused.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import parse_qsl, unquote

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, apigateway_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from ops.local.moto_patches import patch_moto
from tests.support.aws_emulator.cloudformation import patch_cloudformation
from tools.ci.refusals import Application, Environment, kind_of_change, refuse_once

_ACCOUNT: Final = "123456789012"
"""moto's own."""


def main() -> None:
    """Serve until ended; the first line of output is the address."""
    folder = Path(sys.argv[1])
    patch_moto()
    patch_cloudformation()
    _teach(folder / "rest-api-broken")
    application = _complete(DomainDispatcherApplication(create_backend_app))
    application = _record_calls(refuse_once(application, folder / "refused", _changes), folder / "calls")
    server = make_server("127.0.0.1", 0, application, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def openapi(swagger: Mapping[str, Any]) -> dict[str, Any]:
    """Chalice's document as moto takes it."""
    kept = {name: value for name, value in swagger.items() if name != "swagger"}
    return {**kept, "openapi": "3.0.1", "info": {"description": "", **swagger["info"]}}


def _teach(broken: Path) -> None:
    fill = APIGatewayBackend.put_rest_api

    def put_rest_api(
        backend: Any, function_id: str, api_doc: dict[str, Any], fail_on_warnings: bool, mode: str = "merge"
    ) -> Any:
        if broken.exists():
            raise BadRequestException("This server is told to fail here.")
        api = fill(backend, function_id, openapi(api_doc), fail_on_warnings, mode=mode)
        if mode == "overwrite":
            api.gateway_responses = {}
            api.name = api_doc["info"]["title"]
        for kind, values in api_doc.get("x-amazon-apigateway-gateway-responses", {}).items():
            names = ("statusCode", "responseParameters", "responseTemplates")
            backend.put_gateway_response(function_id, kind, *(values[name] for name in names))
        endpoint = api_doc.get("x-amazon-apigateway-endpoint-configuration", {})
        api.disableExecuteApiEndpoint = endpoint.get("disableExecuteApiEndpoint", False)
        return api

    mock.patch.object(APIGatewayBackend, "put_rest_api", put_rest_api).start()


def _complete(application: Application) -> Application:
    def serve(environment: Environment, start: Any) -> Iterable[bytes]:
        path, method = unquote(environment["PATH_INFO"]).strip("/").split("/"), environment["REQUEST_METHOD"]
        if path[0] == "domainnames" and method == "PATCH":
            return application({**environment, "REQUEST_METHOD": "GET"}, start)
        answer: dict[str, Any] | None = None
        if path[:2] == ["v2", "domainnames"] and path[-1] == "apimappings":
            answer = {"items": _mappings(path[2], _scope(environment)[2])}
        elif path[:2] == ["v2", "domainnames"] and method == "DELETE":
            _apis(environment).delete_domain_name(path[2])
            answer = {}
        elif path[:2] == ["v2", "tags"] and "domainnames" in path:
            answer = {"tags": {}}
        if answer is None:
            return application(environment, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    return serve


def _apis(environment: Environment) -> Any:
    return apigateway_backends[_ACCOUNT][_scope(environment)[2]]


def _mappings(domain: str, region: str) -> list[dict[str, str]]:
    found = apigateway_backends[_ACCOUNT][region].base_path_mappings.get(domain, {}).values()
    return [
        {
            "apiId": one.rest_api_id,
            "apiMappingKey": "" if one.base_path == "(none)" else one.base_path,
            "stage": one.stage or "",
        }
        for one in found
    ]


def _record_calls(application: Application, calls: Path) -> Application:
    def serve(environment: Environment, start: Any) -> Iterable[bytes]:
        if scope := _scope(environment):
            with calls.open("a") as file:
                file.write(f"{scope[0]} {' '.join(_requested_action(environment))}\n")
        return application(environment, start)

    return serve


def _changes(environment: Environment) -> str | None:
    return kind_of_change(*_requested_action(environment)) if _scope(environment) else None


def _requested_action(environment: Environment) -> tuple[str, str, str, str]:
    """Service, HTTP method, path, and the action where the service names it in the request."""
    body = _body(environment)
    target = environment.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    action = target or dict(parse_qsl(body[:1000].decode(errors="replace"))).get("Action", "-")
    return _scope(environment)[3], environment["REQUEST_METHOD"], environment["PATH_INFO"], action


def _body(environment: Environment) -> bytes:
    body: bytes = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
    environment["wsgi.input"] = io.BytesIO(body)
    return body


def _scope(environment: Environment) -> list[str]:
    """Key, date, region, service of a signed request (Signature Version 4); empty for an unsigned one."""
    found: list[str] = environment.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
    return found if len(found) > 3 else []


if __name__ == "__main__":
    main()
