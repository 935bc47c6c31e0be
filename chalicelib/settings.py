"""The deployment's settings, read once from the environment (`.chalice/config.json` sets them)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "GATEHOUSE_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment is told.

    Attributes:
        base_url: the public address with the stage path, no trailing slash. Every URL we publish is made from it,
            never from a request header.
        stage: names the table and the secrets.
        product_name: the SaaS product's name on the pages.
        support_contact: whom people on another plan are sent to; an e-mail address or a URL.
        response_bytes: largest accepted `SAMLResponse` form value, in bytes.
        *_per_minute, password_tries: see `domain/limit.py`.
        local: the local run on http://localhost. Only `ops/` sets it, through the container: no environment variable
            can, so a packaged build can't (contract section 5).
    """

    base_url: str
    stage: str = "dev"
    product_name: str = "Gatehouse"
    support_contact: str = "your account manager"
    response_bytes: int = 256_000
    password_tries: int = 10
    refusals_per_minute: int = 60
    local: bool = False

    @property
    def table_name(self) -> str:
        """The stage's one DynamoDB table."""
        return f"gatehouse-{self.stage}"

    @property
    def secret_prefix(self) -> str:
        """What the names of the stage's secrets start with."""
        return f"gatehouse/{self.stage}"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables `GATEHOUSE_BASE_URL`, `GATEHOUSE_STAGE` and so on.

    Raises:
        ValueError: a variable is missing or can't be read; the sentence names it and says what to set.
    """
    base_url = environment.get(f"{_PREFIX}BASE_URL", "").rstrip("/")
    if not base_url.startswith("https://"):
        raise ValueError("Set GATEHOUSE_BASE_URL to the deployment's public https:// address, stage path included.")
    numbers = {name: _number(environment, name) for name in ("response_bytes", "password_tries", "refusals_per_minute")}
    texts = {name: environment.get(_PREFIX + name.upper()) for name in ("stage", "product_name", "support_contact")}
    given = {name: value for name, value in {**numbers, **texts}.items() if value}
    return Settings(base_url=base_url, **given)  # type: ignore[arg-type]


def _number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(_PREFIX + name.upper())
    if not text:
        return None
    if not text.isdecimal():
        raise ValueError(f"Set {_PREFIX}{name.upper()} to a whole number, not {text!r}.")
    return int(text)
