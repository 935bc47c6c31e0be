"""A signing identity provider for tests: lxml and cryptography only, no code shared with the verifier.

`send(description)` makes the form value that a browser would post. A bad response is a good description with one
named change, made while the document is built, before it is signed, after it is signed, or on its way.
"""

from tests.support.identity_provider.description import (
    ACS_URL,
    CONNECTION_ID,
    ENTITY_ID,
    GOOD,
    IDP_ISSUER,
    NOW,
    REQUEST_ID,
    Attribute,
    AuthnStatement,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Layout,
    Signing,
    Subject,
    instant,
)
from tests.support.identity_provider.keys import Key, key, service_key
from tests.support.identity_provider.sending import document, send
from tests.support.identity_provider.trust import Trust, trust

__all__ = [
    "ACS_URL",
    "CONNECTION_ID",
    "ENTITY_ID",
    "GOOD",
    "IDP_ISSUER",
    "NOW",
    "REQUEST_ID",
    "Attribute",
    "AuthnStatement",
    "Changes",
    "Conditions",
    "Confirmation",
    "Description",
    "Encryption",
    "Key",
    "Layout",
    "Signing",
    "Subject",
    "Trust",
    "document",
    "instant",
    "key",
    "send",
    "service_key",
    "trust",
]
