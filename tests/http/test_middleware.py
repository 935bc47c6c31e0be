"""Every answer's headers, and every failure's shape."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from chalice.app import BadRequestError
from chalice.test import Client

from chalicelib import container
from chalicelib.errors import FieldError, Invalid, TooManyRequests, Unavailable
from chalicelib.http.framework import Chalice, Response
from chalicelib.http.method_not_allowed import complete_methods
from chalicelib.http.middleware import answer
from chalicelib.http.security_headers import security_headers
from chalicelib.i18n.message import message
from tests.support.api import Reply
from tests.support.deployment import Deployment, new_deployment


def _application() -> Chalice:
    app = Chalice("gatehouse-test", configure_logs=False)
    app.register_middleware(answer, "http")

    @app.route("/v1/fine", methods=["GET"])
    def fine() -> dict[str, str]:
        return {"object": "fine"}

    @app.route("/v1/bug", methods=["GET"])
    def bug() -> None:
        raise ZeroDivisionError("secret detail")

    @app.route("/v1/framework", methods=["GET"])
    def framework() -> None:
        raise BadRequestError("This can't be read")

    @app.route("/v1/typed", methods=["POST"], content_types=["application/json"])
    def typed() -> None: ...

    @app.route("/v1/invalid", methods=["GET"])
    def invalid() -> None:
        errors = (FieldError("/a", "required", message("problem.schema.missing")),)
        raise Invalid("invalid_request", errors=errors, private="hidden")

    @app.route("/page", methods=["GET"])
    def page() -> Response:
        return Response("<p>", headers={"content-security-policy": "default-src 'self'", "Content-Type": "text/html"})

    @app.route("/slow", methods=["GET"])
    def slow() -> None:
        raise TooManyRequests("too_many_requests", message("problem.too_many_requests", count=7), retry_after=7)

    @app.route("/down", methods=["GET"])
    def down() -> None:
        raise Unavailable(private="DynamoDB said: secret")

    complete_methods(app)
    return app


@pytest.fixture(scope="module")
def client() -> Client:
    """An application with one route for each kind of failure."""
    return Client(_application())


@pytest.fixture(autouse=True)
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The deployment whose settings are used."""
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        yield made


def _get(client: Client, path: str, method: str = "GET", **headers: str) -> Reply:
    found = client.http.request(method, path, headers=headers)
    return Reply(found.status_code, found.headers, found.body)


@pytest.mark.parametrize("path", ["/v1/fine", "/v1/bug", "/v1/invalid", "/page", "/slow", "/down"])
def test_every_answer_has_the_security_headers(client: Client, deployment: Deployment, path: str) -> None:
    headers = {name.lower() for name in _get(client, path).headers}
    wanted = {name.lower() for name in security_headers(deployment.container.settings)}
    assert "strict-transport-security" in wanted
    assert wanted | {"x-request-id"} <= headers


def test_a_page_keeps_its_own_policy(client: Client) -> None:
    headers = _get(client, "/page").headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert "Content-Security-Policy" not in headers


def test_a_problem_says_what_a_program_needs(client: Client) -> None:
    reply = _get(client, "/v1/invalid")
    assert reply.status == 422
    assert reply.json == {
        "type": "https://sso.example.test/api/problems/invalid_request",
        "title": "Invalid request",
        "status": 422,
        "detail": "Some fields can't be used as they are; see `errors`.",
        "code": "invalid_request",
        "request_id": reply.headers["X-Request-Id"],
        "errors": [{"pointer": "/a", "code": "required", "detail": "Field required."}],
    }
    assert b"hidden" not in reply.body


def test_a_bug_is_a_500_that_tells_nothing(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = _get(client, "/v1/bug")
    assert (reply.status, reply.code) == (500, "internal_error")
    assert b"secret" not in reply.body
    assert reply.json["request_id"] in caplog.text


def test_the_frameworks_own_errors_have_our_shape(client: Client) -> None:
    bad = _get(client, "/v1/framework")
    assert (bad.status, bad.code, bad.json["detail"]) == (400, "bad_request", "This can't be read")
    wrong = _get(client, "/v1/typed", "POST", **{"content-type": "text/plain"})
    assert (wrong.status, wrong.code) == (415, "unsupported_media_type")


def test_a_wrong_method_gets_the_allowed_methods(client: Client) -> None:
    reply = _get(client, "/v1/fine", "DELETE")
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert reply.headers["Allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(client: Client) -> None:
    reply = _get(client, "/v1/fine", "HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert _get(client, "/v1/bug", "HEAD").body == b""


def test_a_throttled_visitor_sees_the_waiting_time(client: Client) -> None:
    assert _get(client, "/slow").headers["Retry-After"] == "7"
    down = _get(client, "/down", accept="application/json")
    assert (down.status, down.code) == (503, "temporarily_unavailable")
    assert b"DynamoDB" not in down.body


def test_a_browser_gets_a_page_and_a_program_a_document(client: Client) -> None:
    page = _get(client, "/slow", accept="text/html,*/*;q=0.8")
    assert page.status == 429
    assert page.headers["Content-Type"].startswith("text/html")
    assert b"<b>" not in page.body
    assert _get(client, "/slow", accept="application/json").code == "too_many_requests"
    assert _get(client, "/v1/invalid", accept="text/html").code == "invalid_request"


def test_an_event_that_is_not_a_request_is_answered_all_the_same() -> None:
    raw = _application()({"requestContext": {}}, None)
    assert raw["statusCode"] == 500
    assert "internal_error" in raw["body"]
