from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from chalice.app import Chalice, Response

from ops.local.server import MAX_BODY_LENGTH, LocalServer


def _app() -> Chalice:
    app = Chalice(app_name="tiny")

    @app.route("/cookies")
    def cookies() -> Response:
        headers: dict[str, str | list[str]] = {
            "Content-Type": "text/plain",
            "Set-Cookie": ["a=1; Path=/", "b=2; Path=/"],
        }
        return Response("two", status_code=200, headers=headers)

    @app.route("/echo", methods=["POST"], content_types=["text/plain", "application/octet-stream"])
    def echo() -> dict[str, object]:
        request = app.current_request
        assert request is not None
        return {
            "body": str(cast("bytes", request.raw_body).hex()),
            "source": request.context["identity"]["sourceIp"],
            "request_id": request.context["requestId"],
            "forwarded": request.headers.get("x-forwarded-for"),
        }

    @app.route("/slow/{name}")
    def slow(name: str) -> dict[str, object]:
        time.sleep(0.05)
        assert app.current_request is not None
        query = app.current_request.query_params
        return {"name": name, "query": query["q"] if query else None}

    @app.route("/crash")
    def crash() -> dict[str, str]:
        raise ValueError("a bug")

    return app


def _nothing_there(path: str, headers: Mapping[str, str]) -> Response:
    assert path == "/nowhere" or path.startswith("/unknown"), path
    assert "host" in headers
    return Response({"code": "not_found"}, status_code=404, headers={"Content-Type": "application/problem+json"})


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def server(log: list[str]) -> Iterator[LocalServer]:
    server = LocalServer(_app(), 0, _nothing_there, log.append)
    thread = server.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connection(server: LocalServer) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    yield connection
    connection.close()


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(method, path, headers={"Host": "localhost", **headers})
    response = connection.getresponse()
    return response, response.read()


def _raw(server: LocalServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=5) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(65536), b""))


def test_every_cookie_has_a_header_of_its_own(connection: http.client.HTTPConnection) -> None:
    response, body = _ask(connection, "GET", "/cookies")
    assert response.headers.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert body == b"two"


def test_head_sends_no_byte_after_its_head(server: LocalServer) -> None:
    answer = _raw(server, b"HEAD /cookies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n")


def test_an_unknown_path_gets_the_apps_own_answer_and_not_api_gateways(connection: http.client.HTTPConnection) -> None:
    response, body = _ask(connection, "GET", "/nowhere")
    assert response.status == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == "not_found"


def test_a_get_on_127_0_0_1_goes_to_localhost_with_path_and_query(
    server: LocalServer, connection: http.client.HTTPConnection
) -> None:
    response, _ = _ask(connection, "GET", "/slow/x?q=1", Host="127.0.0.1:8000")
    assert response.status == 307
    assert response.headers["Location"] == f"{server.base_url}/slow/x?q=1"


def test_a_foreign_host_name_that_resolves_to_this_machine_is_refused(connection: http.client.HTTPConnection) -> None:
    response, _ = _ask(connection, "GET", "/cookies", Host="attacker.example")
    assert response.status == 421


def test_a_chunked_body_arrives_whole(server: LocalServer) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    answer = _raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert b"abcde".hex().encode() in answer


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1000\r\n\r\nabc",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_a_connection_carries_one_request_whatever_its_framing_claims(server: LocalServer, framing: bytes) -> None:
    smuggled = b"GET /cookies HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    answer = _raw(server, head + framing + smuggled)
    assert answer.count(b"HTTP/1.1") == 1
    assert b"two" not in answer


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 1000\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    ],
)
def test_a_body_that_ends_early_is_refused(server: LocalServer, framing: bytes) -> None:
    answer = _raw(server, b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + framing)
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_over_the_gateways_limit_is_refused_before_it_is_read(server: LocalServer) -> None:
    head = f"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MAX_BODY_LENGTH + 1}\r\n\r\n"
    assert _raw(server, head.encode()).startswith(b"HTTP/1.1 413")


def test_bytes_that_are_no_text_arrive_unchanged(connection: http.client.HTTPConnection) -> None:
    connection.request(
        "POST", "/echo", b"\x00\xff\x30", {"Host": "localhost", "Content-Type": "application/octet-stream"}
    )
    assert json.loads(connection.getresponse().read())["body"] == "00ff30"


def test_the_source_is_who_connected_whatever_the_headers_say(connection: http.client.HTTPConnection) -> None:
    connection.request(
        "POST", "/echo", b"x", {"Host": "localhost", "Content-Type": "text/plain", "X-Forwarded-For": "10.9.8.7"}
    )
    answer = json.loads(connection.getresponse().read())
    assert (answer["source"], answer["forwarded"]) == ("127.0.0.1", "10.9.8.7")
    assert answer["request_id"]


def test_requests_at_the_same_time_keep_to_themselves(server: LocalServer) -> None:
    open_at_once = [http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5) for _ in range(5)]
    for number, connection in enumerate(open_at_once):
        connection.request("GET", f"/slow/{number}?q={number}", headers={"Host": "localhost"})
    answers = [json.loads(connection.getresponse().read()) for connection in open_at_once]
    for connection in open_at_once:
        connection.close()
    assert answers == [{"name": str(n), "query": str(n)} for n in range(5)]


@pytest.mark.parametrize("method", [b"TRACE", b"BREW"])
def test_a_method_that_nothing_here_serves_is_a_problem_that_names_those_that_are(
    server: LocalServer, method: bytes
) -> None:
    answer = _raw(server, method + b" /cookies HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"Allow: GET, " in answer
    assert b"application/problem+json" in answer
    assert b'"code": "method_not_allowed"' in answer


def test_the_log_names_the_route_and_never_a_path_value_or_query(
    connection: http.client.HTTPConnection, log: list[str]
) -> None:
    _ask(connection, "GET", "/slow/one-time-code?q=secret")
    _ask(connection, "GET", "/unknown/one-time-code")
    while len(log) < 2:
        time.sleep(0.001)
    assert log[0].startswith("GET    /slow/{name} 200 ")
    assert log[1].startswith("GET    (unknown path) 404 ")
