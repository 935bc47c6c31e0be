"""The common model of all migration formats, and defensive parsing of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import AttributeMapping
from chalicelib.visible_text import has_only_visible_characters

_MAX_TEXT_LENGTH: Final = 200
_MAX_ATTRIBUTE_LENGTH: Final = 256
_MAX_ATTRIBUTES: Final = 20
_LISTS: Final = ("data", "connections", "items")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A connection of another system.

    Attributes:
        source_id: its ID there; a second run knows it again by it.
        name: the customer's, as far as that system knows it.
        domains: e-mail domains that sign in through it there.
        is_disabled: switched off there.
        remarks: what could not be taken along, for the operator.
    """

    source_id: str
    name: str
    changes: ConnectionChanges
    domains: tuple[str, ...] = ()
    is_disabled: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the file that was not taken, and why."""

    name: str
    reason: str


Found = Entry | Skipped
Reader = Callable[[object], Iterator[Found]]
"""A whole document → what is in it."""


def objects_in(document: object, *wrappers: str) -> Iterator[Document]:
    """The objects of a list, of a list inside an object, or the one object.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(document, dict):
        inner = next((document[name] for name in (*wrappers, *_LISTS) if name in document), None)
        document = inner if isinstance(inner, list) else [inner if isinstance(inner, dict) else document]
    if not isinstance(document, list):
        raise ValueError("The file holds neither an object nor a list of them.")  # noqa: TRY004  a file's fault
    for one in document:
        if not isinstance(one, dict):
            raise ValueError("The file's list has something else than objects in it.")  # noqa: TRY004
        yield one


def inner_of(document: Document, name: str) -> Document:
    """An object inside; an empty one where there is none."""
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def text_of(document: Document, *names: str) -> str | None:
    """The first text that is there and not empty."""
    for name in names:
        found = document.get(name)
        if isinstance(found, str) and found.strip():
            return found.strip()
    return None


def texts_of(document: Document, name: str) -> tuple[str, ...]:
    """A list's texts; a single text counts as a list of one."""
    found = document.get(name)
    many = found if isinstance(found, list) else [found]
    return tuple(one.strip() for one in many if isinstance(one, str) and one.strip())


def is_on(document: Document, name: str) -> bool:
    """A switch, as a boolean or as the word."""
    found = document.get(name)
    return found is True or (isinstance(found, str) and found.lower() == "true")


def first_name(*candidates: str | None) -> str:
    """The first that can be shown as a name."""
    found = (" ".join(text.split())[:_MAX_TEXT_LENGTH] for text in candidates if text)
    return next((text for text in found if has_only_visible_characters(text)), "Without a name")


def attribute_mapping(**theirs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """An attribute mapping with their names before the usual ones; fields without a name of theirs stay as usual."""
    usual = AttributeMapping()
    found: dict[str, tuple[str, ...]] = {}
    for field, names in theirs.items():
        kept = [name for name in names if name.isprintable() and 0 < len(name) <= _MAX_ATTRIBUTE_LENGTH]
        if kept:
            found[field] = tuple(dict.fromkeys([*kept, *getattr(usual, field)]))[:_MAX_ATTRIBUTES]
    return found
