"""The deployment's settings, read once from the environment (`.chalice/config.json` sets them)."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chalicelib.decimal_number import parse_decimal

_PREFIX: Final = "GATEHOUSE_"
_BRAND: Final = Path(__file__).parent / "static" / "brand"
_SVG_DATA: Final = "data:image/svg+xml;base64,"
_MAX_LOGO_LENGTH: Final = 65_536  # characters


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a deployment.

    Attributes:
        base_url: the public address with the stage path, without a trailing slash. Every published URL is built from
            it, never from a request header.
        stage: part of the names of the table and the secrets.
        product_name: the SaaS product's name on the pages.
        support_contact: an email address or URL, shown to users whose plan doesn't include single sign-on.
        accent_color: color of buttons and links, `#rrggbb`; None for the default.
        logo: an SVG document shown before the product's name; None for its first letter.
        response_bytes: maximum size of the `SAMLResponse` form value, in bytes.
        *_per_minute, password_tries: see `rate_limits/model.py`.
        local: the local run on http://localhost. Only `ops/` can set it, through the container; no environment variable
            sets it, so a packaged build can't run in local mode (contract section 5).
    """

    base_url: str
    stage: str = "dev"
    product_name: str = "Gatehouse"
    support_contact: str = "your account manager"
    accent_color: str | None = None
    logo: str | None = field(default=None, repr=False)
    response_bytes: int = 256_000
    password_tries: int = 10
    refusals_per_minute: int = 60
    local: bool = False

    @property
    def table_name(self) -> str:
        """The name of the stage's DynamoDB table."""
        return f"gatehouse-{self.stage}"

    @property
    def secret_prefix(self) -> str:
        """The prefix of the names of the stage's secrets."""
        return f"gatehouse/{self.stage}"

    @property
    def keys_secret(self) -> str:
        """The name of the secret with the deployment's own keys."""
        return f"{self.secret_prefix}/keys"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads settings from the environment variables `GATEHOUSE_BASE_URL`, `GATEHOUSE_STAGE` and so on.

    Raises:
        ValueError: a variable is missing or invalid; the message names it and says what to set.
    """
    base_url = environment.get(f"{_PREFIX}BASE_URL", "").rstrip("/")
    if not base_url.startswith("https://"):
        raise ValueError("Set GATEHOUSE_BASE_URL to the deployment's public https:// address, stage path included.")
    numbers = {name: _number(environment, name) for name in ("response_bytes", "password_tries", "refusals_per_minute")}
    own = {"stage": environment.get(f"{_PREFIX}STAGE"), **numbers}
    given = {name: value for name, value in own.items() if value}
    return Settings(base_url=base_url, **given, **brand_from(environment))  # type: ignore[arg-type]


def brand_from(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Reads the branding settings, which the local run uses too.

    Raises:
        ValueError: see `settings_from`.
    """
    texts = {name: environment.get(_PREFIX + name.upper()) for name in ("product_name", "support_contact")}
    looks = {"accent_color": _accent_color(environment), "logo": _logo(environment)}
    return {name: value for name, value in {**texts, **looks}.items() if value}


def _number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(_PREFIX + name.upper())
    if not text:
        return None
    if (number := parse_decimal(text)) is None:
        raise ValueError(f"Set {_PREFIX}{name.upper()} to a whole number, not {text!r}.")
    return number


def _accent_color(environment: Mapping[str, str]) -> str | None:
    text = environment.get(f"{_PREFIX}ACCENT_COLOR")
    if not text:
        return None
    from chalicelib.http.accent_color import shades

    try:
        return shades(text)[0].accent
    except ValueError as error:
        raise ValueError(f"GATEHOUSE_ACCENT_COLOR: {error}") from error


def _logo(environment: Mapping[str, str]) -> str | None:
    """Returns the SVG logo from the variable itself or from a file in `static/brand/`. Pages embed it as an image, so
    its scripts don't run.
    """
    given = environment.get(f"{_PREFIX}LOGO")
    if not given:
        return None
    wanted = f"Set GATEHOUSE_LOGO to an SVG image: {_SVG_DATA}…, or the name of a file in chalicelib/static/brand/"
    try:
        if given.startswith(_SVG_DATA):
            svg = b64decode(given.removeprefix(_SVG_DATA), validate=True).decode()
        else:
            svg = (_BRAND / Path(given).name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ValueError(f"{wanted}. This one can't be read.") from error
    if "<svg" not in svg[:1000]:
        raise ValueError(f"{wanted}. This one is something else.")
    if len(svg) > _MAX_LOGO_LENGTH:
        raise ValueError(f"{wanted}, at most {_MAX_LOGO_LENGTH} characters long.")
    return svg
