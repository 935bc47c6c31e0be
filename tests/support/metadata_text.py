"""Identity providers' metadata as text, piece by piece."""

from __future__ import annotations

MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
PROTOCOL = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def key(text: str, use: str | None = "signing") -> str:
    """A KeyDescriptor."""
    attribute = f' use="{use}"' if use else ""
    return (
        f"<md:KeyDescriptor{attribute}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{text}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def entity(
    content: str | None = None,
    *,
    entity_id: str = 'entityID="https://idp.test"',
    more: str = "",
    role: str = f"{PROTOCOL}",
    namespaces: str = MD,
) -> str:
    """An EntityDescriptor with one IDPSSODescriptor."""
    inside = content if content is not None else key("AAAA") + endpoint()
    return (
        f"<md:EntityDescriptor {namespaces} {entity_id} {more}><md:IDPSSODescriptor {role}>{inside}"
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def endpoint(binding: str = REDIRECT, location: str = "https://idp.test/sso") -> str:
    """A SingleSignOnService."""
    return f'<md:SingleSignOnService Binding="{binding}" Location="{location}"/>'
