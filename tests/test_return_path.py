from __future__ import annotations

import pytest

from chalicelib.return_path import in_location, safe_return_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/admin/users",
        "/reports?year=2026&next=/a",
        "/a#b",
        "/100%",
        "/%E2%82%AC",
        "/a.b/..c",
        "/~lee",
    ],
)
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert safe_return_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "admin",
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/a//b",
        "/reports?to=https://evil.example",
        "/a\\b",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\x00",
        "/\x7f",
        "/\x85",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2f%2fevil.example",
        "/%5Cevil.example",
        "/%255Cevil.example",
        "/%25255Cevil.example",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/%0d%0aa",
        "/%ff",
        "/" + "a" * 512,
        "/" + "ü" * 256,
        "javascript:alert(1)",
        "/a/%252e%252e/b",
    ],
)
def test_whatever_could_leave_the_site_leads_home(path: str | None) -> None:
    assert safe_return_path(path) == "/"


def test_a_path_of_exactly_512_bytes_is_kept() -> None:
    path = "/" + "a" * 511
    assert safe_return_path(path) == path


@pytest.mark.parametrize("path", ["/a b", "/a~", "/a\u00a0b", "/a%20b", "/\u20ac"])
def test_a_path_may_hold_whatever_is_no_control_character(path: str) -> None:
    assert safe_return_path(path) == path


@pytest.mark.parametrize("path", ["/\x1f", "/\x7f", "/\x80", "/\x9f", "/%1F", "/%C2%9F"])
def test_the_first_and_last_control_characters_lead_home(path: str) -> None:
    assert safe_return_path(path) == "/"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/a?b=c&d=/e#f", "/a?b=c&d=/e#f"),
        ("/%E2%82%AC", "/%E2%82%AC"),
        ("/漢", "/%E6%BC%A2"),
        ("/é", "/%C3%A9"),
        ("/a b", "/a%20b"),
        ('/<x>"', "/%3Cx%3E%22"),
        ("/\u2028", "/%E2%80%A8"),
        ("/\uff3cevil", "/%EF%BC%BCevil"),
    ],
)
def test_a_location_is_written_in_uri_characters(path: str, written: str) -> None:
    assert in_location(path) == written
