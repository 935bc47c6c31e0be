"""AWS on loopback, as `chalice deploy` needs it: moto's server in a process of its own.

moto takes OpenAPI 3 only and wants a description; Chalice sends Swagger 2.0 without one. And where API Gateway drops
its gateway responses when an API is overwritten, moto keeps them. Both are put right here.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self
from unittest import mock
from urllib.parse import parse_qsl

REGION: Final = "eu-west-1"
_PATIENCE: Final = 30
"""Seconds until it must end."""


class AwsServer:
    """The server while the context is open, on a port of its own.

    Args:
        folder: for its log, for its list of calls and for the file that makes it fail.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "aws.log"
        self._broken = folder / "rest-api-broken"
        self._calls = folder / "calls"
        self.url = ""

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            RuntimeError: it did not come up; the message has its log.
        """
        command = [sys.executable, "-W", "ignore", "-m", "ops.ci.aws_server", str(self._broken), str(self._calls)]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = (self._process.stdout.readline() if self._process.stdout else "").strip()
        if not self.url:
            raise RuntimeError(f"moto's server did not come up:\n{self._log.read_text()}")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(_PATIENCE)
        if self._process.stdout:
            self._process.stdout.close()

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes boto3 and the AWS command line go there, and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def forget(self) -> None:
        """An account with nothing in it, and no calls so far."""
        self.mend()
        self._calls.write_text("")
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")  # noqa: S310 - our own address
        urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310 - our own address

    @property
    def calls(self) -> set[tuple[str, ...]]:
        """Every call so far: service, HTTP method, path, and the action where the service names it in the request."""
        return {tuple(line.split(" ")) for line in self._calls.read_text().splitlines()}

    def break_rest_apis(self) -> None:
        """Refuse to fill a REST API, from now on."""
        self._broken.touch()

    def mend(self) -> None:
        """Refuse nothing."""
        self._broken.unlink(missing_ok=True)


def main() -> None:
    """Serve until ended; the first line of output is the address."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    _teach(Path(sys.argv[1]))
    application = _recorded(DomainDispatcherApplication(create_backend_app), Path(sys.argv[2]))
    server = make_server("127.0.0.1", 0, application, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _recorded(application: Callable[..., Any], calls: Path) -> Callable[..., Any]:
    def serve(environment: dict[str, Any], start: Any) -> Any:
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        environment["wsgi.input"] = io.BytesIO(body)
        scope = environment.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
        if len(scope) > 3:
            target = environment.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
            action = target or dict(parse_qsl(body[:1000].decode(errors="replace"))).get("Action", "-")
            with calls.open("a") as file:
                file.write(f"{scope[3]} {environment['REQUEST_METHOD']} {environment['PATH_INFO']} {action}\n")
        return application(environment, start)

    return serve


def _teach(broken: Path) -> None:
    from moto.apigateway.exceptions import BadRequestException
    from moto.apigateway.models import APIGatewayBackend

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


def openapi(swagger: Mapping[str, Any]) -> dict[str, Any]:
    """Chalice's document as moto takes it."""
    kept = {name: value for name, value in swagger.items() if name != "swagger"}
    return {**kept, "openapi": "3.0.1", "info": {"description": "", **swagger["info"]}}


if __name__ == "__main__":
    main()
