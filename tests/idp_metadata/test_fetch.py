"""Fetching metadata: what an attacker's address gets out of us, then what an honest one gives."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from chalicelib.i18n.catalog import in_english
from chalicelib.idp_metadata import fetch as metadata_fetch
from chalicelib.idp_metadata.address import FETCH_FAILURES, FetchFailed
from chalicelib.idp_metadata.fetch import MAX_BYTES, MAX_RESOLVING, MetadataFetch
from chalicelib.idp_metadata.import_error import usual_message
from tests.support.metadata_host import NAME, PUBLIC, Host, Script, drip, host_metadata, ok, redirect_to

URL = f"https://{NAME}/metadata"
BOMB = gzip.compress(b"\0" * 50_000_000)


@pytest.fixture
def host() -> Iterator[Host]:
    """An identity provider's host."""
    with host_metadata() as made:
        made.answers["/metadata"] = ok(b"<metadata/>")
        yield made


def refusal(host: Host, url: str = URL, *, local: bool = False, seconds: float = 5.0) -> str:
    """The code of what must fail."""
    with pytest.raises(FetchFailed) as failed:
        host.fetcher(local=local, seconds=seconds).fetch(url)
    return failed.value.code


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
        ["2002:7f00:1::"],
        ["0.0.0.0"],
        ["100.64.0.1"],
        ["224.0.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
    ],
)
def test_a_name_that_leads_inside_is_never_connected_to(host: Host, answers: list[str]) -> None:
    host.addresses[NAME] = [answers]
    assert refusal(host) == "private_address"
    assert host.connected == []


def test_a_name_that_is_rebound_after_the_check_gains_nothing(host: Host) -> None:
    host.addresses[NAME] = [[PUBLIC], ["127.0.0.1"]]
    assert host.fetcher().fetch(URL) == b"<metadata/>"
    assert host.connected == [PUBLIC]


def test_a_name_that_is_rebound_between_two_hops_is_refused(host: Host) -> None:
    host.addresses[NAME] = [[PUBLIC], ["169.254.169.254"]]
    host.answers["/metadata"] = redirect_to("/again")
    assert refusal(host) == "private_address"
    assert host.connected == [PUBLIC]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://inside.example.com/", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "not_https"),
        ("https://169.254.169.254/latest/meta-data/", "ip_address"),
        ("https://2852039166/", "ip_address"),
        ("http://localhost/", "not_https"),
        ("https://[::ffff:169.254.169.254]/", "ip_address"),
        ("https://user@idp.example.com/", "invalid_url"),
        ("https://idp.example.com:22/", "port_refused"),
        ("file:///etc/passwd", "invalid_url"),
        ("//inside.example.com/", "private_address"),
        ("https://[", "redirect_refused"),
        ("", "redirect_refused"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_checked_like_the_first_address(host: Host, location: str, code: str, status: int) -> None:
    host.addresses["inside.example.com"] = [["10.1.2.3"]]
    host.answers["/metadata"] = redirect_to(location, status)
    assert refusal(host) == code
    assert host.connected == [PUBLIC]


def test_from_outside_nothing_leads_back_to_this_machine_even_in_the_local_run(host: Host) -> None:
    host.answers["/metadata"] = redirect_to(f"http://localhost:{host.port}/")
    assert refusal(host, local=True) == "not_https"
    assert len(host.asked) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(host: Host) -> None:
    for number in range(4):
        host.answers[f"/{number}"] = redirect_to(f"/{number - 1}" if number else f"https://{NAME}:443/metadata?x#y")
    host.answers["/metadata?x"] = ok(b"<metadata/>")
    assert host.fetcher().fetch(f"https://{NAME}/2") == b"<metadata/>"
    assert len(host.asked) == 4
    assert refusal(host, f"https://{NAME}/3") == "redirect_refused"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ok(b"a" * (MAX_BYTES + 1)), "too_large"),
        (ok(BOMB, "Content-Encoding: gzip"), "too_large"),
        (ok(b"a" * (MAX_BYTES + 1), "Content-Encoding: gzip"), "too_large"),
        (ok(b"x", "Content-Encoding: br"), "unreadable_answer"),
        (ok(zlib.compress(b"x"), "Content-Encoding: gzip, gzip"), "unreadable_answer"),
        (ok(b"no gzip", "Content-Encoding: gzip"), "unreadable_answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "unreadable_answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "unreadable_answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "unreadable_answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "unreadable_answer"),
        (b"", "unreadable_answer"),
        (b"HTTP/1.1 204 No\r\n\r\n", "http_status"),
        (b"HTTP/1.1 300 Choose\r\nLocation: /metadata\r\nContent-Length: 0\r\n\r\n", "http_status"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "sign_in_needed"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "sign_in_needed"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "nothing_there"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "http_status"),
    ],
)  # fmt: skip
def test_what_comes_back_is_bounded_and_must_be_plain_http(host: Host, answer: bytes, code: str) -> None:
    host.answers["/metadata"] = answer
    assert refusal(host) == code


@pytest.mark.parametrize(
    "script",
    [
        drip(b"H"),
        drip(b"X: y\r\n", head=b"HTTP/1.1 200 OK\r\n"),
        drip(b"y", head=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        drip(b"1\r\ny\r\n", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda connection: time.sleep(1),
    ],
)
def test_a_peer_that_drips_gets_no_more_time_than_others(host: Host, script: Script) -> None:
    host.answers["/metadata"] = script
    began = time.monotonic()
    assert refusal(host, seconds=0.3) == "timeout"
    assert time.monotonic() - began < 0.9


def test_a_peer_that_never_shakes_hands_runs_into_the_same_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert refusal(Host(silent.getsockname()[1]), seconds=0.2) == "timeout"
        assert time.monotonic() - began < 0.9


def test_a_resolver_that_hangs_runs_into_the_same_deadline() -> None:
    def hangs(_host: str, _port: int) -> list[str]:
        time.sleep(1)
        return [PUBLIC]

    fetch = MetadataFetch(local=False, resolver=hangs, seconds=0.1)
    with pytest.raises(FetchFailed) as failed:
        fetch.fetch(URL)
    assert failed.value.code == "timeout"


def test_all_redirects_together_have_one_deadline(host: Host) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.15)
        connection.sendall(redirect_to("/metadata"))

    host.answers["/metadata"] = slow
    assert refusal(host, seconds=0.3) == "timeout"


@pytest.mark.parametrize("name", ["other.example.com", f"sub.{NAME}"])
def test_a_certificate_for_another_name_is_refused_before_anything_is_asked(host: Host, name: str) -> None:
    assert refusal(host, f"https://{name}/metadata") == "certificate_invalid"
    assert host.asked == []


def test_a_certificate_of_no_known_authority_is_refused(host: Host) -> None:
    fetch = MetadataFetch(local=False, resolver=lambda *_: [PUBLIC], connector=host._connect)
    with pytest.raises(FetchFailed) as failed:
        fetch.fetch(URL)
    assert failed.value.code == "certificate_invalid"


def test_plain_http_on_the_other_side_is_unreachable_not_a_crash() -> None:
    with host_metadata(tls=False) as host:
        assert refusal(host) == "unreachable"


def test_a_name_without_addresses_is_unknown(host: Host) -> None:
    host.addresses[NAME] = [[]]
    assert refusal(host) == "unknown_host"


def test_a_look_up_that_fails_is_an_unknown_host() -> None:
    def fails(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(FetchFailed) as failed:
        MetadataFetch(local=False, resolver=fails).fetch(URL)
    assert failed.value.code == "unknown_host"


def test_the_second_address_is_tried_where_the_first_does_not_answer(host: Host) -> None:
    host.addresses[NAME] = [["2606:4700::1111", PUBLIC]]
    connect, tried = host._connect, list[str]()

    def reached(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        if ":" in address[0]:
            raise OSError("no route")
        return connect(address, timeout)

    host._connect = reached  # type: ignore[method-assign]
    assert host.fetcher().fetch(URL) == b"<metadata/>"
    assert tried == ["2606:4700::1111", PUBLIC]


def test_nothing_of_ours_is_sent_along(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    host.answers["/metadata"] = redirect_to("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n")
    host.answers["/next"] = ok(b"<metadata/>")
    assert host.fetcher().fetch(URL) == b"<metadata/>"
    for request in host.asked:
        lines = request.rstrip("\r\n").split("\r\n")[1:]
        names = sorted(line.split(":")[0] for line in lines)
        assert names == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
        assert f"Host: {NAME}" in lines


def test_what_comes_compressed_is_read_as_it_was(host: Host) -> None:
    host.answers["/metadata"] = ok(gzip.compress(b"<metadata/>"), "Content-Encoding: gzip")
    assert host.fetcher().fetch(URL) == b"<metadata/>"


def test_a_megabyte_is_still_taken(host: Host) -> None:
    host.answers["/metadata"] = ok(b"a" * MAX_BYTES)
    assert len(host.fetcher().fetch(URL)) == MAX_BYTES


def test_the_local_run_asks_this_machine_over_http_and_a_deployment_does_not() -> None:
    with host_metadata(tls=False) as host:
        host.answers["/metadata"] = ok(b"<metadata/>")
        for name in ("localhost", "127.0.0.1"):
            url = f"http://{name}:{host.port}/metadata"
            assert host.fetcher(local=True).fetch(url) == b"<metadata/>"
            assert refusal(host, url) == "not_https"
        assert host.connected == ["127.0.0.1"] * 2


def test_every_failure_says_something_of_its_own() -> None:
    assert len({in_english(usual_message(code)) for code in FETCH_FAILURES}) == len(FETCH_FAILURES)


def test_resolvers_that_hang_are_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that waits for the operating system can't be ended; so their number has a limit."""
    monkeypatch.setattr(metadata_fetch, "_RESOLVING", threading.BoundedSemaphore(MAX_RESOLVING))
    may_end, asked = threading.Event(), list[str]()

    def hangs(host: str, _port: int) -> list[str]:
        asked.append(host)
        may_end.wait(30)
        return []

    fetch = MetadataFetch(local=False, resolver=hangs, seconds=0.05)
    for _ in range(MAX_RESOLVING + 4):
        with pytest.raises(FetchFailed) as refused:
            fetch.fetch(URL)
        assert refused.value.code == "timeout"
    assert len(asked) == MAX_RESOLVING
    may_end.set()
    quick = MetadataFetch(local=False, resolver=lambda *_: [], seconds=30.0)
    with pytest.raises(FetchFailed) as refused:
        quick.fetch(URL)
    assert refused.value.code == "unknown_host"
