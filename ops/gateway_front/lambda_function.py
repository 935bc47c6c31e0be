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

from ops.ci.aws_server import REGION
from ops.gateway_front.proxy_event import ACCOUNT
from ops.gateway_front.template import Function

PAYLOAD_MOST: Final = 6_291_456
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
        self._environment = environment
        self._turn = threading.Lock()
        self.waiting: queue.Queue[_Invocation] = queue.Queue()
        self.current: _Invocation | None = None
        self.log = runtime / "function.log"
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Nothing runs before the first request: that is a cold start."""
        _fill(self._runtime)
        self._api = ThreadingHTTPServer(("127.0.0.1", 0), type("Api", (_RuntimeApi,), {"function": self}))
        threading.Thread(target=self._api.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._api.shutdown()
        self._api.server_close()

    def invoke(self, event: Mapping[str, Any]) -> bytes:
        """The function's answer.

        Raises:
            PayloadTooLarge: too large an event.
            FunctionFailed: no answer.
        """
        payload = json.dumps(event).encode()
        if len(payload) > PAYLOAD_MOST:
            raise PayloadTooLarge
        with self._turn:
            if self._process is None or self._process.poll() is not None:
                self._start()
            invocation = _Invocation(payload, time.time() + self._function.timeout)
            self.waiting.put(invocation)
            in_time = invocation.answered.wait(self._function.timeout)
            if not in_time or invocation.answer is None or len(invocation.answer) > PAYLOAD_MOST:
                self._stop()
                raise FunctionFailed(self.log.read_text())
            return invocation.answer

    def _start(self) -> None:
        self.starts += 1
        self.waiting = queue.Queue()
        environment = {
            **self._function.environment,
            **self._environment,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._function.memory),
            "AWS_LAMBDA_FUNCTION_NAME": _NAME,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._api.server_port}",
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
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class _RuntimeApi(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    function: LambdaFunction

    def do_GET(self) -> None:
        """The next event; whoever asks waits for it."""
        invocation = self.function.waiting.get()
        self.function.current = invocation
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
        invocation, path = self.function.current, self.path.removeprefix(_VERSION)
        if path == "init/error":
            invocation = self.function.waiting.get()
        elif invocation is not None and path == f"invocation/{invocation.identifier}/response":
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
