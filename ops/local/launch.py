"""Starts the local run as its users do, in a process of its own, and waits until it answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

_PATIENCE: Final = 60
"""Seconds until it must answer."""


class LocalRun:
    """`python -m ops.local` with its data in `folder`, on two free ports; a context manager.

    Args:
        program: the module to run in its place, with the same options.

    Attributes:
        run: what `run.json` says, once it is entered.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str] | None = None, *, program: str = "ops.local"
    ) -> None:
        self._folder = folder
        self._program = program
        self._environment = {**os.environ, **(environment or {})}
        self._port = _two_free_ports()
        self.run: dict[str, Any] = {}

    @property
    def base_url(self) -> str:
        """Where it is."""
        return f"http://localhost:{self._port}"

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            RuntimeError: it ended, or did not answer in time; the message has what it said.
        """
        command = [sys.executable, "-m", self._program, "--port", str(self._port), "--data", str(self._folder)]
        self._output = self._folder.with_suffix(".log")
        with self._output.open("a") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=self._environment)
        try:
            self._wait()
        except BaseException:
            self.end(signal.SIGKILL)
            raise
        self.run = json.loads((self._folder / "run.json").read_text())
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGTERM)

    def end(self, how: signal.Signals) -> int:
        """Send it this signal and wait; the exit status. Entering it again starts it again with the same data."""
        self._process.send_signal(how)
        return self._process.wait(_PATIENCE)

    @property
    def output(self) -> str:
        """The process's output."""
        return self._output.read_text()

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(f"The local run did not come up:\n{self.output}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False


def _two_free_ports() -> int:
    """A port that is free with the next one; the demo identity provider gets that."""
    while True:
        with ExitStack() as sockets:
            first = sockets.enter_context(socket.create_server(("127.0.0.1", 0)))
            port: int = first.getsockname()[1]
            try:
                sockets.enter_context(socket.create_server(("127.0.0.1", port + 1)))
            except (OSError, OverflowError):
                continue
            return port
