"""Verifies metadata that is signed by a pinned key (SAML Metadata section 3).

The certificate in KeyInfo is trusted only if its fingerprint is the pinned one. The returned document consists of the
signed bytes only.
"""

from __future__ import annotations

import hashlib
from typing import Final

from lxml import etree

from chalicelib.saml import names
from chalicelib.saml.certificate import Certificate, CertificateFacts
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.signature import parse_signature
from chalicelib.saml.structure import limit_complexity
from chalicelib.saml.validation_error import ValidationError
from chalicelib.saml.verify_signature import verify_signature
from chalicelib.saml.xml_parser import parse_untrusted

MAX_LENGTH: Final = 1_048_576  # characters
MAX_MARKUP_CHARS: Final = {"<!DOCTYPE": 0, "<!ENTITY": 0, "<": 40_000, "xmlns": 1_000}
"""Canonicalization cost is proportional to elements times namespaces: without a limit, 1 MB could take 6 s."""


def verify_metadata(text: str, pinned: CertificateFacts) -> str:
    """Returns the document as it was signed.

    Raises:
        ImportRefused: metadata_signature_invalid: the pinned key has not signed the whole document.
    """
    if len(text) > MAX_LENGTH or any(text.count(mark) > most for mark, most in MAX_MARKUP_CHARS.items()):
        raise ImportRefused("metadata_signature_invalid")
    try:
        root = parse_untrusted(text.strip("\ufeff \t\r\n").encode("utf-8"))
        limit_complexity(root)
        found = root.find(names.SIGNATURE)
        if found is None or root.get("ID") is None:
            raise ImportRefused("metadata_signature_invalid")
        signature = parse_signature(found, sha1=False)
        shown = signature.certificate or b""
        if hashlib.sha256(shown).hexdigest() != pinned.sha256:
            raise ImportRefused("metadata_signature_invalid")
        return verify_signature(signature, [Certificate(pinned, shown)]).octets.decode()
    except (ValidationError, etree.XMLSyntaxError, ValueError):
        raise ImportRefused("metadata_signature_invalid") from None
