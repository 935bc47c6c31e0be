"""moto's server, and what `chalice deploy` needs beyond it: python -m ops.ci.aws_process BROKEN CALLS

- moto takes OpenAPI 3 only and wants a description; Chalice sends Swagger 2.0 without one.
- API Gateway drops its gateway responses when an API is overwritten; moto keeps them.
- A custom domain can't be updated in moto, and the newer API, which Chalice asks, knows neither mappings nor tags.

While the file BROKEN exists no REST API can be filled; each call becomes a line of CALLS.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import parse_qsl

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, apigateway_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

_ACCOUNT: Final = "123456789012"
"""moto's own."""

Environment = dict[str, Any]
Application = Callable[[Environment, Any], Iterable[bytes]]


def main() -> None:
    """Serve until ended; the first line of output is the address."""
    broken, calls = map(Path, sys.argv[1:])
    _teach(broken)
    application = _recorded(_with_domains(DomainDispatcherApplication(create_backend_app)), calls)
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
        return api

    mock.patch.object(APIGatewayBackend, "put_rest_api", put_rest_api).start()


def _with_domains(application: Application) -> Application:
    def serve(environment: Environment, start: Any) -> Iterable[bytes]:
        path = environment["PATH_INFO"].strip("/").split("/")
        if path[0] == "domainnames" and environment["REQUEST_METHOD"] == "PATCH":
            return application({**environment, "REQUEST_METHOD": "GET"}, start)
        answer: dict[str, Any] | None = None
        if path[:2] == ["v2", "domainnames"] and path[-1] == "apimappings":
            answer = {"items": _mappings(path[2], _scope(environment)[2])}
        elif path[:2] == ["v2", "tags"] and "domainnames" in path:
            answer = {"tags": {}}
        if answer is None:
            return application(environment, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    return serve


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


def _recorded(application: Application, calls: Path) -> Application:
    def serve(environment: Environment, start: Any) -> Iterable[bytes]:
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        environment["wsgi.input"] = io.BytesIO(body)
        if scope := _scope(environment):
            target = environment.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
            action = target or dict(parse_qsl(body[:1000].decode(errors="replace"))).get("Action", "-")
            with calls.open("a") as file:
                file.write(
                    f"{scope[0]} {scope[3]} {environment['REQUEST_METHOD']} {environment['PATH_INFO']} {action}\n"
                )
        return application(environment, start)

    return serve


def _scope(environment: Environment) -> list[str]:
    """Key, date, region, service of a signed request (Signature Version 4); empty for an unsigned one."""
    found: list[str] = environment.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
    return found if len(found) > 3 else []


if __name__ == "__main__":
    main()
