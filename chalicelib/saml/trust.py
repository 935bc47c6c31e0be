"""The settings of a connection and of a sent request that the verifier and the requests need, as protocols."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class ExpectedRequest(Protocol):
    """The AuthnRequest that a browser has under way.

    Attributes:
        id: the AuthnRequest's ID.
        made_at: when it was sent.
        expires_at: the first instant at which it may no longer be answered.
    """

    @property
    def id(self) -> str: ...

    @property
    def connection_id(self) -> str: ...

    @property
    def made_at(self) -> datetime: ...

    @property
    def expires_at(self) -> datetime: ...


class RequestSettings(Protocol):
    """The settings that shape AuthnRequests and our metadata.

    Attributes:
        identity_provider_url: where AuthnRequests go.
        provider: the vendor's name, in lower case.
    """

    @property
    def provider(self) -> str: ...

    @property
    def identity_provider_url(self) -> str | None: ...

    @property
    def name_id_format(self) -> str | None: ...

    @property
    def sign_requests(self) -> bool: ...


class TrustSettings(Protocol):
    """The settings that a response is verified against.

    Attributes:
        identity_provider_issuer: the identity provider's entity ID, compared byte for byte.
        sha1_exception_until: the last day on which SHA-1 is accepted.
    """

    @property
    def id(self) -> str: ...

    @property
    def identity_provider_issuer(self) -> str | None: ...

    @property
    def clock_skew_seconds(self) -> int: ...

    @property
    def sha1_exception_until(self) -> date | None: ...

    @property
    def force_authn(self) -> bool: ...

    @property
    def allow_missing_destination(self) -> bool: ...

    @property
    def require_signed_response(self) -> bool: ...

    @property
    def require_signed_assertion(self) -> bool: ...
