"""Decrypts the EncryptedID of a Subject (SAML Core section 2.2.4) to its NameID."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.ciphertext_addressee import names_another_connection
from chalicelib.saml.decryption import decrypt, decryption_failed, parse_encrypted
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.parse import ENCRYPTED_ID, DecryptedID
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.saml.structure import require_plain_tree
from chalicelib.saml.validation_error import ValidationError

_NAME_ID: Final = f"{{{names.SAML}}}NameID"
_SUBJECT: Final = f"{{{names.SAML}}}Subject"


def decrypted_id(assertion: Element, keys: Sequence[KeyPair], provider: ServiceProvider) -> DecryptedID | None:
    """Returns the NameID inside the EncryptedID of a verified assertion, or None if there is no EncryptedID.

    All connections share the decryption keys, and the assertion's signature doesn't cover the plaintext. Only the
    SPNameQualifier inside binds the NameID to this connection. Without it AES-CBC is refused: the answers to altered
    ciphertexts would reveal the NameIDs of other tenants.

    Raises:
        ValidationError: an unsupported structure or algorithm, determined from unencrypted data; otherwise
            saml_decryption_failed.
    """
    found = (child for subject in assertion.iterchildren(_SUBJECT) for child in subject.iterchildren(ENCRYPTED_ID))
    encrypted = next(found, None)
    if encrypted is None:
        return None
    message = parse_encrypted(encrypted)
    identifier = decrypt(message, keys)
    try:
        require_plain_tree([identifier])
    except ValidationError:
        raise decryption_failed() from None
    is_bound = identifier.get("SPNameQualifier") == provider.entity_id
    is_ours = is_bound or message.is_authenticated
    if identifier.tag != _NAME_ID or not is_ours or names_another_connection(identifier, provider):
        raise decryption_failed()
    return DecryptedID(identifier, is_bound)
