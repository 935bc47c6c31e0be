"""The demo identity provider's pages: one stylesheet inside each, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Person:
    """A user who can be selected on the page."""

    email: str
    note: str


PEOPLE: Final = (
    Person("member@acme.test", "Member of Acme"),
    Person("admin@acme.test", "Admin of Acme"),
    Person("new.person@acme.test", "New at Acme: has no account yet"),
    Person("carol@globex.test", "Of another company: must be refused"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page with what browsers may do with it."""

    status: HTTPStatus
    html: bytes
    security_policy: str


def render(template: str, status: HTTPStatus = HTTPStatus.OK, *, nonce: str | None = None, **values: object) -> Page:
    """The page made of `template`. A script in it runs only with `nonce`."""
    html = _templates().get_template(template).render(style=_style(), people=PEOPLE, nonce=nonce, **values)
    style_hash = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' http://localhost:* http://127.0.0.1:*"
    )
    return Page(status, html.encode(), f"{policy}; script-src 'nonce-{nonce}'" if nonce else policy)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (_FOLDER / "style.css").read_text()
