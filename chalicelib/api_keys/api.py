"""The endpoints under /v1/api-keys."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeAlias, cast

from chalicelib.api_keys.callers import KeyManager
from chalicelib.api_keys.schemas import ApiKeyAnswer, ApiKeyCreate, NewApiKeyAnswer
from chalicelib.container import current
from chalicelib.errors import NotAllowed, NotFound, invalid_field
from chalicelib.http.api_auth import KEY_MANAGER
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Listing
from chalicelib.http.routing import Call, operation
from chalicelib.i18n.message import message

api_keys = Blueprint(__name__)

_ALL: Final = "/v1/api-keys"

_Create: TypeAlias = Call[KeyManager, ApiKeyCreate]


@operation(api_keys, "api_keys.list", "GET", _ALL, auth=KEY_MANAGER, items=ApiKeyAnswer, cursor="key")
def index(call: Call[KeyManager, None]) -> Listing:
    """List API keys."""
    page = current().api_keys.page(limit=call.limit, after=call.after, organization_id=call.caller.organization_id)
    return Listing(map(ApiKeyAnswer.of, page.values), page.after)


def _repeat_create(_call: _Create, key_id: str) -> NewApiKeyAnswer:
    return NewApiKeyAnswer.from_domain(current().api_keys.get(key_id), None)


@operation(
    api_keys,
    "api_keys.create",
    "POST",
    _ALL,
    auth=KEY_MANAGER,
    body=ApiKeyCreate,
    answer=NewApiKeyAnswer,
    success=201,
    idempotent=_repeat_create,
)
def create(call: _Create) -> NewApiKeyAnswer:
    """Create an API key.

    Only this response contains the key.
    """
    caller, body = call.caller, call.body
    _require_may_grant(caller, body)
    key, secret = current().api_keys.create(
        name=body.name,
        organization_id=caller.organization_id or body.organization_id,
        expires_at=cast("datetime | None", body.expires_at),
        scopes=body.scopes,
        now=call.now,
        receipt=call.receipt,
    )
    return NewApiKeyAnswer.from_domain(key, secret)


@operation(api_keys, "api_keys.revoke", "DELETE", f"{_ALL}/{{key_id}}", auth=KEY_MANAGER)
def delete(call: Call[KeyManager, None]) -> None:
    """Revoke an API key."""
    key_id, service = call.path["key_id"], current().api_keys
    if not call.caller.manages(service.get(key_id)):
        raise NotFound
    service.delete(key_id, call.now)


def _require_may_grant(caller: KeyManager, body: ApiKeyCreate) -> None:
    """Requires that the new key has no more access than the caller and lasts no longer than the caller's key.

    Raises:
        NotFound: the new key is for another organization.
        NotAllowed: the new key has scopes that the caller's key lacks.
        Invalid: the new key outlives the caller's key.
    """
    if caller.organization_id is not None and body.organization_id not in {None, caller.organization_id}:
        raise NotFound
    if caller.key is None:
        return
    if not caller.key.may_grant(tuple(body.scopes)):
        raise NotAllowed("insufficient_scope", message("problem.insufficient_scope.grant"))
    if caller.key.is_outlived_by(cast("datetime | None", body.expires_at)):
        detail = message("problem.field.longer_than_caller")
        raise invalid_field("/expires_at", "invalid_date", detail)
