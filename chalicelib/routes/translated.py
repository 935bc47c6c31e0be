"""Sentences that the rules below speak, and keep, in English: the same in the reader's language.

An area of the catalogues lists them in English, too; that is how they are found. A sentence with `{placeholders}`
stands for every one of its form.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from chalicelib.routes.words import LANGUAGES, language, t, texts_of

if TYPE_CHECKING:
    from markupsafe import Markup

_HOLE: Final = re.compile(r"{(\w+)}")
_LONGEST: Final = 2000  # characters: what a stranger wrote is not compared with forms for ever


def translated(area: str, sentence: str, group: str = "") -> Markup | None:
    """The sentence in the reader's language; None where the area doesn't have it.

    What stands for `{detail}` is a sentence of the same area itself.

    Args:
        group: with what the keys begin that may be meant: the same words may be somebody's name elsewhere.
    """
    if (key := _whole(area, group).get(sentence)) is not None:
        return t(key)
    if len(sentence) > _LONGEST:
        return None
    for key, form in _forms(area, group):
        if (found := form.fullmatch(sentence)) is not None:
            return t(key, **{name: _within(area, name, text) for name, text in found.groupdict().items()})
    return None


def in_english() -> bool:
    """Whether the reader's language is the one in which the rules speak."""
    return language() == LANGUAGES[0]


def _within(area: str, name: str, text: str) -> Markup | str:
    inner = translated(area, text) if name == "detail" else None
    return text if inner is None else inner


@cache
def _whole(area: str, group: str) -> dict[str, str]:
    """English sentence → its key."""
    return {text: f"{area}.{name}" for name, text in _english(area, group).items() if not _HOLE.search(text)}


@cache
def _forms(area: str, group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Keys of the sentences with placeholders, the most definite form first."""
    found = {name: text for name, text in _english(area, group).items() if _HOLE.search(text)}
    by_length = sorted(found, key=lambda name: len(_HOLE.sub("", found[name])), reverse=True)
    return tuple((f"{area}.{name}", _form(found[name])) for name in by_length)


def _form(text: str) -> re.Pattern[str]:
    parts = _HOLE.split(text)
    return re.compile("".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)))


def _english(area: str, group: str) -> dict[str, str]:
    from markupsafe import Markup

    texts = texts_of(LANGUAGES[0], area).items()
    return {name: Markup(text).unescape() for name, text in texts if name.startswith(group)}  # noqa: S704 ours
