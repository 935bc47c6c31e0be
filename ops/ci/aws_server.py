"""AWS on loopback, as `chalice deploy` needs it: moto's server in a process of its own.

moto takes OpenAPI 3 only and wants a description; Chalice sends Swagger 2.0 without one. And where API Gateway drops
its gateway responses when an API is overwritten, moto keeps them. Both are put right here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self
from unittest import mock

REGION: Final = "eu-west-1"
_PATIENCE: Final = 30
"""Seconds until it must end."""


class AwsServer:
    """The server while the context is open, on a port of its own.

    Args:
        folder: for its log and for the file that makes it fail.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "aws.log"
        self._broken = folder / "rest-api-broken"
        self.url = ""

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            RuntimeError: it did not come up; the message has its log.
        """
        command = [sys.executable, "-W", "ignore", "-m", "ops.ci.aws_server", str(self._broken)]
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
        """An account with nothing in it."""
        self.mend()
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")  # noqa: S310 - our own address
        urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310 - our own address

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
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


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
