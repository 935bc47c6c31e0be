"""The built package in the real runtime, behind API Gateway's part, on moto's server; an identity provider besides."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ops.local.demo_idp.provider import Provider
from ops.local.demo_idp.server import IdentityProviderServer
from ops.local.demo_idp.signing_key import SigningKey
from ops.package.build import QUIET
from tests.real_runtime.encryption import contexts
from tests.support.aws_emulator.aws_server import AwsServer
from tests.support.built_package import STAGE, BuiltPackage
from tests.support.lambda_emulator.lambda_function import LambdaFunction
from tests.support.lambda_emulator.server import ApiGatewayEmulator
from tests.support.lambda_emulator.template import Template
from tests.support.visitor import Visitor


@dataclass(frozen=True)
class DeployedProduct:
    """A deployment as a customer's browser and an operator see it.

    Attributes:
        url: with the stage's path.
        identity_provider: a demo identity provider on loopback.
        authority: the file with the certificate that both show.
    """

    url: str
    front: ApiGatewayEmulator
    identity_provider: Provider
    trusting: ssl.SSLContext
    authority: Path
    environment: Mapping[str, str]

    def operate(self, *arguments: str) -> dict[str, Any]:
        """`python -m ops --json …`."""
        command = [sys.executable, "-m", "ops", "--json", *arguments]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def visitor(self) -> Visitor:
        """A browser without JavaScript."""
        return Visitor(self.trusting)


@pytest.fixture(scope="session")
def template(built_package: BuiltPackage, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Chalice's own."""
    out = tmp_path_factory.mktemp("template") / "out"
    command = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(built_package.project), "package"]
    environment = {**os.environ, **QUIET, "AWS_DEFAULT_REGION": "eu-west-1"}
    subprocess.run([*command, "--stage", STAGE, str(out)], env=environment, check=True, capture_output=True)
    return Template.read(out / "sam.json")


@pytest.fixture(scope="session")
def deployed_product(
    built_package: BuiltPackage, template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeployedProduct]:
    """Provisioned and running. One for all tests: make organizations of your own."""
    folder = tmp_path_factory.mktemp("deployed")
    (runtime := folder / "runtime").mkdir()
    serving, trusting = contexts(folder)
    with ExitStack() as running:
        aws = running.enter_context(AwsServer(folder))
        front = running.enter_context(ApiGatewayEmulator(template, serving))
        environment = {**aws.environment, "GATEHOUSE_BASE_URL": front.url, "GATEHOUSE_STAGE": STAGE}
        _provision(built_package.project, environment)
        front.function = running.enter_context(
            LambdaFunction(template.function, built_package.folder, runtime, environment)
        )
        provider = running.enter_context(_IdentityProvider(folder, serving)).provider
        yield DeployedProduct(front.url, front, provider, trusting, folder / "loopback.pem", environment)


class _IdentityProvider(IdentityProviderServer):
    """The demo identity provider over TLS: a deployed product takes no other."""

    def __init__(self, folder: Path, context: ssl.SSLContext) -> None:
        super().__init__(0, folder / "idp.pem")
        self.provider = Provider(f"https://127.0.0.1:{self.port}", SigningKey.load_or_create(folder / "idp.pem"))
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def __enter__(self) -> _IdentityProvider:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no news."""
        if not isinstance(sys.exc_info()[1], ssl.SSLError):
            super().handle_error(request, client_address)


def _provision(project: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "ops.provision", "--stage", STAGE, "--project", str(project)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
