"""Detects decrypted elements that are addressed to another connection. All connections share the deployment's
decryption keys, so a ciphertext for one connection could be sent to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.service_provider import ServiceProvider

_ADDRESSED: Final = (f"{{{names.SAML}}}Subject", f"{{{names.SAML}}}Conditions")


def names_another_connection(element: Element, provider: ServiceProvider) -> bool:
    """Returns True if an assertion's Subject or Conditions, or a NameID, names an address of another connection.

    Comparison ignores case and white space. That is safe here, because a match only ever leads to a refusal.
    """
    own = provider.acs_url.removesuffix("/acs").casefold()
    any_connection = own.rpartition("/")[0] + "/conn_"
    return any(any_connection in value and not _is_below(value, own) for value in _values(element))


def _is_below(value: str, own: str) -> bool:
    return value == own or value.startswith(f"{own}/")


def _values(element: Element) -> Iterator[str]:
    for part in (element, *element.iterchildren(*_ADDRESSED)):
        inside = [part] if part is element else part.iter()
        for node in inside:
            for text in (node.text, *node.values()):
                if text:
                    yield text.strip().casefold()
