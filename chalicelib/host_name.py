"""Hosts of addresses that others give: names, IDNA A-labels and IP literals, nothing else."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}$)([a-z0-9_]([a-z0-9_-]{{0,61}}[a-z0-9])?\.)*{_LABEL}\.?", re.ASCII)
_IPV6: Final = re.compile(r"[0-9a-f:.]{2,45}", re.ASCII)  # no zone: RFC 6874 lets it hold almost any character


def is_host_name(host: str) -> bool:
    """Returns True for a lower-case name of letters, digits, hyphens and underscores (RFC 1123 section 2.1)."""
    return _NAME.fullmatch(host) is not None


def is_host(host: str) -> bool:
    """Returns True if a lower-case host, without brackets, is a name or an IP address."""
    if is_host_name(host):
        return True
    if _IPV6.fullmatch(host) is None:
        return False
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an http or https address (RFC 6454); None where the host is none.

    Built from the parsed parts, so that no other character of the address gets into a header.
    """
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"} or not is_host(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
