"""Metadata of a megabyte that no federation publishes: roles and entities inside one another, and signed crowds."""

from __future__ import annotations

from typing import Final

from lxml import etree

from tests.support.identity_provider import Signing, key
from tests.support.identity_provider.names import SAMLP
from tests.support.identity_provider.signature import sign

PINNED: Final = key("acme").certificate.facts

_METADATA: Final = (
    'xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ui="urn:oasis:names:tc:SAML:metadata:ui" entityID="e"'
)
_ENTITY: Final = '<EntityDescriptor entityID="e">'
_ROLE: Final = f'<IDPSSODescriptor protocolSupportEnumeration="{SAMLP}">'
_NAMES: Final = "<ui:DisplayName/>" * 59_000

ROLES_IN_ROLES: Final = (
    f"<EntityDescriptor {_METADATA}>" + _ROLE * 240 + _NAMES + "</IDPSSODescriptor>" * 240 + "</EntityDescriptor>"
)
ENTITIES_IN_ROLES: Final = (
    f"<EntityDescriptor {_METADATA}>"
    + (_ENTITY + _ROLE) * 120
    + _NAMES
    + "</IDPSSODescriptor></EntityDescriptor>" * 120
    + "</EntityDescriptor>"
)


def signed(*, attributes: int = 0, namespaces: int = 0, elements: int = 0, levels: int = 1) -> str:
    """A document with a Signature of the pinned key. It holds no longer after the crowd came in, which has to be seen
    before a check runs."""
    root = etree.fromstring(f'<EntityDescriptor {_METADATA} ID="_metadata"/>')
    sign(root, Signing())
    crowd = [*(f'a{n}=""' for n in range(attributes)), *(f'xmlns:n{n}="urn:n"' for n in range(namespaces))]
    inside = f"<x {' '.join(crowd)}>" + "<x>" * (levels - 1) + "<y/>" * elements + "</x>" * levels
    return etree.tostring(root).decode().replace("</EntityDescriptor>", f"{inside}</EntityDescriptor>")
