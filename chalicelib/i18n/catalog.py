"""Localizes texts: `t` takes `area.key` from `i18n/locales/{language}/{area}.json`.

A test verifies that English is complete and that every other language has the same keys. A text may contain `<b>`,
`<code>`, `<br>`, a link to a `{placeholder}`, and placeholders, whose values are escaped. Texts with "{count}" have the
keys `.one` and `.other`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalicelib.http.content_negotiation import quality
from chalicelib.i18n.message import Message

if TYPE_CHECKING:
    from markupsafe import Markup

LANGUAGES: Final = ("en", "de")
"""The first language is the default."""

_FOLDER: Final = Path(__file__).parent / "locales"
_MAX_RANGES: Final = 20

_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def set_language(accept_language: str | None) -> None:
    """Sets the language for the current request from its Accept-Language header (RFC 9110 section 12.5.4)."""
    _language.set(preferred_language(accept_language or ""))


def language() -> str:
    """The language of the current response, for the page's `lang` attribute."""
    return _language.get()


def preferred_language(accept_language: str) -> str:
    """Returns the supported language with the greatest weight; the first one on a tie."""
    best, weight = LANGUAGES[0], 0.0
    for part in accept_language.split(",")[:_MAX_RANGES]:
        name, _, parameter = part.strip().lower().partition(";")
        primary = name.strip().partition("-")[0]
        weighs = quality(parameter)
        if primary in LANGUAGES and weighs > weight:
            best, weight = primary, weighs
    return best


def t(key: str, **values: Any) -> Markup:
    """Returns the text under `key` as page markup.

    Args:
        values: for the placeholders, escaped unless they are markup already.

    Raises:
        KeyError: there is no such text.
    """
    from markupsafe import Markup

    if "count" in values:
        key += ".one" if values["count"] == 1 else ".other"
    return Markup(_find(key)).format(**values)  # noqa: S704 — the catalogue is ours, the values are escaped


def localize(message: Message) -> Markup:
    """Renders a message as page markup, in the user's language."""
    return t(message.code, **_localize_parameters(message, localize))


def in_english(message: Message) -> str:
    """Renders a message in English plain text, for the API and the log."""
    from markupsafe import Markup

    area, _, name = message.code.partition(".")
    values = _localize_parameters(message, in_english)
    if "count" in values:
        name += ".one" if values["count"] == 1 else ".other"
    text = Markup(_area(LANGUAGES[0], area)[name])  # noqa: S704 — the catalog is ours
    return str(text.format(**values).unescape())


def has(key: str) -> bool:
    """True if the text exists."""
    area, _, name = key.partition(".")
    return name in _area(LANGUAGES[0], area)


def texts_of(language: str, area: str) -> Mapping[str, str]:
    """Returns all texts of an area in a language.

    Raises:
        KeyError: there is no such area.
    """
    return _area(language, area)


def english(text: str) -> Markup:
    """Marks a text as English on a page in another language (WCAG 2.2, 3.1.2)."""
    from markupsafe import Markup, escape

    return escape(text) if language() == "en" else Markup('<span lang="en">{}</span>').format(text)


def day(moment: datetime) -> str:
    """Formats a date in UTC."""
    at = moment.astimezone(UTC)
    return str(t("dates.day", day=at.day, month=t(f"dates.month.{at.month}"), year=at.year))


def day_of_year(on: date) -> str:
    """Formats a date without its year, for contexts where the year is obvious."""
    return str(t("dates.day_of_year", day=on.day, month=t(f"dates.month.{on.month}")))


def day_and_time(moment: datetime) -> str:
    """Formats a date and time in UTC."""
    return str(t("dates.moment", day=day(moment), time=f"{moment.astimezone(UTC):%H:%M}"))


def _localize_parameters(message: Message, render: Callable[[Message], str]) -> dict[str, str | int]:
    return {
        name: render(parameter) if isinstance(parameter, Message) else parameter
        for name, parameter in message.parameters
    }


def _find(key: str) -> str:
    area, _, name = key.partition(".")
    return _area(_language.get(), area)[name]


@cache
def _area(language: str, area: str) -> dict[str, str]:
    """Loads an area's texts. Areas are loaded on demand, because the sign-in page starts cold most often.

    Raises:
        KeyError: there is no such area.
    """
    file = _FOLDER / language / f"{area}.json"
    if not file.is_file():
        raise KeyError(area)
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return texts
