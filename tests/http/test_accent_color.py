from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.http.accent_color import MIN_CONTRAST, Color, contrast, shades


def rgb(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)]
)
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert contrast(rgb(one), rgb(other)) == pytest.approx(ratio, abs=0.01)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_what_is_taken_can_be_read_everywhere_and_what_is_not_names_one_that_can(color: Color) -> None:
    text = "#{:02x}{:02x}{:02x}".format(*color)
    try:
        light, dark = shades(text)
    except ValueError as error:
        better = re.findall(r"#[0-9a-f]{6}", str(error))[-1]
        light, dark = shades(better)
    for surface in ("#ffffff", "#f6f7f9", "#f3f4f7", light.soft):
        assert contrast(rgb(light.accent), rgb(surface)) >= MIN_CONTRAST
    for surface in ("#0e1015", "#161922", "#1c202b", dark.soft):
        assert contrast(rgb(dark.accent), rgb(surface)) >= MIN_CONTRAST
    for shade in (light, dark):
        assert contrast(rgb(shade.on_accent), rgb(shade.accent)) >= MIN_CONTRAST
        assert contrast(rgb(shade.on_accent), rgb(shade.hover)) >= MIN_CONTRAST


def test_the_accent_of_light_pages_is_the_brands_own() -> None:
    assert shades("#3046C8")[0].accent == "#3046c8"


@pytest.mark.parametrize("text", ["", "blue", "#fff", "#12345g", "#123456;}body{", " #123456", "#1234567"])
def test_what_is_not_a_colour_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        shades(text)
