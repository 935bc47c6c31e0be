from __future__ import annotations

import pytest

from chalicelib.http.content_negotiation import wants_page

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (None, True),
        ("", True),
        ("*/*", True),
        (CHROMIUM, True),
        ("application/json", False),
        ("application/problem+json", False),
        ("Application/JSON;charset=utf-8", False),
        ("application/json, text/plain, */*", False),
        ("application/json;q=0.9, text/html", True),
        ("application/json, text/html;q=0.9", False),
        ("application/json, text/html", True),
        ("application/json;q=0", True),
        ("application/json;q=nonsense", True),
        ("text/plain," * 30 + "application/json", True),
    ],
)
def test_people_get_pages_unless_json_is_asked_for(accept: str | None, page: bool) -> None:
    assert wants_page("/saml/{connection_id}/acs", accept) is page


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/organizations/{organization_id}"])
def test_the_api_answers_with_documents_whatever_is_asked_for(path: str) -> None:
    assert not wants_page(path, CHROMIUM)


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/problems/{code}", "/saml/{connection_id}/metadata"])
def test_where_programs_ask_a_page_must_be_asked_for_by_name(path: str) -> None:
    assert not wants_page(path, "*/*")
    assert not wants_page(path, None)
    assert wants_page(path, CHROMIUM)


def test_a_path_that_only_begins_like_the_api_is_a_page() -> None:
    assert wants_page("/v1x", "*/*")
