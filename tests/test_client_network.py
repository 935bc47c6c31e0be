"""Where a request comes from."""

from __future__ import annotations

import pytest

from chalicelib.client_network import client_network


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_addresses_of_one_customer_are_one_source(one: str, other: str) -> None:
    assert client_network(one) == client_network(other)


@pytest.mark.parametrize(
    ("one", "other"), [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("192.0.2.1", "192.0.2.2"), ("::ffff:1.2.3.4", "::1")]
)
def test_addresses_of_different_customers_are_different_sources(one: str, other: str) -> None:
    assert client_network(one) != client_network(other)


def test_what_is_not_an_address_stands_for_itself() -> None:
    assert client_network("test-invoke-source-ip") == "test-invoke-source-ip"
