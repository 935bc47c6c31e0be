"""The messages to verify: one response in Okta's format, signed and encrypted in four ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.saml.assertion import UnverifiedResponse
from tests.responses.shapes import UNSPECIFIED_NAME, typed
from tests.support.identity_provider import (
    AuthnStatement,
    Conditions,
    Confirmation,
    Description,
    Encryption,
    Key,
    Layout,
    Signing,
    Subject,
    Trust,
    key,
    names,
    send,
    trust,
)

SHAPES: Final = {
    "a": "assertion signed",
    "ra": "both signed",
    "ea": "encrypted, CBC",
    "ea-gcm": "encrypted, GCM",
}
"""Columns of the table: RSA-2048 with SHA-256; AES-256 under RSA-OAEP, the assertion inside signed."""

# Peers read the clock by themselves: what they judge by it ends when the test identity provider's certificates do.
_LATER: Final = "2035-12-31T23:59:59.000Z"


@dataclass(frozen=True, slots=True)
class Sample:
    """A message and the keys it is valid under. `identity_provider` signs, `service` decrypts."""

    sent: UnverifiedResponse
    trust: Trust
    identity_provider: Key
    service: Key


def description_of(shape: str) -> Description:
    """The message of one column."""
    signing = Signing(inclusive_prefixes="xs", line_width=76)
    okta = Description(
        response_id="id30115389471034701926480239",
        assertion_id="id30115389472103421478398472",
        issuer_format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
        subject=Subject(format=names.UNSPECIFIED),
        confirmations=(Confirmation(not_on_or_after=_LATER),),
        conditions=Conditions(not_on_or_after=_LATER),
        authn=AuthnStatement(session_index="_0123456789abcdefghjkmnpqrstvwxyz"),
        attributes=(
            typed("email", "member@acme.test", name_format=UNSPECIFIED_NAME),
            typed("firstName", "Ada", name_format=UNSPECIFIED_NAME),
            typed("lastName", "Lovelace", name_format=UNSPECIFIED_NAME),
            typed("groups", "Everyone", "Engineering", name_format=UNSPECIFIED_NAME),
        ),
        sign_assertion=signing,
        layout=Layout(protocol="saml2p", assertion="saml2", schema_namespaces_on="assertion"),
    )
    if shape == "ra":
        return replace(okta, sign_response=signing)
    if shape == "ea":
        return replace(okta, encryption=Encryption(content=names.AES256_CBC))
    if shape == "ea-gcm":
        return replace(okta, encryption=Encryption(content=names.AES256_GCM))
    return okta


def samples() -> Mapping[str, Sample]:
    """Creates one message for each column, with new keys."""
    under = trust()
    return {shape: Sample(send(description_of(shape)), under, key("acme"), key("service")) for shape in SHAPES}
