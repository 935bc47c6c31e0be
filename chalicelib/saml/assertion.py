"""What an identity provider sent: before anything is proven, and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from chalicelib.saml.check import Check

UnverifiedResponse = NewType("UnverifiedResponse", str)
"""The posted `SAMLResponse` form value, as it came. Trusted in nothing; only `adapters/saml` looks inside."""


@dataclass(frozen=True, slots=True)
class NameID:
    """The subject's identifier with all its qualifiers (SAML Core section 2.2.2)."""

    value: str
    format: str
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class ProxyRestriction:
    """How far others may be told of this sign-in by assertions of ours (SAML Core section 2.5.1.6).

    Attributes:
        count: how many more such steps there may be; None sets no limit.
        audiences: whom they may be for; empty sets no limit.
    """

    count: int | None
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedSubject:
    """Whom a trusted key's signature names, in a message that a rule refused. It names attempts and signs nobody in."""

    name_id: NameID | None
    attributes: dict[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Assertion:
    """The verified statement, and only ever that: every value was read from the bytes that were signed.

    Attributes:
        in_response_to: our request's ID; None only when neither Response nor SubjectConfirmationData carries one.
        name_id: None when the subject has none (conformance point 43).
        attributes: name → values, in document order; repeated names merged; text exactly as signed.
        expires_at: when it can no longer be accepted, skew not included: by what it says, or by our maximum age.
        session_not_on_or_after: the identity provider's end of session, if it sets one.
        signing_certificate: SHA-256 fingerprint (hex, lower case) of the certificate that verified.
        clock_difference: seconds our clock is ahead of the identity provider's IssueInstant (network time included).
        checks: every check, all passed, for the attempt's record.
        proxy_restriction: kept for services that pass the sign-in on to other applications.
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
