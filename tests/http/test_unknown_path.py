from __future__ import annotations

import json

import pytest

from chalicelib.http.unknown_path import unknown_path
from chalicelib.i18n.catalog import set_language
from tests.support.deployment import Deployment


def test_a_program_gets_the_shape_of_every_failure(deployment: Deployment) -> None:
    response = unknown_path("/nowhere", {"accept": "application/json"})
    body = json.loads(json.dumps(response.body))
    assert (response.status_code, body["code"]) == (404, "not_found")
    assert response.headers["X-Request-Id"] == body["request_id"]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_under_v1_is_a_page(deployment: Deployment) -> None:
    assert unknown_path("/v1/nowhere", {"accept": "text/html"}).headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("language", "title"), [("en", "Page not found"), ("de", "Hier ist nichts")])
def test_a_person_gets_a_page_in_their_language(deployment: Deployment, language: str, title: str) -> None:
    response = unknown_path("/nowhere", {"accept": "text/html", "accept-language": language})
    set_language(None)
    assert response.status_code == 404
    assert str(response.headers["Content-Type"]).startswith("text/html")
    assert f"<h1>{title}</h1>" in response.body
