"""A function in the real runtime's client: awslambdaric in a process of its own, fed by a small Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import importlib.metadata
import json
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self

from tests.support.aws_emulator.aws_server import REGION
from tests.support.lambda_emulator.proxy_event import ACCOUNT
from tests.support.lambda_emulator.template import Function

MAX_PAYLOAD: Final = 6_291_456
"""Bytes of an event or an answer (Lambda quotas, "Invocation payload")."""

_NAME: Final = "gatehouse"
_RUNTIME: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")
_VERSION: Final = "/2018-06-01/runtime/"


class PayloadTooLarge(Exception):
    """The event is larger than a function may get."""


class FunctionFailed(Exception):
    """The function raised, ended, or took too long."""


@dataclass
class _Invocation:
    payload: bytes
    deadline: float
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    answered: threading.Event = field(default_factory=threading.Event)
    answer: bytes | None = None


class LambdaFunction:
    """Runs while the context is open. One environment: one request at a time, as Lambda gives to each of its own.

    Args:
        folder: the unpacked package.
        runtime: an empty folder, for the runtime's own libraries.
        environment: besides what the template says.
    """

    def __init__(self, function: Function, folder: Path, runtime: Path, environment: Mapping[str, str]) -> None:
        self._function = function
        self._folder = folder
        self._runtime = runtime
        self._variables = environment
        self._turn = threading.Lock()
        self._running: _Environment | None = None
        self.log = runtime / "function.log"

    def __enter__(self) -> Self:
        """Nothing runs before the first request: that is a cold start."""
        _fill(self._runtime)
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._stop()

    def invoke(self, event: Mapping[str, Any]) -> bytes:
        """The function's answer.

        Raises:
            PayloadTooLarge: too large an event.
            FunctionFailed: no answer; the message is the function's log.
        """
        payload = json.dumps(event).encode()
        if len(payload) > MAX_PAYLOAD:
            raise PayloadTooLarge
        with self._turn:
            if self._running is None or self._running.process.poll() is not None:
                self._stop()
                self._running = self._started()
            invocation = _Invocation(payload, time.time() + self._function.timeout)
            self._running.api.waiting.put(invocation)
            if not invocation.answered.wait(self._function.timeout):
                self._stop()
        if invocation.answer is None or len(invocation.answer) > MAX_PAYLOAD:
            raise FunctionFailed(self.log.read_text())
        return invocation.answer

    def _started(self) -> _Environment:
        """A new environment. Its Runtime API is its own: one that ended must not take the next one's events."""
        api = _RuntimeApi()
        variables = {
            **self._function.environment,
            **self._variables,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._function.memory),
            "AWS_LAMBDA_FUNCTION_NAME": _NAME,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
            "LAMBDA_RUNTIME_DIR": str(self._runtime),
            "LAMBDA_TASK_ROOT": str(self._folder),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": str(self._runtime),
            "TZ": ":UTC",
            "_HANDLER": self._function.handler,
        }
        # Without site-packages, and writing nothing: the code folder can't be written there.
        command = [sys.executable, "-S", "-B", "-m", "awslambdaric", self._function.handler]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self._folder, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        threading.Thread(target=api.watch, args=(process,), daemon=True).start()
        return _Environment(process, api)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.process.kill()
            self._running.process.wait()
            self._running.api.shutdown()
            self._running.api.server_close()
            self._running = None


class _RuntimeApi(ThreadingHTTPServer):
    """Hands events out and takes answers back."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _RuntimeRequest)
        self.waiting: queue.Queue[_Invocation] = queue.Queue()
        self.current: _Invocation | None = None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Ends the current request when the function's process has ended."""
        process.wait()
        if self.current is not None:
            self.current.answered.set()


@dataclass(frozen=True)
class _Environment:
    process: subprocess.Popen[bytes]
    api: _RuntimeApi


class _RuntimeRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _RuntimeApi

    def do_GET(self) -> None:
        """Waits for the next event and returns it."""
        invocation = self.server.waiting.get()
        self.server.current = invocation
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.identifier,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{_NAME}",
            "Content-Type": "application/json",
        }
        self._send(200, invocation.payload, headers)

    def do_POST(self) -> None:
        """An answer or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path = self.path.removeprefix(_VERSION)
        invocation = self.server.waiting.get() if path == "init/error" else self.server.current
        if invocation is not None and path == f"invocation/{invocation.identifier}/response":
            invocation.answer = body
        self._send(202, b"{}", {})
        if invocation is not None:
            invocation.answered.set()

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


def _fill(folder: Path) -> None:
    """Put the runtime's client there, and nothing else of this environment."""
    for name in _RUNTIME:
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            top = file.parts[0]
            place = folder / top
            if not top.endswith(".dist-info") and top != ".." and not place.exists():
                place.symlink_to(Path(str(distribution.locate_file(top))).resolve())
