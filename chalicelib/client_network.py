"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def client_network(ip: str) -> str:
    """Who is behind an address of the internet: IPv4 as it is, IPv6 by its /64, which one customer has whole
    (RFC 6177). An IPv4-mapped address counts as the IPv4 one; what is no address (API Gateway's console names none)
    stands for itself."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network(f"{address}/64", strict=False).network_address)
