"""The replay cache: items that can be written once.

USED#{connection_id}#{kind}#{sha256} / USED   a used request or assertion; expires after the message itself
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final, Literal

from chalicelib.aws.condition import absent_or_expired
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Key, is_expired, seconds
from chalicelib.aws.transaction import Write, put
from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_check import used_before

MARGIN: Final = timedelta(minutes=5)

Kind = Literal["request", "assertion"]


def consume(connection_id: str, kind: Kind, message_id: str, *, acceptable_until: datetime, now: datetime) -> Write:
    """Marks a request or an assertion as used, in the transaction of the sign-in itself.

    Args:
        acceptable_until: expiry plus clock skew; a margin is added, so that the item outlives the message.
    """
    replayed = SignInRefused(
        RefusalCode.SAML_REPLAYED, private=f"this {kind} was used before", checks=(used_before(message_id),)
    )
    item = {"expires_at": seconds(acceptable_until + MARGIN)}
    return put(_key(connection_id, kind, message_id), item, absent_or_expired(now), replayed)


def consumed_lookup(connection_id: str, kind: Kind, message_id: str, now: datetime) -> Lookup[bool]:
    """Reads whether a message was used."""
    return Lookup(_key(connection_id, kind, message_id), lambda item: None if is_expired(item, now) else True)


def _key(connection_id: str, kind: Kind, message_id: str) -> Key:
    # Hashed because the identity provider chooses the ID, and a DynamoDB key is limited to 2,048 bytes.
    digest = hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()
    return Key(f"USED#{connection_id}#{kind}#{digest}", "USED")
