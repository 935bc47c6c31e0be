"""The form of an address that metadata may be fetched from."""

from __future__ import annotations

import pytest

from chalicelib.i18n.catalog import in_english
from chalicelib.idp_metadata.address import FetchFailed, metadata_address


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://idp.example.com/metadata", "not_https"),
        ("http://localhost:8000/metadata", "not_https"),
        ("http://127.0.0.1/metadata", "not_https"),
        ("ftp://idp.example.com/", "invalid_url"),
        ("file:///etc/passwd", "invalid_url"),
        ("gopher://idp.example.com/", "invalid_url"),
        ("javascript:alert(1)", "invalid_url"),
        ("//idp.example.com/", "invalid_url"),
        ("https:///metadata", "invalid_url"),
        ("https://", "invalid_url"),
        ("https://user@idp.example.com/", "invalid_url"),
        ("https://user:pass@idp.example.com/", "invalid_url"),
        ("https://idp.example.com@127.0.0.1/", "invalid_url"),
        ("https://idp.example.com:443@127.0.0.1/", "invalid_url"),
        ("https://@127.0.0.1/", "invalid_url"),
        ("https://127.0.0.1\\@idp.example.com/", "invalid_url"),
        ("https://idp.example.com\\.evil.test/", "invalid_url"),
        ("https://idp.example.com/ x", "invalid_url"),
        ("https://idp.example.com/\r\nHost: localhost", "invalid_url"),
        ("https://idp.example.com/\x00", "invalid_url"),
        ("https://idp.examp\u2113e.com/", "invalid_url"),
        ("https://\u2460\u2461\u2466.0.0.1/", "invalid_url"),
        ("https://127%2e0.0.1/", "ip_address"),
        ("https://%6cocalhost/", "invalid_url"),
        ("https://[::1", "invalid_url"),
        ("https://idp..example.com/", "invalid_url"),
        ("https://-idp.example.com/", "invalid_url"),
        (f"https://{'a' * 64}.example.com/", "invalid_url"),
        ("https://idp.example.com/" + "a" * 2048, "invalid_url"),
        ("https://idp.example.com:0/", "invalid_url"),
        ("https://idp.example.com:65536/", "invalid_url"),
        ("https://idp.example.com:22/", "port_refused"),
        ("https://idp.example.com:80/", "port_refused"),
        ("https://idp.example.com:1023/", "port_refused"),
        ("https://127.0.0.1/", "ip_address"),
        ("https://127.0.0.1./", "ip_address"),
        ("https://2130706433/", "ip_address"),
        ("https://0x7f000001/", "ip_address"),
        ("https://0x7f.1/", "ip_address"),
        ("https://0177.0.0.1/", "ip_address"),
        ("https://127.1/", "ip_address"),
        ("https://1.1.1.1/", "ip_address"),
        ("https://[::1]/", "ip_address"),
        ("https://[::ffff:127.0.0.1]/", "ip_address"),
        ("https://[fd00:ec2::254]/", "ip_address"),
        ("https://[2606:4700::1111]/", "ip_address"),
    ],
)
def test_an_address_of_another_form_is_refused_by_its_own_code(url: str, code: str) -> None:
    with pytest.raises(FetchFailed) as refused:
        metadata_address(url, local=False)
    assert refused.value.code == code
    assert len(in_english(refused.value.message)) > 20


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        ("https://IDP.example.com", "idp.example.com", 443, "/", "idp.example.com"),
        ("https://idp.example.com:443/m", "idp.example.com", 443, "/m", "idp.example.com"),
        ("https://a_b.example.com:8443/m?x=1#f", "a_b.example.com", 8443, "/m?x=1", "a_b.example.com:8443"),
        ("https://login.example.com.:1024?x", "login.example.com.", 1024, "/?x", "login.example.com.:1024"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int, target: str, authority: str) -> None:
    found = metadata_address(url, local=False)
    assert (found.host, found.port, found.target, found.authority) == (host, port, target, authority)
    assert not found.is_local


@pytest.mark.parametrize("url", ["http://localhost:9001/metadata", "http://127.0.0.1/x", "http://LOCALHOST:22/"])
def test_the_local_run_may_ask_this_machine_over_http(url: str) -> None:
    assert metadata_address(url, local=True).is_local


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2/", "http://localhost.example.com/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_the_local_run_may_ask_nothing_else_over_http(url: str) -> None:
    with pytest.raises(FetchFailed):
        metadata_address(url, local=True)
