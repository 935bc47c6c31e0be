"""Builds AuthnRequests for the HTTP-Redirect binding (SAML Bindings section 3.4).

The request contains nothing that an identity provider could refuse: no NameIDPolicy unless the connection sets a format
(InvalidNameIDPolicy from AD FS), no RequestedAuthnContext (AADSTS75011 from Entra), no Subject (an error at Entra).
"""

from __future__ import annotations

import base64
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from chalicelib.saml import names
from chalicelib.saml.instant import format_instant
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.keys import private_key
from chalicelib.saml.service_provider import ServiceProvider

if TYPE_CHECKING:
    from chalicelib.saml.trust import ExpectedRequest, RequestSettings

RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

# Providers with a documented `login_hint` parameter. Others may refuse unknown parameters in a signed request.
_TAKES_LOGIN_HINT: Final = frozenset({"entra", "okta", "google"})


def redirect_url(
    request: ExpectedRequest,
    *,
    connection: RequestSettings,
    provider: ServiceProvider,
    relay_state: str,
    signing_key: KeyPair | None = None,
    login_hint: str | None = None,
    force_authn: bool = False,
    now: datetime,
) -> str:
    """Returns the URL to redirect the browser to. Existing query parameters of the SSO URL come first.

    Args:
        relay_state: opaque, at most 80 bytes.
        signing_key: signs the query string as it stands in the URL (section 3.4.4.1); None sends the request unsigned.
        login_hint: an email address; omitted for providers that are not documented to accept one.

    Raises:
        ValueError: the connection has no identity provider URL.
    """
    target = target_of(connection)
    document = authn_request(request.id, connection, provider, target, force_authn=force_authn, now=now)
    query = f"SAMLRequest={quote_plus(_deflate(document))}&RelayState={quote_plus(relay_state)}"
    if signing_key is not None:
        query += f"&SigAlg={quote_plus(RSA_SHA256)}"
        query += f"&Signature={quote_plus(_signature(query, signing_key))}"
    if login_hint and connection.provider in _TAKES_LOGIN_HINT:
        query += f"&login_hint={quote_plus(login_hint)}"
    address, _, _ = target.partition("#")
    separator = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{separator}{query}"


def target_of(connection: RequestSettings) -> str:
    """Returns the identity provider URL that the request is sent to.

    Raises:
        ValueError: the connection has no identity provider URL.
    """
    if not connection.identity_provider_url:
        raise ValueError("The connection has no identity provider URL.")
    return connection.identity_provider_url


def authn_request(
    request_id: str,
    connection: RequestSettings,
    provider: ServiceProvider,
    target: str,
    *,
    force_authn: bool,
    now: datetime,
) -> bytes:
    """Builds the AuthnRequest element (SAML Core section 3.4.1)."""
    attributes = {
        "ID": request_id,
        "Version": "2.0",
        "IssueInstant": format_instant(now),
        "Destination": target,
        "ProtocolBinding": names.HTTP_POST,
        "AssertionConsumerServiceURL": provider.acs_url,
    }
    if force_authn:
        attributes["ForceAuthn"] = "true"
    root = etree.Element(f"{{{names.SAMLP}}}AuthnRequest", attributes, nsmap={"samlp": names.SAMLP, "saml": names.SAML})
    etree.SubElement(root, names.ISSUER).text = provider.entity_id
    if connection.name_id_format:
        etree.SubElement(root, f"{{{names.SAMLP}}}NameIDPolicy", Format=connection.name_id_format, AllowCreate="true")
    return etree.tostring(root)


def _deflate(document: bytes) -> bytes:
    """Compresses to raw DEFLATE without header (RFC 1951), then encodes as base64 without line breaks."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(compressor.compress(document) + compressor.flush())


def _signature(query: str, key: KeyPair) -> bytes:
    octets = private_key(key.private_key).sign(query.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(octets)
