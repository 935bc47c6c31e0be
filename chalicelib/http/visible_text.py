"""Displays raw values with visible white space and invisible characters, and marks differences."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final

from chalicelib.i18n.catalog import t

if TYPE_CHECKING:
    from markupsafe import Markup

_GLYPHS: Final = {" ": "·", "\t": "⇥", "\n": "↵", "\r": "[CR]", "\u00a0": "[NBSP]"}
_NAMES: Final = {" ": "space", "\t": "tab", "\n": "line_feed", "\r": "carriage_return", "\u00a0": "no_break_space"}


def difference(one: str, other: str) -> tuple[int, int]:
    """Returns the lengths of the common prefix and of the common suffix of two texts."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest = min(len(one), len(other)) - start
    pairs = zip(reversed(one), reversed(other), strict=False)
    end = next((at for at, (a, b) in enumerate(pairs) if a != b), rest)
    return start, min(end, rest)


def visible(text: str, marked: tuple[int, int] | None = None) -> Markup:
    """Renders the text with visible white space, except single spaces between words.

    Args:
        marked: start and end of the part that differs from another text.
    """
    from markupsafe import Markup

    if marked is None:
        return _shown(text, at_start=True, at_end=True, inside=False)
    start, end = marked
    before = _shown(text[:start], at_start=True, at_end=False, inside=False)
    part = _shown(text[start:end], at_start=start == 0, at_end=end == len(text), inside=True)
    behind = _shown(text[end:], at_start=False, at_end=True, inside=False)
    return before + (Markup("<mark>{}</mark>").format(part) if part else part) + behind


def _shown(text: str, *, at_start: bool, at_end: bool, inside: bool) -> Markup:
    """Renders a part of a text.

    Args:
        at_start, at_end: the part starts or ends the text, so a space there is made visible.
        inside: single spaces are made visible too.
    """
    from markupsafe import Markup, escape

    runs = [(hidden, "".join(run)) for hidden, run in groupby(text, _is_hidden)]
    parts = []
    for number, (hidden, run) in enumerate(runs):
        is_edge = (at_start and number == 0) or (at_end and number == len(runs) - 1)
        is_plain = not hidden or (run == " " and not is_edge and not inside)
        parts.append(escape(run) if is_plain else _run(run))
    return Markup("").join(parts)


def _run(run: str) -> Markup:
    from markupsafe import Markup

    names = ", ".join(dict.fromkeys(map(_name, run)))
    glyphs = "".join(_GLYPHS.get(character, f"[{_code(character)}]") for character in run)
    return Markup('<span class="ws" role="img" aria-label="{}">{}</span>').format(names, glyphs)


def _is_hidden(character: str) -> bool:
    """White space and characters without a glyph: control and format characters, unpaired surrogates."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _name(character: str) -> str:
    known = _NAMES.get(character)
    return str(t(f"check.space.{known}")) if known else _code(character)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
