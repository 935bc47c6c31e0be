"""Metadata of a megabyte that no federation publishes: roles and entities inside one another."""

from __future__ import annotations

from typing import Final

from tests.identity_provider.names import SAMLP

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
