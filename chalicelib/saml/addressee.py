"""Whom a decrypted element is for. All connections share our decryption keys, so ciphertexts could be carried from one
connection to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.service_provider import ServiceProvider

_ADDRESSED: Final = (f"{{{names.SAML}}}Subject", f"{{{names.SAML}}}Conditions")


def names_another_connection(element: Element, provider: ServiceProvider) -> bool:
    """Whether an assertion's Subject or Conditions, or a NameID, name an address of another connection of ours.

    Letters' case and white space count for nothing here: this only ever leads to a refusal.
    """
    own = provider.acs_url.removesuffix("/acs").casefold()
    any_of_ours = own.rpartition("/")[0] + "/conn_"
    return any(any_of_ours in value and not _is_below(value, own) for value in _values(element))


def _is_below(value: str, own: str) -> bool:
    return value == own or value.startswith(f"{own}/")


def _values(element: Element) -> Iterator[str]:
    for part in (element, *element.iterchildren(*_ADDRESSED)):
        inside = [part] if part is element else part.iter()
        for node in inside:
            for text in (node.text, *node.values()):
                if text:
                    yield text.strip().casefold()
