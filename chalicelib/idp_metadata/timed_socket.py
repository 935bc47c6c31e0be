"""A socket with one deadline for everything: a peer that drips a byte now and then gets no more time than others."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class TimedSocket:
    """As much of a socket as `http.client` needs.

    Args:
        deadline: on the clock of `time.monotonic`.
    """

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket = plain
        self._deadline = deadline

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all of it.

        Raises:
            TimeoutError: past the deadline.
        """
        self._socket.settimeout(seconds_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A reader, each of whose reads ends at the deadline."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Close, as soon as the reader is closed too."""
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
    """Seconds until the deadline.

    Raises:
        TimeoutError: it has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
