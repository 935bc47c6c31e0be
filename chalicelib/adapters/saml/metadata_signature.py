"""Metadata that is signed by a pinned key (SAML Metadata section 3).

KeyInfo shows the certificate; it counts only because its fingerprint is the pinned one. What is read afterwards are the
very octets that were signed.
"""

from __future__ import annotations

import hashlib
from typing import Final

from lxml import etree

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.gate import require_ordinary_elements
from chalicelib.adapters.saml.parsing import parse_untrusted
from chalicelib.adapters.saml.proof import proof
from chalicelib.adapters.saml.refused import Refused
from chalicelib.adapters.saml.signature import allowed
from chalicelib.domain.certificate import Certificate, CertificateFacts
from chalicelib.domain.import_refusal import ImportRefused

LONGEST: Final = 1_048_576  # characters
MARKS_MOST: Final = {"<!DOCTYPE": 0, "<!ENTITY": 0, "<": 40_000, "xmlns": 1_000}
"""Canonicalization takes the product of elements and namespaces: a megabyte could hold a tenth of a minute's work."""


def signed_metadata(text: str, pinned: CertificateFacts) -> str:
    """The document as it was signed.

    Raises:
        ImportRefused: metadata_signature_invalid: it isn't signed as a whole, by the pinned key.
    """
    if len(text) > LONGEST or any(text.count(mark) > most for mark, most in MARKS_MOST.items()):
        raise ImportRefused("metadata_signature_invalid")
    try:
        root = parse_untrusted(text.strip("\ufeff \t\r\n").encode("utf-8"))
        require_ordinary_elements(root)
        found = root.find(names.SIGNATURE)
        if found is None or root.get("ID") is None:
            raise ImportRefused("metadata_signature_invalid")
        signature = allowed(found, sha1=False)
        shown = signature.shown or b""
        if hashlib.sha256(shown).hexdigest() != pinned.sha256:
            raise ImportRefused("metadata_signature_invalid")
        return proof(signature, [Certificate(pinned, shown)]).octets.decode()
    except (Refused, etree.XMLSyntaxError, ValueError):
        raise ImportRefused("metadata_signature_invalid") from None
