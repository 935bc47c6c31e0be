"""A pending AuthnRequest, stored only in this browser's signed cookie.

One 32-character number identifies the whole flow: the AuthnRequest `_N` (an XML NCName may not
start with a digit, and Entra refuses those that do), and the RelayState `N.mac`, which selects the cookie. So the
cookie carries none of them, and two tabs don't interfere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.identifier import is_id, new_id

REQUEST_LIFETIME: Final = timedelta(minutes=10)
MAX_PENDING_REQUESTS: Final = 32
"""Maximum request cookies in one browser."""
MAX_PENDING_BYTES: Final = 5_000
"""Maximum bytes of a Cookie header for all request cookies. API Gateway accepts 10,240 bytes of headers in total."""
MAX_RELAY_STATE_LENGTH: Final = 80  # bytes; SAML Bindings section 3.4.3

_MAC_BYTES: Final = 16
_HEAD: Final = struct.Struct(">IIB")  # expiry, configuration version, flags
_IS_TEST: Final = 1
_IS_CONVERTED: Final = 2
_IS_OF_PENDING: Final = 4
_PROVES_NOTHING: Final = 8
_HAS_CLAIMED_EMAIL: Final = 64
_BEGAN_SIGNED_IN: Final = 16
_REMEMBERS: Final = 32
# Base85 without the three characters that a cookie value may not contain. A JWS with a path of 512 bytes would not fit
# into 700.
_TO_COOKIE: Final = str.maketrans({";": "/"})
_FROM_COOKIE: Final = str.maketrans({"/": ";"})


class RequestPurpose(StrEnum):
    """The permitted effect of the request's response. The response to a test can never sign a user in."""

    SIGN_IN = "sign_in"
    TEST = "test"
    TEST_OF_PENDING = "test_of_pending"


_FLAGS: Final = {
    RequestPurpose.SIGN_IN: 0,
    RequestPurpose.TEST: _IS_TEST,
    RequestPurpose.TEST_OF_PENDING: _IS_TEST | _IS_OF_PENDING,
}


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A pending AuthnRequest.

    Attributes:
        attempt_id: the ID of its sign-in attempt.
        connection_version: the connection's version when the request was made.
        restarted: the request restarts an unsolicited response; that never happens twice in a row.
        may_prove: success may activate the connection; false for a test by a setup guest.
        claimed_email: the address entered on our page or passed as `login_hint`; unverified.
        began_signed_in: the browser sent a session cookie when the request was made.
        remembers: the sign-in may change the account that the sign-in page offers.
    """

    attempt_id: str
    connection_id: str
    return_path: str
    expires_at: datetime
    connection_version: int
    purpose: RequestPurpose = RequestPurpose.SIGN_IN
    restarted: bool = False
    may_prove: bool = True
    claimed_email: str | None = None
    began_signed_in: bool = False
    remembers: bool = False

    @property
    def id(self) -> str:
        """The AuthnRequest's ID."""
        return f"_{self.flow_id}"

    @property
    def made_at(self) -> datetime:
        """When it was sent, to the second."""
        return self.expires_at - REQUEST_LIFETIME

    @property
    def flow_id(self) -> str:
        """The number shared by attempt, request, RelayState and cookie."""
        return self.attempt_id.removeprefix("att_")


def new_request(
    connection_id: str,
    connection_version: int,
    return_path: str,
    now: datetime,
    *,
    purpose: RequestPurpose = RequestPurpose.SIGN_IN,
    converted: bool = False,
    may_prove: bool = True,
    attempt_id: str | None = None,
    claimed_email: str | None = None,
    began_signed_in: bool = False,
    remembers: bool = False,
) -> PendingRequest:
    """Creates a request that can be answered for ten minutes."""
    return PendingRequest(
        attempt_id=attempt_id or new_id("att", now=now),
        connection_id=connection_id,
        return_path=return_path,
        expires_at=(now + REQUEST_LIFETIME).replace(microsecond=0),
        connection_version=connection_version,
        purpose=purpose,
        restarted=converted,
        may_prove=may_prove,
        claimed_email=claimed_email,
        began_signed_in=began_signed_in,
        remembers=remembers,
    )


def relay_state(request: PendingRequest, key: bytes) -> str:
    """Returns the RelayState: the opaque, authenticated key of the request's cookie. Never a URL."""
    return f"{request.flow_id}.{_relay_mac(request.connection_id, request.flow_id, key)}"


def number_in(text: str, connection_id: str, keys: Iterable[bytes]) -> str | None:
    """Returns the number in a RelayState for this connection, or None if its MAC doesn't verify."""
    number, dot, mac = text.partition(".")
    if not dot or not is_id(f"att_{number}", "att") or not mac.isascii():
        return None
    matches = [hmac.compare_digest(mac, _relay_mac(connection_id, number, key)) for key in keys]
    return number if any(matches) else None


def sign_request(request: PendingRequest, key: bytes) -> str:
    """Returns the cookie value, at most 990 bytes (672 without a claimed address). Its MAC covers connection, request
    ID, return path, claimed address, expiry, purpose and configuration version."""
    flags = _FLAGS[request.purpose] | (_IS_CONVERTED if request.restarted else 0)
    flags |= 0 if request.may_prove else _PROVES_NOTHING
    claimed = (request.claimed_email or "").encode()
    flags |= _HAS_CLAIMED_EMAIL if claimed else 0
    flags |= (_BEGAN_SIGNED_IN if request.began_signed_in else 0) | (_REMEMBERS if request.remembers else 0)
    head = _HEAD.pack(int(request.expires_at.timestamp()), request.connection_version, flags)
    body = head + (bytes([len(claimed)]) + claimed if claimed else b"") + request.return_path.encode()
    mac = _mac("flow", request.connection_id, request.flow_id, body, key)
    return base64.b85encode(mac + body).decode().translate(_TO_COOKIE)


def verify_request(text: str, number: str, connection_id: str, keys: Iterable[bytes]) -> PendingRequest | None:
    """Verifies and parses a cookie value; the request may be expired. Returns None if it is forged or of another
    connection."""
    try:
        raw = base64.b85decode(text.translate(_FROM_COOKIE))
    except ValueError:
        return None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    matches = [hmac.compare_digest(mac, _mac("flow", connection_id, number, body, key)) for key in keys]
    if not any(matches):
        return None
    expires_at, version, flags = _HEAD.unpack_from(body)
    claimed, path = _parse_texts(body[_HEAD.size :], has_claimed_email=bool(flags & _HAS_CLAIMED_EMAIL))
    return PendingRequest(
        attempt_id=f"att_{number}",
        connection_id=connection_id,
        return_path=path,
        expires_at=datetime.fromtimestamp(expires_at, UTC),
        connection_version=version,
        purpose=next(purpose for purpose, flag in _FLAGS.items() if flag == flags & (_IS_TEST | _IS_OF_PENDING)),
        restarted=bool(flags & _IS_CONVERTED),
        may_prove=not flags & _PROVES_NOTHING,
        claimed_email=claimed,
        began_signed_in=bool(flags & _BEGAN_SIGNED_IN),
        remembers=bool(flags & _REMEMBERS),
    )


def _parse_texts(body: bytes, *, has_claimed_email: bool) -> tuple[str | None, str]:
    """Returns the claimed address and the return path."""
    if not has_claimed_email:
        return None, body.decode()
    end = 1 + body[0]
    return body[1:end].decode(), body[end:].decode()


def _relay_mac(connection_id: str, number: str, key: bytes) -> str:
    return _mac("relay", connection_id, number, b"", key).hex()[:24]


def _mac(use: str, connection_id: str, number: str, body: bytes, key: bytes) -> bytes:
    # Connection ID and number have fixed lengths, so no two inputs concatenate to the same bytes.
    return hmac.digest(key, f"{use}:{connection_id}:{number}:".encode() + body, hashlib.sha256)[:_MAC_BYTES]
