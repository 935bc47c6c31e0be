"""Namespaces and identifiers of SAML 2.0, XML Signature and XML Encryption, written out here once more on purpose."""

from __future__ import annotations

from typing import Final

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
DSIG_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
DSIG11: Final = "http://www.w3.org/2009/xmldsig11#"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
XS: Final = "http://www.w3.org/2001/XMLSchema"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
REQUESTER: Final = "urn:oasis:names:tc:SAML:2.0:status:Requester"
RESPONDER: Final = "urn:oasis:names:tc:SAML:2.0:status:Responder"
AUTHN_FAILED: Final = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
HOLDER_OF_KEY: Final = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
SENDER_VOUCHES: Final = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"

EMAIL: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
UNSPECIFIED_10: Final = "urn:oasis:names:tc:SAML:1.0:nameid-format:unspecified"
PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"

BASIC: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
PASSWORD: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
EXC_C14N_COMMENTS: Final = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

RSA_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
RSA_MD5: Final = DSIG_MORE + "rsa-md5"
RSA_SHA256: Final = DSIG_MORE + "rsa-sha256"
RSA_SHA384: Final = DSIG_MORE + "rsa-sha384"
RSA_SHA512: Final = DSIG_MORE + "rsa-sha512"
ECDSA_SHA1: Final = DSIG_MORE + "ecdsa-sha1"
ECDSA_SHA256: Final = DSIG_MORE + "ecdsa-sha256"
ECDSA_SHA384: Final = DSIG_MORE + "ecdsa-sha384"
ECDSA_SHA512: Final = DSIG_MORE + "ecdsa-sha512"
HMAC_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
HMAC_SHA256: Final = DSIG_MORE + "hmac-sha256"

SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"
MD5: Final = DSIG_MORE + "md5"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA384: Final = DSIG_MORE + "sha384"
SHA512: Final = "http://www.w3.org/2001/04/xmlenc#sha512"

AES128_CBC: Final = XENC + "aes128-cbc"
AES192_CBC: Final = XENC + "aes192-cbc"
AES256_CBC: Final = XENC + "aes256-cbc"
AES128_GCM: Final = XENC11 + "aes128-gcm"
AES192_GCM: Final = XENC11 + "aes192-gcm"
AES256_GCM: Final = XENC11 + "aes256-gcm"
RSA_OAEP: Final = XENC + "rsa-oaep-mgf1p"
RSA_OAEP_11: Final = XENC11 + "rsa-oaep"
RSA_1_5: Final = XENC + "rsa-1_5"
MGF1_SHA1: Final = XENC11 + "mgf1sha1"
MGF1_SHA256: Final = XENC11 + "mgf1sha256"
