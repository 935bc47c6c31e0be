"""Answers HTTP for a stage that was deployed to moto's server, which runs no functions and is no gateway.

The application runs here, in this process, with the environment that the deployed function has and on the account's own
table; what API Gateway answers itself is read from the account.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

import boto3

from app import app
from chalicelib.container import Container, use
from chalicelib.settings import settings_from
from ops.deploy.fetch import Answer
from ops.local.gateway import Gateway, Incoming


class DeployedStage:
    """The stage `function` belongs to.

    Args:
        session: of the account.
        function: the Lambda function's name.
        api_stage: the last part of API Gateway's address.
    """

    def __init__(self, session: boto3.Session, function: str, api_stage: str = "api") -> None:
        self._session = session
        self._function = function
        self._api_stage = api_stage
        self._gateway = Gateway(app)

    def fetch(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """The stage's response.

        Raises:
            OSError: there is no such stage.
        """
        path = urlsplit(url).path.removeprefix(f"/{self._api_stage}") or "/"
        api = self._rest_api()
        if self._gateway.route(path) is None:
            return self._own_answer(api, "MISSING_AUTHENTICATION_TOKEN")
        use(self._container())
        lowered = {name.lower(): value for name, value in headers.items()}
        response = self._gateway.answer(Incoming(method, path, lowered, b"", "127.0.0.1"))
        found = {name.lower(): value for name, value in response.headers}
        return Answer(response.status_code, found, response.get_data())

    def _rest_api(self) -> str:
        policy = json.loads(self._session.client("lambda").get_policy(FunctionName=self._function)["Policy"])
        sources = [statement["Condition"]["ArnLike"]["AWS:SourceArn"] for statement in policy["Statement"]]
        allowed = {source.split(":", 5)[5].partition("/")[0] for source in sources}
        client = self._session.client("apigateway")
        for api in client.get_rest_apis()["items"]:
            if api["id"] in allowed:
                stages = client.get_stages(restApiId=api["id"])["item"]
                if self._api_stage in {stage["stageName"] for stage in stages}:
                    return api["id"]
        raise OSError(f"No REST API with a stage {self._api_stage} may call {self._function}.")

    def _container(self) -> Container:
        facts = self._session.client("lambda").get_function_configuration(FunctionName=self._function)
        settings = settings_from(facts["Environment"]["Variables"])
        return Container(
            settings, lambda: self._session.client("dynamodb"), lambda: self._session.client("secretsmanager")
        )

    def _own_answer(self, api: str, kind: str) -> Answer:
        client = self._session.client("apigateway")
        try:
            found = client.get_gateway_response(restApiId=api, responseType=kind)  # type: ignore[arg-type]
        except client.exceptions.NotFoundException:
            return Answer(403, {"content-type": "application/json"}, b'{"message":"Missing Authentication Token"}')
        headers = {
            name.removeprefix("gatewayresponse.header.").lower(): value.strip("'")
            for name, value in found["responseParameters"].items()
        }
        body = found["responseTemplates"]["application/json"].replace("$context.requestId", "request")
        return Answer(int(found["statusCode"]), headers, body.encode())


class DeployedStageServer:
    """The same over HTTP on loopback, while the context is open."""

    def __init__(self, stage: DeployedStage) -> None:
        class Handler(BaseHTTPRequestHandler):
            def _handle(self) -> None:
                answer = stage.fetch(self.command, self.path, dict(self.headers))
                self.send_response(answer.status)
                for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_PUT = _handle  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Not wanted."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
