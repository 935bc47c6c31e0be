"""SAML 2.0, XML Signature and XML Encryption names that several modules share."""

from __future__ import annotations

from typing import Final

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"

RESPONSE: Final = f"{{{SAMLP}}}Response"
ASSERTION: Final = f"{{{SAML}}}Assertion"
ENCRYPTED_ASSERTION: Final = f"{{{SAML}}}EncryptedAssertion"
ISSUER: Final = f"{{{SAML}}}Issuer"
SIGNATURE: Final = f"{{{DS}}}Signature"
KEY_INFO: Final = f"{{{DS}}}KeyInfo"
DIGEST_METHOD: Final = f"{{{DS}}}DigestMethod"

SHA1: Final = f"{DS}sha1"
SHA256: Final = f"{XENC}sha256"
SHA384: Final = "http://www.w3.org/2001/04/xmldsig-more#sha384"
SHA512: Final = f"{XENC}sha512"

HTTP_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
