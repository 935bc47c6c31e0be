"""Forms with a file: octets go through unharmed, and what is no such form is refused."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from chalicelib.errors import Invalid, SsoError
from chalicelib.http.framework import Chalice, Response
from chalicelib.http.unknown_path import unknown_path
from chalicelib.http.uploaded_file import MAX_BODY_LENGTH, form_with_files
from ops.local.server import LocalServer
from tests.support.identity_provider.keys import key

EVERY_OCTET = bytes(range(256)) + b"\r\n--\r\n\n\r\r\n--x\r\n\r\n"
KIND = "multipart/form-data; boundary=x"


def _application() -> Chalice:
    application = Chalice("test")
    application.api.binary_types.append("multipart/form-data")

    @application.route("/upload", methods=["POST"], content_types=["multipart/form-data"])
    def upload() -> Response:
        assert application.current_request is not None
        try:
            form = form_with_files(application.current_request)
        except Invalid as error:
            return Response({"code": error.code}, status_code=422)
        files = {name: [f.name, base64.b64encode(f.content).decode()] for name, f in form.files.items()}
        return Response({"fields": form.fields, "files": files})

    return application


def part(name: str, content: bytes, file_name: str | None = None, more: str = "") -> bytes:
    """One part."""
    file = f'; filename="{file_name}"' if file_name is not None else ""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n{more}\r\n'.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole form."""
    return b"".join(parts) + b"--x--\r\n"


def behind_the_gateway(body: bytes, kind: str = KIND) -> Any:
    """As API Gateway hands a binary type over: base64."""
    event = {
        "resource": "/upload", "path": "/upload", "pathParameters": {}, "stageVariables": None,
        "requestContext": {"httpMethod": "POST", "resourcePath": "/upload", "path": "/upload", "identity": {}},
        "headers": {"Content-Type": kind}, "multiValueHeaders": {"Content-Type": [kind]},
        "multiValueQueryStringParameters": None, "body": base64.b64encode(body).decode(), "isBase64Encoded": True,
    }  # fmt: skip
    answer = _application()(event, None)
    return json.loads(answer["body"])


@pytest.fixture(scope="module")
def local_server() -> Iterator[str]:
    """The upload, served as the local run serves."""
    with LocalServer(_application(), 0, unknown_path, lambda _line: None) as server:
        thread: threading.Thread = server.start()
        yield f"{server.base_url}/upload"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("content", [key("p256-one").der, key("pin").der, EVERY_OCTET, b"", b"\r\n", b"\xff\xfe<\0"])
def test_a_file_comes_out_as_it_went_in_behind_the_gateway_and_locally(local_server: str, content: bytes) -> None:
    content = content.replace(b"\r\n--x", b"\r\n--y")
    expected = {"fields": {"form_token": ["t"]}, "files": {"file": ["idp.cer", base64.b64encode(content).decode()]}}
    assert behind_the_gateway(form(part("form_token", b"t"), part("file", content, "idp.cer"))) == expected
    files = {"file": ("idp.cer", content, "application/x-x509-ca-cert")}
    answer = requests.post(local_server, data={"form_token": "t"}, files=files, timeout=10)
    assert answer.json() == expected


def test_fields_are_utf_8_and_may_repeat() -> None:
    found = behind_the_gateway(form(part("a", "ü\r\n".encode()), part("b", b""), part("a", b"2")))
    assert found == {"fields": {"a": ["ü\r\n", "2"], "b": [""]}, "files": {}}


def test_where_nothing_was_chosen_there_is_no_file() -> None:
    nothing = part("file", b"", "", "Content-Type: application/octet-stream\r\n")
    assert behind_the_gateway(form(nothing)) == {"fields": {}, "files": {}}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("käse.cer", "käse.cer"), ("C:\\x\\idp.cer", "idp.cer"), ("../../etc/x", "../../etc/x")],
)
def test_a_files_name_is_only_what_the_browser_says(name: str, shown: str) -> None:
    assert behind_the_gateway(form(part("file", b"x", name)))["files"]["file"][0] == shown


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x--\r\n--x",
        part("a", b"1"),
        b"text before\r\n" + form(part("a", b"1")),
        form(part("a", b"1")) + b"more",
        form(b"--x\r\nno head"),
        form(b"--x\r\n\r\nno disposition\r\n"),
        form(b"--x\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n"),
        form(b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n"),
        form(part("a", b"\xff")),
        form(part("file", b"1", "a"), part("file", b"2", "b")),
        form(part("a", b"MQ==", None, "Content-Transfer-Encoding: base64\r\n")),
        form(part("a", b"1", None, f"X: {'y' * 3000}\r\n")),
        form(*[part("a", b"1")] * 66),
        form(part("a", b"1")).replace(b"\r\n", b"\n"),
    ],
)
def test_what_is_not_such_form_is_refused(body: bytes) -> None:
    assert behind_the_gateway(body) == {"code": "unreadable_form"}


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'x' * 71}",
             "multipart/form-data; boundary*=utf-8''x%0d", 'multipart/form-data; boundary="x "']
)  # fmt: skip
def test_a_form_without_a_good_boundary_is_refused(kind: str) -> None:
    assert behind_the_gateway(form(part("a", b"1")), kind) == {"code": "unreadable_form"}


def test_a_form_that_is_too_large_is_refused() -> None:
    assert behind_the_gateway(form(part("file", b"a" * MAX_BODY_LENGTH, "x"))) == {"code": "body_too_large"}


def test_another_content_type_is_refused() -> None:
    class _Request:
        headers = {"content-type": "application/x-www-form-urlencoded"}  # noqa: RUF012
        raw_body = b"a=1"

    with pytest.raises(SsoError) as refused:
        form_with_files(_Request())  # type: ignore[arg-type]
    assert refused.value.code == "unsupported_media_type"
