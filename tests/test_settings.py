from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.settings import Settings, brand_from, settings_from

BASE = {"GATEHOUSE_BASE_URL": "https://sso.example.test/api/"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def logo(text: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(text.encode()).decode()}"


def test_only_the_address_must_be_reported() -> None:
    assert settings_from(BASE) == Settings("https://sso.example.test/api")


@pytest.mark.parametrize("address", ["", "http://sso.example.test", "sso.example.test"])
def test_an_address_without_tls_is_refused_with_what_to_set(address: str) -> None:
    with pytest.raises(ValueError, match="GATEHOUSE_BASE_URL"):
        settings_from({"GATEHOUSE_BASE_URL": address})


def test_a_number_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="GATEHOUSE_PASSWORD_TRIES to a whole number, not 'ten'"):
        settings_from({**BASE, "GATEHOUSE_PASSWORD_TRIES": "ten"})
    assert settings_from({**BASE, "GATEHOUSE_PASSWORD_TRIES": "3"}).password_tries == 3


def test_no_variable_makes_a_deployment_local() -> None:
    assert not settings_from({**BASE, "GATEHOUSE_LOCAL": "1", "LOCAL": "true"}).local


def test_an_accent_that_can_be_read_is_taken() -> None:
    assert settings_from({**BASE, "GATEHOUSE_ACCENT_COLOR": "#AD1457"}).accent_color == "#ad1457"


@pytest.mark.parametrize(
    ("color", "told"), [("#ffcc00", "people need 4.5:1 to read it. Take a darker one"), ("red", "Write it as #rrggbb")]
)
def test_a_bad_accent_is_refused_at_the_start_with_what_to_do(color: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"GATEHOUSE_ACCENT_COLOR: .*{told}"):
        settings_from({**BASE, "GATEHOUSE_ACCENT_COLOR": color})


def test_a_logo_comes_from_the_variable_or_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_from({**BASE, "GATEHOUSE_LOGO": logo(SVG)}).logo == SVG
    (tmp_path / "acme.svg").write_text(SVG)
    monkeypatch.setattr(settings, "_BRAND", tmp_path)
    assert settings_from({**BASE, "GATEHOUSE_LOGO": "acme.svg"}).logo == SVG
    assert settings_from({**BASE, "GATEHOUSE_LOGO": "../../acme.svg"}).logo == SVG


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("no-such-file.svg", "can't be read"),
        ("data:image/svg+xml;base64,!", "can't be read"),
        (logo("<html></html>"), "something else"),
        (logo(SVG + " " * 70_000), "at most 65536 characters"),
    ],
)
def test_a_bad_logo_is_refused_at_the_start_with_what_to_do(given: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"GATEHOUSE_LOGO to an SVG image.*{told}"):
        settings_from({**BASE, "GATEHOUSE_LOGO": given})


def test_the_local_run_takes_the_brand_and_nothing_else_from_the_environment() -> None:
    environment = {
        "GATEHOUSE_PRODUCT_NAME": "Example",
        "GATEHOUSE_SUPPORT_CONTACT": "help@example.com",
        "GATEHOUSE_ACCENT_COLOR": "#336699",
        "GATEHOUSE_LOGO": "data:image/svg+xml;base64,PHN2Zy8+",
        "GATEHOUSE_STAGE": "prod",
        "GATEHOUSE_BASE_URL": "https://sso.example.com",
    }
    assert brand_from(environment).keys() == {"product_name", "support_contact", "accent_color", "logo"}
    assert brand_from({}) == {}
    assert Settings(base_url="http://localhost:8000", local=True, **brand_from(environment)).product_name == "Example"  # type: ignore[arg-type]
