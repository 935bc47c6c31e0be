"""Items of sessions.

SESSION#{sha256} / SESSION   a session, under the hash of its secret; expires
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.condition import absent, equals
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, optional_instant_of, seconds
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.errors import Conflict
from chalicelib.i18n.message import message
from chalicelib.sessions.model import AuthenticationMethod, Session


def session_lookup(secret_sha256: str, now: datetime) -> Lookup[Session]:
    """Looks up a session that has not expired. The caller compares its epoch with the user's."""
    return Lookup(_key(secret_sha256), lambda item: None if is_expired(item, now) else _parse(item))


def create_session(session: Session) -> Write:
    """Creates a session."""
    item = {
        "secret_sha256": session.secret_sha256,
        "organization_id": session.organization_id,
        "user_id": session.user_id,
        "method": session.method.value,
        "connection_id": session.connection_id,
        "session_index": session.session_index,
        "groups": list(session.groups) or None,
        "epoch": session.epoch,
        "created_at": instant(session.created_at),
        "ends_at": instant(session.expires_at),
        "unconfirmed_until": instant(session.unconfirmed_until),
        "expires_at": seconds(session.unconfirmed_until or session.expires_at),
    }
    return put(_key(session.secret_sha256), item, absent(), Conflict("conflict"))


def end_session(secret_sha256: str) -> Write:
    """Ends a session."""
    return delete(_key(secret_sha256))


def use_unconfirmed_session(session: Session) -> Write:
    """Deletes a session that needed confirmation; succeeds once."""
    condition = equals(user_id=session.user_id, unconfirmed_until=instant(session.unconfirmed_until))
    used = Conflict("conflict", message("problem.conflict.confirmed"))
    return delete(_key(session.secret_sha256), condition, used)


def _key(secret_sha256: str) -> Key:
    return Key(f"SESSION#{secret_sha256}", "SESSION")


def _parse(item: Item) -> Session:
    return Session(
        secret_sha256=item["secret_sha256"],
        organization_id=item["organization_id"],
        user_id=item["user_id"],
        method=AuthenticationMethod(item["method"]),
        connection_id=item.get("connection_id"),
        session_index=item.get("session_index"),
        groups=tuple(item.get("groups", ())),
        epoch=int(item["epoch"]),
        created_at=instant_of(item, "created_at"),
        expires_at=instant_of(item, "ends_at"),
        unconfirmed_until=optional_instant_of(item, "unconfirmed_until"),
    )
