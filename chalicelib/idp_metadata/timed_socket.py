"""A socket with one deadline for all operations, so a peer that sends slowly can't extend it."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class TimedSocket:
    """The socket methods that `http.client` needs.

    Args:
        deadline: in the time of `time.monotonic`.
    """

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket = plain
        self._deadline = deadline

    def sendall(self, data: ReadableBuffer) -> None:
        """Sends all data.

        Raises:
            TimeoutError: the deadline has passed.
        """
        self._socket.settimeout(seconds_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Returns a reader whose reads all end at the deadline."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Closes the socket once the reader is closed too."""
        self._socket.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket = plain
        self._deadline = deadline
        self._file = cast("io.FileIO", plain.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._socket.settimeout(seconds_left(self._deadline))
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def seconds_left(deadline: float) -> float:
    """Returns the seconds until the deadline.

    Raises:
        TimeoutError: the deadline has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
