"""/v1 handlers of users."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer, Listing
from chalicelib.http.routing import TEXT, Call, operation
from chalicelib.users.model import User
from chalicelib.users.schemas import InvitationAnswer, UserAnswer, UserChange, UserCreate
from chalicelib.users.service import UserChanges

users = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/users"
_ONE: Final = f"{_ALL}/{{user_id}}"

_Call: TypeAlias = Call[Caller, None]
_Create: TypeAlias = Call[Caller, UserCreate]


@operation(users, "users.list", "GET", _ALL, auth=ORGANIZATION, items=UserAnswer, cursor="usr", query={"email": TEXT})
def index(call: _Call) -> Listing:
    """List users."""
    organization = call.caller.organization
    if (email := call.query.get("email")) is not None:
        found = current().users.with_address(organization.id, email)
        matching = [user for user in (found,) if user and (call.after is None or user.id < call.after)]
        return Listing(UserAnswer.of(user, organization) for user in matching)
    page = current().users.page(organization.id, limit=call.limit, after=call.after)
    return Listing((UserAnswer.of(user, organization) for user in page.values), page.after)


def _repeat_create(call: _Create, user_id: str) -> Answer:
    return _created(call, _user(call, user_id))


@operation(
    users,
    "users.create",
    "POST",
    _ALL,
    auth=ORGANIZATION,
    body=UserCreate,
    answer=UserAnswer,
    success=201,
    idempotent=_repeat_create,
)
def create(call: _Create) -> Answer:
    """Create a user."""
    body = call.body
    user = current().users.create(
        organization_id=call.caller.organization.id,
        email=body.email,
        role=body.role,
        name=body.name,
        password=body.password,
        now=call.now,
        receipt=call.receipt,
    )
    return _created(call, user)


@operation(users, "users.get", "GET", _ONE, auth=ORGANIZATION, answer=UserAnswer, etag=True)
def show(call: _Call) -> Answer:
    """Get a user."""
    return _answer(call, _user(call, call.path["user_id"]))


@operation(users, "users.update", "PATCH", _ONE, auth=ORGANIZATION, body=UserChange, answer=UserAnswer, etag=True)
def change(call: Call[Caller, UserChange]) -> Answer:
    """Change a user."""
    changes = cast("UserChanges", call.body.model_dump(exclude_unset=True))
    return _answer(call, current().users.change(call.caller.organization.id, call.path["user_id"], changes, call.now))


@operation(users, "users.delete", "DELETE", _ONE, auth=ORGANIZATION)
def delete(call: _Call) -> None:
    """Remove a user."""
    current().users.delete(call.caller.organization.id, call.path["user_id"], call.now)


@operation(users, "users.sign_out", "POST", f"{_ONE}/sign-out", auth=ORGANIZATION, answer=UserAnswer)
def sign_out(call: _Call) -> Answer:
    """End a user's sessions."""
    return _answer(call, current().users.sign_out(call.caller.organization.id, call.path["user_id"], call.now))


@operation(users, "users.unlink_identities", "DELETE", f"{_ONE}/identities", auth=ORGANIZATION)
def unlink(call: _Call) -> None:
    """Unlink a user from their identities at identity providers."""
    current().users.unlink(call.caller.organization.id, call.path["user_id"], call.now)


def _repeat_invite(call: _Call, code_sha256: str) -> InvitationAnswer:
    _user(call, call.path["user_id"])
    return InvitationAnswer.of(current().links.find(code_sha256, call.now).link)


@operation(
    users,
    "users.invite",
    "POST",
    f"{_ONE}/invitation",
    auth=ORGANIZATION,
    answer=InvitationAnswer,
    success=201,
    idempotent=_repeat_invite,
)
def invite(call: _Call) -> InvitationAnswer:
    """Make a one-time link for a user."""
    user = _user(call, call.path["user_id"])
    made = current().links.invite(user.organization_id, user.id, call.now, receipt=call.receipt)
    return InvitationAnswer.of(made.link, made.url)


def _user(call: Call[Caller, object], user_id: str) -> User:
    return current().users.get(call.caller.organization.id, user_id)


def _answer(call: Call[Caller, object], user: User) -> Answer:
    return Answer(UserAnswer.of(user, call.caller.organization), user.version)


def _created(call: _Create, user: User) -> Answer:
    organization = call.caller.organization
    return Answer(
        UserAnswer.of(user, organization), location=f"{_ALL.format(organization_id=organization.id)}/{user.id}"
    )
