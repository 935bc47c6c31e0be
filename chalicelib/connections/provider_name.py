"""Display names of the identity providers."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.model import Provider

PROVIDER_NAMES: Final = {
    Provider.OKTA: "Okta",
    Provider.ENTRA: "Microsoft Entra",
    Provider.GOOGLE: "Google Workspace",
    Provider.ONELOGIN: "OneLogin",
    Provider.ADFS: "AD FS",
    Provider.JUMPCLOUD: "JumpCloud",
    Provider.PING: "Ping",
    Provider.AUTH0: "Auth0",
    Provider.KEYCLOAK: "Keycloak",
    Provider.SHIBBOLETH: "Shibboleth",
    Provider.SIMPLESAMLPHP: "SimpleSAMLphp",
    Provider.OTHER: "Another one",
}
"""In display order."""
