"""The endpoints under /v1/api-keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from chalicelib.api_keys.model import ApiKey
from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid, NotAllowed, NotFound
from chalicelib.http.api_auth import KeyManager, key_manager
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, page_of, request_of
from chalicelib.http.responses import json_answer, list_answer, no_content, once

if TYPE_CHECKING:
    from chalicelib.api_keys.schemas import ApiKeyCreate

api_keys = Blueprint(__name__)


@api_keys.route("/v1/api-keys", methods=["POST"], content_types=["*/*"])
def create() -> Response:
    """Creates an API key. Only this response contains the key."""
    from chalicelib.api_keys.schemas import ApiKeyCreate, NewApiKeyAnswer
    from chalicelib.http.schemas import parse_body

    request, container = request_of(api_keys), current()
    caller = key_manager(request)
    raw = json_bytes(request)
    body = parse_body(ApiKeyCreate, raw)
    _require_may_grant(caller, body)
    service, now = container.api_keys, container.clock()

    def found(key_id: str) -> tuple[ApiKey, str | None]:
        return service.get(key_id), None

    key, secret = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            name=body.name,
            organization_id=caller.organization_id or body.organization_id,
            expires_at=cast("datetime | None", body.expires_at),
            scopes=body.scopes,
            now=now,
            receipt=receipt,
        ),
        found,
    )
    return json_answer(NewApiKeyAnswer.from_domain(key, secret), 201)


@api_keys.route("/v1/api-keys", methods=["GET"], content_types=["*/*"])
def index() -> Response:
    """Lists the records of the API keys that the caller manages."""
    from chalicelib.api_keys.schemas import ApiKeyAnswer

    request = request_of(api_keys)
    caller = key_manager(request)
    limit, after = page_of(request, "key")
    page = current().api_keys.page(limit=limit, after=after, organization_id=caller.organization_id)
    return list_answer(page.values, page.after, ApiKeyAnswer.of)


@api_keys.route("/v1/api-keys/{key_id}", methods=["DELETE"], content_types=["*/*"])
def delete(key_id: str) -> Response:
    """Revokes an API key."""
    caller, service = key_manager(request_of(api_keys)), current().api_keys
    if not caller.manages(service.get(key_id)):
        raise NotFound
    service.delete(key_id, current().clock())
    return no_content()


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
        raise NotAllowed("insufficient_scope", "A key makes keys with scopes of its own only. Name them in `scopes`.")
    if caller.key.is_outlived_by(cast("datetime | None", body.expires_at)):
        detail = "A key that expires makes keys that expire no later. Set `expires_at`."
        raise Invalid("invalid_request", detail, errors=(FieldError("/expires_at", "invalid_date", detail),))
