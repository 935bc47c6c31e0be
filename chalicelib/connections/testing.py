"""Test sign-ins: a real round trip to the identity provider that creates no session and no user."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.api_keys.model import secret_hash
from chalicelib.aws.dynamodb import Table
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.model import Connection
from chalicelib.connections.test_link_store import (
    ConnectionTestLink,
    connection_test_lookup,
    create_connection_test,
    use_connection_test,
)
from chalicelib.errors import SignInRefused
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import new_id
from chalicelib.invitations.model import link_is_void
from chalicelib.saml.refusal import RefusalCode
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import REQUEST_LIFETIME, RequestPurpose, new_request
from chalicelib.sign_in.refusal_check import connection_incomplete
from chalicelib.sign_in.start import AuthnRedirect, SignInStart, require_startable, require_usable


@dataclass(frozen=True, slots=True)
class ConnectionTestOffer:
    """A link that starts a test, once, until it expires, in the browser that opens it first.

    Attributes:
        url: shown once; empty when it is looked up again.
    """

    url: str = field(repr=False)
    attempt_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionTests:
    """Offers tests and starts them. `connections/testing_result.py` handles their results."""

    table: Table
    connections: ConnectionCache
    start: SignInStart
    settings: Settings

    def offer(
        self,
        connection: Connection,
        now: datetime,
        *,
        of_pending: bool = False,
        may_prove: bool = True,
        receipt: IdempotencyRecord | None = None,
    ) -> ConnectionTestOffer:
        """Creates a link for one test.

        Args:
            of_pending: test the pending values instead of the current ones.
            may_prove: its success may activate the connection.

        Raises:
            SignInRefused: the values are incomplete, or the connection is disabled.
            Unavailable: the store did not respond.
        """
        require_usable(under_test(connection, of_pending=of_pending))
        code = secrets.token_urlsafe(32)
        link = ConnectionTestLink(
            code_sha256=secret_hash(code),
            connection_id=connection.id,
            attempt_id=new_id("att", now=now),
            of_pending=of_pending,
            may_prove=may_prove,
            expires_at=(now + REQUEST_LIFETIME).replace(microsecond=0),
        )
        self.table.write(create_connection_test(link), *([complete(receipt, link.code_sha256)] if receipt else ()))
        url = f"{self.settings.base_url}/saml/{connection.id}/test/{code}"
        return ConnectionTestOffer(url, link.attempt_id, link.expires_at)

    def find(self, code_sha256: str, now: datetime) -> ConnectionTestOffer:
        """Returns an existing offer, without its URL.

        Raises:
            NotFound: `link_is_void`: it was used or has expired.
            Unavailable: the store did not respond.
        """
        (link,) = self.table.read(connection_test_lookup(code_sha256, now))
        if link is None:
            raise link_is_void()
        return ConnectionTestOffer("", link.attempt_id, link.expires_at)

    def begin(self, connection_id: str, code: str, cookies: Mapping[str, str], now: datetime) -> AuthnRedirect:
        """Consumes the link and redirects to the identity provider. Only the sealed request marks the sign-in as a
        test.

        Raises:
            NotFound: no such connection; `link_is_void` for a link that was used or has expired.
            SignInRefused: the values are now incomplete, or the connection is disabled.
            Unavailable: the store did not respond.
        """
        connection = self.connections.refresh(connection_id, now)
        digest = secret_hash(code)
        (link,) = self.table.read(connection_test_lookup(digest, now))
        if link is None or link.connection_id != connection.id:
            raise link_is_void()
        tested = under_test(connection, of_pending=link.of_pending)
        require_startable(tested)
        self.table.write(use_connection_test(digest, now))
        request = new_request(
            connection.id,
            connection.version,
            "/",
            now,
            purpose=RequestPurpose.TEST_OF_PENDING if link.of_pending else RequestPurpose.TEST,
            may_prove=link.may_prove,
            attempt_id=link.attempt_id,
        )
        return self.start.send(tested, request, cookies, now)


def under_test(connection: Connection, *, of_pending: bool) -> Connection:
    """Returns the connection with the values under test.

    Raises:
        SignInRefused: the pending values no longer exist.
    """
    if not of_pending:
        return connection
    if connection.pending is None:
        raise SignInRefused(
            RefusalCode.CONNECTION_NOT_CONFIGURED,
            private="the pending values are gone",
            checks=(connection_incomplete(),),
        )
    return connection.with_values(connection.pending)


def result_token_name(connection_id: str, attempt_id: str) -> str:
    """Returns the name of the CSRF token of the forms on a test result.

    A test ends with a POST from the identity provider's site, which carries no session cookie. So its forms are bound
    to the test, which only that browser has seen, and submitting them still requires an admin's session.
    """
    return f"test:{connection_id}:{attempt_id}"  # a browser's secret never contains a colon
