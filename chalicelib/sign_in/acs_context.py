"""A POST to the ACS, and what it is validated against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.connections.model import Connection
from chalicelib.organizations.model import Organization
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.sign_in.authn_state import PendingRequest, RequestPurpose
from chalicelib.sign_in.present_session import UNKNOWN_SESSION, PresentSession
from chalicelib.sign_in.provisioning import ResolvedUser
from chalicelib.signing_keys.model import DeploymentKeys


@dataclass(frozen=True, slots=True)
class AcsRequest:
    """One POST to the ACS.

    Attributes:
        source: the gateway's source address, for the rejection rate limit.
        navigating: the request is a top-level navigation, so the flow may be restarted with a redirect.
        present: the browser's existing session, according to its cookies.
    """

    connection_id: str
    response: UnverifiedResponse = field(repr=False)
    relay_state: str | None
    cookies: Mapping[str, str] = field(repr=False)
    source: str
    navigating: bool
    present: PresentSession | None = None


@dataclass(frozen=True, slots=True)
class AcsContext:
    """One POST with everything it is validated against.

    Attributes:
        connection: with the values that the response is validated against; in a test perhaps the pending ones.
        stored: the connection as stored.
        pending: this browser's request for the posted RelayState.
    """

    posted: AcsRequest
    connection: Connection
    stored: Connection
    pending: PendingRequest | None
    keys: DeploymentKeys
    now: datetime

    @property
    def test(self) -> PendingRequest | None:
        """The request, if it is a connection test's."""
        is_test = self.pending is not None and self.pending.purpose is not RequestPurpose.SIGN_IN
        return self.pending if is_test else None

    @property
    def present_session(self) -> PresentSession | None:
        """The session that the new one may replace only after a confirmation.

        The cookies of a cross-site POST do not prove that there is none: a browser may lack the marker. An answer to a
        request of ours carries what the start of the sign-in saw. Every other answer waits until the browser has come
        to our own site, where the session cookie is visible.
        """
        if self.pending is None or self.pending.restarted:
            return UNKNOWN_SESSION
        return self.posted.present or (UNKNOWN_SESSION if self.pending.began_signed_in else None)


@dataclass(frozen=True, slots=True)
class ResolvedResponse:
    """A verified response with its user, before anything is written."""

    context: AcsContext
    assertion: Assertion
    email: str
    organization: Organization
    person: ResolvedUser
