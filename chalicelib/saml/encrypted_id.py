"""Decrypts the EncryptedID of a Subject (SAML Core section 2.2.4) to its NameID."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.addressee import names_another_connection
from chalicelib.saml.decryption import decrypt, decryption_failed, parse_encrypted
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.parse import encrypted_id
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.saml.structure import require_plain_tree
from chalicelib.saml.validation_error import ValidationError

_NAME_ID: Final = f"{{{names.SAML}}}NameID"


def decrypted_id(assertion: Element, keys: Sequence[KeyPair], provider: ServiceProvider) -> Element | None:
    """Returns the NameID inside the EncryptedID of a verified assertion, or None if there is no EncryptedID.

    Raises:
        ValidationError: an unsupported structure or algorithm, determined from unencrypted data; otherwise
            saml_decryption_failed.
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
