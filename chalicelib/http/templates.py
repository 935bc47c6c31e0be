"""The pages' template engine with its filters and globals."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chalicelib.i18n.catalog import day, day_and_time, day_of_year, localize, t

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from chalicelib.i18n.check_texts import ShownCheck
    from chalicelib.saml.check import Check, Told

PAGES: Final = Path(__file__).parents[1] / "templates"
COMPILED: Final = "compiled"
"""The folder in `PAGES` with the package's precompiled templates, which save a new process from compiling."""


@cache
def environment() -> Environment:
    """Creates the engine for the templates in `PAGES`."""
    from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined

    compiled = PAGES / COMPILED
    made = Environment(
        loader=ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "day": day,
        "day_of_year": day_of_year,
        "moment": day_and_time,
        "iso": _iso,
        "fingerprint": _fingerprint,
        "emphasized": _emphasized,
        "fault": localize,
        "told": _localize_told,
        "shown": _shown_check,
    }
    made.globals["t"] = t
    return made


def _emphasized(text: Markup | str) -> Markup:
    # Imported on first use, because the sign-in page doesn't need it.
    from chalicelib.i18n.emphasis import emphasized

    return emphasized(text)


def _localize_told(told: Told) -> Markup | str:
    from chalicelib.i18n.check_texts import localize_told

    return localize_told(told)


def _shown_check(check: Check) -> ShownCheck:
    from chalicelib.i18n.check_texts import shown_check

    return shown_check(check)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _fingerprint(sha256: str) -> list[str]:
    """Splits a fingerprint into groups of four bytes, between which a line may break."""
    pairs = [sha256[at : at + 2].upper() for at in range(0, len(sha256), 2)]
    return [":".join(pairs[at : at + 4]) for at in range(0, len(pairs), 4)]
