"""Determines which connection a decrypted element is addressed to. All connections share the deployment's decryption
keys, so a ciphertext for one connection could be sent to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.saml.uri import optional_uri

_SAML: Final = f"{{{names.SAML}}}"
_CONFIRMATION_DATA: Final = f"{_SAML}Subject/{_SAML}SubjectConfirmation/{_SAML}SubjectConfirmationData"
_AUDIENCE: Final = f"{_SAML}Conditions/{_SAML}AudienceRestriction/{_SAML}Audience"
_ADDRESSED: Final = (f"{_SAML}Subject", f"{_SAML}Conditions")


def names_another_connection(element: Element, provider: ServiceProvider) -> bool:
    """Returns True if an assertion's Subject or Conditions, or a NameID, names an address of another connection.

    Comparison ignores case and white space. That is safe here, because a match only ever leads to a refusal.
    """
    own = provider.acs_url.removesuffix("/acs").casefold()
    any_connection = own.rpartition("/")[0] + "/conn_"
    return any(any_connection in value and not _is_below(value, own) for value in _values(element))


def names_this_connection(assertion: Element, provider: ServiceProvider) -> bool:
    """Returns True if an assertion names the connection as Recipient or as Audience.

    Only who has the content key can write either into a ciphertext: a change of one block of AES-CBC makes the block
    before it unpredictable, and the addresses are longer than a block.
    """
    confirmed = (data.get("Recipient") for data in assertion.iterfind(_CONFIRMATION_DATA))
    audiences = (audience.text for audience in assertion.iterfind(_AUDIENCE))
    return any(optional_uri(value) == provider.acs_url for value in confirmed) or any(
        optional_uri(value) == provider.entity_id for value in audiences
    )


def _is_below(value: str, own: str) -> bool:
    return value == own or value.startswith(f"{own}/")


def _values(element: Element) -> Iterator[str]:
    for part in (element, *element.iterchildren(*_ADDRESSED)):
        inside = [part] if part is element else part.iter()
        for node in inside:
            for text in (node.text, *node.values()):
                if text:
                    yield text.strip().casefold()
