"""Real identity providers beside the running product."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from ops.local.launch import LocalRun
from tests.support.customer import call

_START = Path(__file__).parent / "simplesamlphp" / "start.sh"
_APPLICATION = Path(os.environ.get("SIMPLESAMLPHP_DIR", "/usr/share/simplesamlphp"))
_PATIENCE = 30


@dataclass(frozen=True)
class SimpleSamlPhp:
    """SimpleSAMLphp on 127.0.0.1: to a browser another site than the product's localhost."""

    base_url: str
    folder: Path

    @property
    def entity_id(self) -> str:
        """Its issuer, and where its metadata are."""
        return f"{self.base_url}/saml2/idp/metadata.php"

    @property
    def sso_url(self) -> str:
        """Where AuthnRequests go."""
        return f"{self.base_url}/saml2/idp/SSOService.php"

    @property
    def certificate(self) -> str:
        """PEM."""
        return (self.folder / "cert" / "idp.pem").read_text()

    def register(self, entity_id: str, acs_url: str, **settings: Any) -> None:
        """Tell it of a service provider, as its administrator would; `settings` are SimpleSAMLphp's own."""
        file = self.folder / "service-providers.json"
        known = [*json.loads(file.read_text()), {"entity_id": entity_id, "acs_url": acs_url, **settings}]
        file.write_text(json.dumps(known))


@pytest.fixture(scope="session")
def simplesamlphp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleSamlPhp]:
    """One for all tests."""
    if not (_APPLICATION / "www" / "index.php").exists():
        reason = "SimpleSAMLphp isn't installed; on Debian: apt-get install simplesamlphp php-cli php-xml php-curl"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("simplesamlphp")
    port = _free_port()
    with (folder / "php.log").open("w") as log:
        process = subprocess.Popen([_START, str(port), folder], stdout=log, stderr=log)
        try:
            idp = SimpleSamlPhp(f"http://127.0.0.1:{port}", folder)
            _wait_for(idp, process)
            yield idp
        finally:
            process.terminate()
            process.wait(_PATIENCE)


@pytest.fixture(scope="session")
def connection(product: LocalRun, simplesamlphp: SimpleSamlPhp) -> dict[str, Any]:
    """Acme's connection to SimpleSAMLphp, made over the API as an admin would."""
    return connect(product, simplesamlphp)


def connect(
    product: LocalRun,
    idp: SimpleSamlPhp,
    values: dict[str, Any] | None = None,
    settings: Callable[[str], dict[str, Any]] = lambda _: {},
) -> dict[str, Any]:
    """A connection of Acme's.

    Args:
        values: what the admin sets besides the identity provider's three.
        settings: SimpleSAMLphp's, from the address of our metadata.
    """
    acme = next(user["organization_id"] for user in product.run["users"] if user["email"] == "admin@acme.test")
    connections = f"{product.base_url}/v1/organizations/{acme}/connections"
    made = call(product, "POST", connections, {"provider": "simplesamlphp"})
    idp.register(made["sp_entity_id"], made["single_sign_on_url"], **settings(made["sp_metadata_url"]))
    etag = call(product, "GET", f"{connections}/{made['id']}", raw=True).headers["ETag"]
    trusted = {
        "identity_provider_url": idp.sso_url,
        "identity_provider_issuer": idp.entity_id,
        "x509_certificates": [idp.certificate],
    }
    return dict(call(product, "PATCH", f"{connections}/{made['id']}", {**trusted, **(values or {})}, etag))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(idp: SimpleSamlPhp, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(idp.entity_id, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"SimpleSAMLphp did not come up: {(idp.folder / 'php.log').read_text()[-2000:]}")
