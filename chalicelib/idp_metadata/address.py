"""Validates metadata URLs, and defines every way in which a fetch can fail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from chalicelib.host_name import is_host_name
from chalicelib.i18n.message import message

MAX_URL_LENGTH: Final = 2048
_HTTP: Final = 80
_HTTPS: Final = 443
_LOW_PORTS: Final = 1024
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
_NUMERIC: Final = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\.?")
"""A host that some resolvers parse as an IPv4 address: decimal, octal, hexadecimal (WHATWG URL, "ends in a number")."""

FETCH_FAILURES: Final = (
    "invalid_url",
    "not_https",
    "ip_address",
    "port_refused",
    "private_address",
    "unknown_host",
    "unreachable",
    "timeout",
    "certificate_invalid",
    "redirect_refused",
    "http_status",
    "sign_in_needed",
    "nothing_there",
    "too_large",
    "unreadable_answer",
    "web_page_not_metadata",
)
"""Every code of a failed fetch; its text is `fault.fetch.{code}`."""


class FetchFailed(Exception):
    """The metadata can't be fetched.

    Attributes:
        code: one of `FETCH_FAILURES`.
        message: what is wrong, and what to do.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message(f"fault.fetch.{code}")


@dataclass(frozen=True, slots=True)
class MetadataAddress:
    """A syntactically valid metadata URL. Its host isn't resolved yet.

    Attributes:
        target: path and query.
        is_local: http on this machine, in the local run.
    """

    host: str
    port: int
    target: str
    is_local: bool

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110 section 7.2)."""
        return self.host if self.port == (_HTTP if self.is_local else _HTTPS) else f"{self.host}:{self.port}"


def metadata_address(url: str, *, local: bool) -> MetadataAddress:
    """Parses a metadata URL.

    Args:
        local: allow http on localhost.

    Raises:
        FetchFailed: invalid_url, not_https, ip_address, port_refused.
    """
    if not url.isascii() or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}') or len(url) > MAX_URL_LENGTH:
        raise FetchFailed("invalid_url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise FetchFailed("invalid_url") from None
    if "@" in parts.netloc or not host or port == 0:
        raise FetchFailed("invalid_url")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if local and parts.scheme == "http" and host in _LOCAL_HOSTS:
        return MetadataAddress(host, port or _HTTP, target, is_local=True)
    if parts.scheme != "https":
        raise FetchFailed("not_https" if parts.scheme == "http" else "invalid_url")
    if _NUMERIC.fullmatch(host) or ":" in host:
        raise FetchFailed("ip_address")
    if not is_host_name(host):
        raise FetchFailed("invalid_url")
    if port is not None and port < _LOW_PORTS and port != _HTTPS:
        raise FetchFailed("port_refused")
    return MetadataAddress(host, port or _HTTPS, target, is_local=False)
