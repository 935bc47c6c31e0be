"""DynamoDB items of links that start a test sign-in.

TEST#{sha256} / TEST   a test under the hash of its code; single-use, expires
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.aws.condition import absent, unexpired
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.errors import Conflict
from chalicelib.invitations.model import link_is_void


@dataclass(frozen=True, slots=True)
class ConnectionTestLink:
    """A test that hasn't been started.

    Attributes:
        of_pending: it tests the pending values.
        may_prove: its success may activate the connection.
    """

    code_sha256: str
    connection_id: str
    attempt_id: str
    of_pending: bool
    may_prove: bool
    expires_at: datetime


def connection_test_lookup(code_sha256: str, now: datetime) -> Lookup[ConnectionTestLink]:
    """Looks up the test, unless it was started or has expired."""
    return Lookup(_key(code_sha256), lambda item: None if is_expired(item, now) else _parse(item))


def create_connection_test(link: ConnectionTestLink) -> Write:
    """Creates a test."""
    item = {
        "code_sha256": link.code_sha256,
        "connection_id": link.connection_id,
        "attempt_id": link.attempt_id,
        "of_pending": link.of_pending,
        "may_prove": link.may_prove,
        "expires_at": seconds(link.expires_at),
    }
    return put(_key(link.code_sha256), item, absent(), Conflict("conflict"))


def use_connection_test(code_sha256: str, now: datetime) -> Write:
    """Marks the test as started; only the first browser succeeds."""
    return delete(_key(code_sha256), unexpired(now), link_is_void())


def _key(code_sha256: str) -> Key:
    return Key(f"TEST#{code_sha256}", "TEST")


def _parse(item: Item) -> ConnectionTestLink:
    return ConnectionTestLink(
        code_sha256=item["code_sha256"],
        connection_id=item["connection_id"],
        attempt_id=item["attempt_id"],
        of_pending=item["of_pending"],
        may_prove=item["may_prove"],
        expires_at=datetime.fromtimestamp(int(item["expires_at"]), UTC),
    )
