"""Derives the accessible shades of a brand color that the pages need (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MIN_CONTRAST: Final = 4.5

_HEX: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)
_LIGHT_SURFACE: Final = (243, 244, 247)  # --sunken, the darkest surface of the light pages
_DARK_SURFACE: Final = (28, 32, 43)  # --sunken, the lightest surface of the dark pages
_DARK_TEXT: Final = (13, 18, 48)
_STEPS: Final = 50

Color = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""


@dataclass(frozen=True, slots=True)
class Shades:
    """The accent on light or on dark pages, as `#rrggbb`.

    Attributes:
        soft: a background behind text or accent.
        on_accent: text on the accent.
    """

    accent: str
    hover: str
    soft: str
    on_accent: str


def shades(text: str) -> tuple[Shades, Shades]:
    """Returns the shades for light pages and for dark ones.

    Args:
        text: `#rrggbb`.

    Raises:
        ValueError: it isn't a color, or is unreadably light on a white page; the message suggests a darker one.
    """
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text!r} is no colour. Write it as #rrggbb, for example #3046c8.")
    color = (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
    soft = _mix(color, _WHITE, 0.92)
    worst = min(contrast(color, _LIGHT_SURFACE), contrast(color, soft))
    if worst < MIN_CONTRAST:
        darker = _until_readable(color, _BLACK, _LIGHT_SURFACE)
        raise ValueError(
            f"{text} has a contrast of {worst:.1f}:1 on light pages, and people need {MIN_CONTRAST}:1 to read it. "
            f"Take a darker one, for example {_format(darker)}."
        )
    light = Shades(text.lower(), _format(_mix(color, _BLACK, 0.2)), _format(soft), "#ffffff")
    return light, _on_dark(color)


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _on_dark(color: Color) -> Shades:
    dark_soft = _mix(color, _DARK_SURFACE, 0.85)
    behind = max(dark_soft, _DARK_SURFACE, key=_luminance)
    bright = _until_readable(color, _WHITE, behind)
    on_accent = max(_DARK_TEXT, _WHITE, key=lambda text: contrast(text, bright))
    return Shades(_format(bright), _format(_mix(bright, _WHITE, 0.3)), _format(dark_soft), _format(on_accent))


def _until_readable(color: Color, toward: Color, on: Color) -> Color:
    """Mixes the color until it is readable, with a margin because its soft shade is close to the surface."""
    for step in range(_STEPS):
        mixed = _mix(color, toward, step / _STEPS)
        if contrast(mixed, on) >= MIN_CONTRAST * 1.06:
            return mixed
    return toward


def _mix(color: Color, other: Color, share: float) -> Color:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def _luminance(color: Color) -> float:
    """WCAG 2.2, definition of relative luminance."""
    linear = [_linear(channel / 255) for channel in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _format(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
