"""/v1 handlers of users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from chalicelib.container import current
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, no_fields, page_of, parameter_of, request_of
from chalicelib.http.responses import json_answer, list_answer, no_content, once

if TYPE_CHECKING:
    from chalicelib.idempotency.model import IdempotencyRecord
    from chalicelib.users.service import UserChanges

users = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/users"
_ONE: Final = f"{_ALL}/{{user_id}}"


@users.route(_ALL, methods=["POST"], content_types=["*/*"])
def create(organization_id: str) -> Response:
    """Creates a user."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.users.schemas import UserAnswer, UserCreate

    request, container = request_of(users), current()
    caller = organization_caller(request, organization_id)
    raw = json_bytes(request)
    body = parse_body(UserCreate, raw)
    service, now = container.users, container.clock()
    made = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            organization_id=organization_id,
            email=body.email,
            role=body.role,
            name=body.name,
            password=body.password,
            now=now,
            receipt=receipt,
        ),
        lambda user_id: service.get(organization_id, user_id),
    )
    answer = UserAnswer.of(made, caller.organization)
    return json_answer(answer, 201, location=f"/v1/organizations/{organization_id}/users/{made.id}")


@users.route(_ALL, methods=["GET"], content_types=["*/*"])
def index(organization_id: str) -> Response:
    """Lists the organization's users."""
    from chalicelib.users.schemas import UserAnswer

    request = request_of(users)
    organization = organization_caller(request, organization_id).organization
    limit, after = page_of(request, "usr", filters=("email",))
    if (email := parameter_of(request, "email")) is not None:
        found = current().users.with_address(organization_id, email)
        matching = [user for user in (found,) if user and (after is None or user.id < after)]
        return list_answer(matching, None, lambda user: UserAnswer.of(user, organization))
    page = current().users.page(organization_id, limit=limit, after=after)
    return list_answer(page.values, page.after, lambda user: UserAnswer.of(user, organization))


@users.route(_ONE, methods=["GET"], content_types=["*/*"])
def show(organization_id: str, user_id: str) -> Response:
    """Returns a user."""
    from chalicelib.users.schemas import UserAnswer

    organization = organization_caller(request_of(users), organization_id).organization
    user = current().users.get(organization_id, user_id)
    return json_answer(UserAnswer.of(user, organization), etag=f'"{user.version}"')


@users.route(_ONE, methods=["PATCH"], content_types=["*/*"])
def change(organization_id: str, user_id: str) -> Response:
    """Changes some fields of a user."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.users.schemas import UserAnswer, UserChange

    request = request_of(users)
    organization = organization_caller(request, organization_id).organization
    body = parse_body(UserChange, json_bytes(request))
    changes = cast("UserChanges", body.model_dump(exclude_unset=True))
    user = current().users.change(organization_id, user_id, changes, current().clock())
    return json_answer(UserAnswer.of(user, organization), etag=f'"{user.version}"')


@users.route(_ONE, methods=["DELETE"], content_types=["*/*"])
def delete(organization_id: str, user_id: str) -> Response:
    """Deletes a user."""
    organization_caller(request_of(users), organization_id)
    current().users.delete(organization_id, user_id, current().clock())
    return no_content()


@users.route(f"{_ONE}/sign-out", methods=["POST"], content_types=["*/*"])
def sign_out(organization_id: str, user_id: str) -> Response:
    """Ends all of the user's sessions."""
    from chalicelib.users.schemas import UserAnswer

    request = request_of(users)
    organization = organization_caller(request, organization_id).organization
    no_fields(request)
    user = current().users.sign_out(organization_id, user_id, current().clock())
    return json_answer(UserAnswer.of(user, organization))


@users.route(f"{_ONE}/identities", methods=["DELETE"], content_types=["*/*"])
def unlink(organization_id: str, user_id: str) -> Response:
    """Deletes the user's NameID bindings."""
    organization_caller(request_of(users), organization_id)
    current().users.unlink(organization_id, user_id, current().clock())
    return no_content()


@users.route(f"{_ONE}/invitation", methods=["POST"], content_types=["*/*"])
def invite(organization_id: str, user_id: str) -> Response:
    """Creates a one-time link for the user."""
    from chalicelib.users.schemas import InvitationAnswer

    request = request_of(users)
    caller = organization_caller(request, organization_id)
    no_fields(request)
    container = current()
    links, now = container.links, container.clock()
    container.users.get(organization_id, user_id)

    def create(receipt: IdempotencyRecord | None) -> InvitationAnswer:
        made = links.invite(organization_id, user_id, now, receipt=receipt)
        return InvitationAnswer.of(made.link, made.url)

    def find(code_sha256: str) -> InvitationAnswer:
        return InvitationAnswer.of(links.find(code_sha256, now).link)

    return json_answer(once(request, caller.id, b"", create, find), 201)
