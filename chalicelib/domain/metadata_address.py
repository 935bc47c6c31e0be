"""Addresses that metadata may be fetched from, and every way in which fetching fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

URL_LONGEST: Final = 2048
_HTTP: Final = 80
_HTTPS: Final = 443
_LOW_PORTS: Final = 1024
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
_NAME: Final = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?"
)
_NUMERIC: Final = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\.?")
"""A host that some resolver reads as an IPv4 address: decimal, octal, hexadecimal (WHATWG URL, "ends in a number")."""

FETCH_FAILURES: Final = {
    "invalid_url": "This address can't be used. It needs a host, no user name, no blanks, and ASCII characters only.",
    "not_https": "Metadata is fetched over https only. Use the https:// address, or paste the metadata itself.",
    "ip_address": "Use the host's name, not its IP address: a certificate is checked against a name.",
    "port_refused": "This port is not one for metadata. Use 443, or one above 1023.",
    "private_address": "This address is not on the public internet, so it can't be reached from here. Open it in your "
    "browser and paste the metadata itself.",
    "unknown_host": "No such host is known. Check the spelling of the address.",
    "unreachable": "The address did not answer. Check that it is reachable from the internet, or paste the metadata.",
    "timeout": "The address took too long to answer. Open it in your browser and paste the metadata itself.",
    "certificate_invalid": "The address's TLS certificate is not valid for its name, or not from a public authority. "
    "Paste the metadata itself.",
    "redirect_refused": "The address redirects too often, or to something that isn't an address. Use the last one.",
    "http_status": "The address answered with an error. Open it in a private browser window: it must show the "
    "metadata without signing in.",
    "sign_in_needed": "The address answers only after signing in. Use the public metadata address, or paste the "
    "metadata itself.",
    "nothing_there": "The address answered that there is nothing. Copy it again; the application may have been "
    "deleted at the identity provider.",
    "too_large": "The address sends more than a megabyte. That is a whole federation's list, perhaps: use your own "
    "identity provider's metadata.",
    "unreadable_answer": "The address answered with something that isn't HTTP as we know it.",
    "web_page_not_metadata": "That address answered with a web page, not metadata. In Okta use Sign On › Metadata URL.",
}
"""Every code with its sentence."""


class FetchFailed(Exception):
    """The metadata can't be fetched.

    Attributes:
        code: a key of `FETCH_FAILURES`.
        detail: its sentence.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = FETCH_FAILURES[code]


@dataclass(frozen=True, slots=True)
class MetadataAddress:
    """An address whose form is fine. Where its host leads to is not known yet.

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
        """For the Host header (RFC 9110 section 7.2)."""
        return self.host if self.port == (_HTTP if self.is_local else _HTTPS) else f"{self.host}:{self.port}"


def metadata_address(url: str, *, local: bool) -> MetadataAddress:
    """Take an address apart.

    Args:
        local: whether http on localhost is allowed.

    Raises:
        FetchFailed: invalid_url, not_https, ip_address, port_refused.
    """
    if not url.isascii() or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}') or len(url) > URL_LONGEST:
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
    if not _NAME.fullmatch(host):
        raise FetchFailed("invalid_url")
    if port is not None and port < _LOW_PORTS and port != _HTTPS:
        raise FetchFailed("port_refused")
    return MetadataAddress(host, port or _HTTPS, target, is_local=False)
