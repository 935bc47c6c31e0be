"""The data of an identity provider's response, before and after verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from chalicelib.saml.check import Check

UnverifiedResponse = NewType("UnverifiedResponse", str)
"""The posted `SAMLResponse` form value, unchanged and untrusted. Only the `saml` package parses it."""


@dataclass(frozen=True, slots=True)
class NameID:
    """The subject's identifier with all its qualifiers (SAML Core section 2.2.2).

    Attributes:
        is_bound: False if it was decrypted and doesn't name this connection: it may be another tenant's, so its value
            is a key, and an address only in the organization's verified domains: otherwise it is never shown, and it
            never becomes a name or a group.
    """

    value: str
    format: str
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None
    is_bound: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class ProxyRestriction:
    """Limits on further assertions based on this sign-in (SAML Core section 2.5.1.6).

    Attributes:
        count: the number of further assertions in the chain; None sets no limit.
        audiences: the permitted audiences of further assertions; empty sets no limit.
    """

    count: int | None
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedSubject:
    """The subject of a message with a valid signature that another rule refused. For the attempt's record only; it
    authorizes nothing."""

    name_id: NameID | None
    attributes: dict[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified assertion. Every value was read from the signed bytes.

    Attributes:
        in_response_to: the AuthnRequest's ID; None only when neither Response nor SubjectConfirmationData has one.
        name_id: None when the subject has none.
        attributes: name → values, in document order; repeated names merged; text exactly as signed.
        expires_at: the end of validity without clock skew: the message's own, or that of the maximum message age.
        session_not_on_or_after: the identity provider's end of session, if it sets one.
        signing_certificate: SHA-256 fingerprint (hex, lowercase) of the certificate that verified the signature.
        clock_difference: seconds by which our clock is ahead of the identity provider's IssueInstant, network time
            included.
        checks: every check, all passed, for the attempt's record.
        proxy_restriction: for services that issue tokens to other applications based on this sign-in.
    """

    id: str
    response_id: str
    issuer: str
    in_response_to: str | None
    name_id: NameID | None
    attributes: dict[str, tuple[str, ...]]
    issued_at: datetime
    authenticated_at: datetime
    expires_at: datetime
    session_index: str | None = None
    session_not_on_or_after: datetime | None = None
    signing_certificate: str = ""
    clock_difference: float = 0.0
    checks: tuple[Check, ...] = field(default=(), repr=False)
    proxy_restriction: ProxyRestriction | None = None
