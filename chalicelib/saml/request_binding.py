"""The SAML bindings of AuthnRequests (SAML Bindings sections 3.4 and 3.5)."""

from __future__ import annotations

from enum import StrEnum


class RequestBinding(StrEnum):
    """The binding of AuthnRequests."""

    REDIRECT = "redirect"
    POST = "post"
