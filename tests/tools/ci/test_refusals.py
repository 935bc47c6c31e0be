"""Each kind of change is refused once, and reading never."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tools.ci.refusals import Environment, kind_of_change, refuse_once


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (("dynamodb", "POST", "/", "CreateTable"), "dynamodb CreateTable"),
        (("dynamodb", "POST", "/", "BatchGetItem"), None),
        (("sts", "POST", "/", "GetCallerIdentity"), None),
        (("apigateway", "GET", "/restapis", "-"), None),
        (("apigateway", "POST", "/restapis", "-"), "apigateway POST /restapis"),
        (
            ("apigateway", "PUT", "/restapis/a1/gatewayresponses/THROTTLED", "-"),
            "apigateway PUT /restapis/*/gatewayresponses/*",
        ),
        (("lambda", "DELETE", "/2015-03-31/functions/a-b", "-"), "lambda DELETE /2015-03-31/functions/*"),
    ],
)
def test_a_change_is_known_by_what_it_does_and_not_by_what_it_names(call: tuple[str, ...], kind: str | None) -> None:
    assert kind_of_change(*call) == kind


def _asked(application: Any, kind: str, content_type: str = "") -> tuple[str, bytes]:
    started: list[str] = []
    body = application({"kind": kind, "CONTENT_TYPE": content_type}, lambda status, _: started.append(status))
    return started[0], b"".join(body)


def test_the_first_of_each_kind_is_refused_while_the_file_is_there(tmp_path: Path) -> None:
    def served(environment: Environment, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"done"]

    file = tmp_path / "refused"
    application = refuse_once(served, file, lambda environment: environment["kind"] or None)
    assert _asked(application, "a")[0] == "200 OK"
    file.touch()
    assert _asked(application, "a")[0] == "403 Forbidden"
    assert _asked(application, "a")[0] == "200 OK"
    assert _asked(application, "")[0] == "200 OK"
    form = _asked(application, "b", "application/x-www-form-urlencoded; charset=utf-8")
    assert form[0] == "403 Forbidden"
    assert b"<Code>AccessDenied</Code>" in form[1]
    assert file.read_text().split() == ["a", "b"]
