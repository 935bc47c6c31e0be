"""AWS_REGION is where every command goes, as docs/ tells people to type it; boto3 alone looks at another variable."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from ops.region import name_region

COMMANDS = {
    "ops": ("key", "list"),
    "ops.deploy": ("--stage", "dev", "--base-url", "auto", "--dry-run"),
    "ops.provision": ("--stage", "dev", "--check"),
}


@pytest.fixture
def asked() -> Iterator[tuple[str, set[str]]]:
    """An AWS that refuses everything: its address, and the regions that requests were signed for."""
    regions = set[str]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            regions.add(self.headers["Authorization"].split("/")[2])
            self.send_response(403)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not wanted."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", regions
    server.shutdown()
    server.server_close()


def test_it_goes_before_the_variable_that_boto3_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    name_region()
    assert boto3.Session().region_name == "eu-central-1"


def test_where_it_names_none_boto3_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_REGION", "")
    name_region()
    assert boto3.Session().region_name == "eu-west-1"


@pytest.mark.parametrize("module", COMMANDS)
def test_every_command_goes_there(asked: tuple[str, set[str]], module: str) -> None:
    url, regions = asked
    environment = {
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "eu-central-1",
        "AWS_SECRET_ACCESS_KEY": "any",
        "GATEHOUSE_BASE_URL": "https://sso.acme.io",
        "GATEHOUSE_STAGE": "dev",
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", module, *COMMANDS[module]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert regions == {"eu-central-1"}
