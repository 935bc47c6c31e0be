"""EncryptedID in a Subject (SAML Core section 2.2.4): the NameID, encrypted for us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.addressee import names_another_connection
from chalicelib.adapters.saml.decryption import decrypt, decryption_failed, parse_encrypted
from chalicelib.adapters.saml.gate import require_plain_tree
from chalicelib.adapters.saml.reading import encrypted_id
from chalicelib.adapters.saml.refused import ValidationError
from chalicelib.domain.connection import ServiceProvider
from chalicelib.domain.key_set import KeyPair

_NAME_ID: Final = f"{{{names.SAML}}}NameID"


def decrypted_id(assertion: Element, keys: Sequence[KeyPair], provider: ServiceProvider) -> Element | None:
    """The NameID inside the EncryptedID of a verified assertion; None if it has none.

    Raises:
        Refused: another structure or algorithm, told from public facts; else saml_decryption_failed.
    """
    encrypted = encrypted_id(assertion)
    if encrypted is None:
        return None
    message = parse_encrypted(encrypted)
    identifier = decrypt(message, keys)
    try:
        require_plain_tree([identifier])
    except ValidationError:
        raise decryption_failed() from None
    if identifier.tag != _NAME_ID or names_another_connection(identifier, provider):
        raise decryption_failed()
    return identifier
