"""Pieces that several identity providers' responses share."""

from __future__ import annotations

from typing import Final

from tests.support.identity_provider.description import Attribute, Conditions, Confirmation, instant

CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
MICROSOFT: Final = "http://schemas.microsoft.com/identity/claims/"
UNSPECIFIED_NAME: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"


def window(before: float, after: float) -> Conditions:
    """Conditions from `before` to `after` seconds around now."""
    return Conditions(not_before=instant(before), not_on_or_after=instant(after))


def until(seconds: float) -> tuple[Confirmation, ...]:
    """A bearer confirmation that ends in so many seconds."""
    return (Confirmation(not_on_or_after=instant(seconds)),)


def typed(name: str, *values: str, kind: str = "xs:string", name_format: str | None = None) -> Attribute:
    """An attribute whose values carry xsi:type."""
    return Attribute(name=name, values=values, value_type=kind, name_format=name_format)
