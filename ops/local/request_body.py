"""A request's body, whole and bounded, before anything else happens to it."""

from __future__ import annotations

from email.message import Message
from http import HTTPStatus
from io import BufferedIOBase
from typing import Final

LIMIT: Final = 10 * 1024 * 1024
"""Bytes; API Gateway's limit."""

_LINE: Final = 1024


class Unreadable(Exception):
    """The body can't be taken, and what follows on the connection can't be trusted."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """The body, by length or in chunks (RFC 9112 sections 6 and 7.1).

    Raises:
        Unreadable: too long, cut short, or its length is said in two ways (request smuggling).
    """
    lengths = headers.get_all("Content-Length", [])
    codings = headers.get_all("Transfer-Encoding", [])
    if codings:
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise _malformed("Send Content-Length, or Transfer-Encoding: chunked, and not both.")
        return _chunks(stream)
    if not lengths:
        return b""
    if len(set(lengths)) > 1 or not (lengths[0].isascii() and lengths[0].isdecimal()):
        raise _malformed("Content-Length must be one whole number.")
    return _exactly(stream, _require_bounded(int(lengths[0])))


def _chunks(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        _require_bounded(len(body) + size)
        body += _exactly(stream, size)
        if stream.readline(_LINE) != b"\r\n":
            raise _malformed("A chunk is longer than it says.")
    while stream.readline(_LINE) not in (b"\r\n", b""):
        pass  # trailers say nothing that we read
    return bytes(body)


def _chunk_size(stream: BufferedIOBase) -> int:
    digits = stream.readline(_LINE).split(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF"):
        raise _malformed("A chunk doesn't say its size.")
    return int(digits, 16)


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise _malformed("The body ends early.")
    return body


def _require_bounded(size: int) -> int:
    if size > LIMIT:
        raise Unreadable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", f"Send at most {LIMIT} bytes.")
    return size


def _malformed(detail: str) -> Unreadable:
    return Unreadable(HTTPStatus.BAD_REQUEST, "bad_request", detail)
