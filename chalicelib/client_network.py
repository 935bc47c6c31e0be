"""The network that a request comes from, as the unit that rate limits count."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def widest_network(source: str) -> str:
    """The widest network that one customer usually has: of IPv6 the /48 around a `client_network` (RFC 6177)."""
    if ":" not in source:
        return source
    try:
        return str(ip_network(f"{source}/48", strict=False).network_address)
    except ValueError:
        return source


def client_network(ip: str) -> str:
    """Returns the network of one internet customer: an IPv4 address itself, an IPv6 address's /64 prefix (RFC 6177).

    IPv4-mapped IPv6 addresses count as IPv4. Text that isn't an address (API Gateway's test console sends none) is
    returned unchanged.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network(f"{address}/64", strict=False).network_address)
