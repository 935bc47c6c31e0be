"""AWS on loopback, as `chalice deploy` needs it, in a process of its own (`aws_process.py`)."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

REGION: Final = "eu-west-1"
DEPLOYER: Final = "deployer"
OTHER: Final = "other"
"""Access keys of the deployer, of the function and of other readers."""
_PATIENCE: Final = 30
"""Seconds until it must end."""


class AwsServer:
    """The server while the context is open, on a port of its own.

    Args:
        folder: for its log, for its list of calls and for the files that make it fail.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "aws.log"
        self._folder = folder
        self._broken = folder / "rest-api-broken"
        self._refused = folder / "refused"
        self._calls = folder / "calls"
        self.url = ""

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            RuntimeError: it did not come up; the message has its log.
        """
        command = [sys.executable, "-W", "ignore", "-m", "tests.support.aws_emulator.aws_process", str(self._folder)]
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
        """Environment variables that direct boto3 and the AWS CLI to this server only."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": DEPLOYER,
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
        self.forget_calls()
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=_PATIENCE).close()

    def forget_calls(self) -> None:
        """No calls so far."""
        self._calls.write_text("")

    def calls(self, key: str = DEPLOYER) -> set[tuple[str, ...]]:
        """Every call so far that was signed with this access key: service, HTTP method, path, and the action where the
        service names it in the request."""
        lines = (line.split(" ") for line in self._calls.read_text().splitlines())
        return {tuple(facts) for by, *facts in lines if by == key}

    def break_rest_apis(self) -> None:
        """Refuse to fill a REST API, from now on."""
        self._broken.touch()

    def refuse_each_change_once(self, *but: str) -> None:
        """Refuse the first call of each kind of change, from now on.

        Args:
            but: kinds that are not refused.
        """
        self._refused.write_text("".join(f"{kind}\n" for kind in but))

    def refused(self) -> list[str]:
        """The kinds of change that were refused, in their order, after those that never are."""
        return self._refused.read_text().splitlines() if self._refused.exists() else []

    def mend(self) -> None:
        """Refuse nothing."""
        self._broken.unlink(missing_ok=True)
        self._refused.unlink(missing_ok=True)
