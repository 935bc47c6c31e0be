"""The endpoints under /v1/api-keys."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from chalicelib.api_keys.model import ApiKey
from chalicelib.container import current
from chalicelib.errors import NotAllowed
from chalicelib.http.api_auth import deployment_key
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, page_of, request_of
from chalicelib.http.responses import json_answer, list_answer, no_content, once

api_keys = Blueprint(__name__)


@api_keys.route("/v1/api-keys", methods=["POST"], content_types=["*/*"])
def create() -> Response:
    """Creates an API key. Only this response contains the key."""
    from chalicelib.api_keys.schemas import ApiKeyCreate, NewApiKeyAnswer
    from chalicelib.http.schemas import parse_body

    request, container = request_of(api_keys), current()
    caller = deployment_key(request)
    raw = json_bytes(request)
    body = parse_body(ApiKeyCreate, raw)
    if not caller.may_grant(tuple(body.scopes)):
        raise NotAllowed("insufficient_scope", "A key makes keys with scopes of its own only. Name them in `scopes`.")
    service, now = container.api_keys, container.clock()

    def found(key_id: str) -> tuple[ApiKey, str | None]:
        return service.get(key_id), None

    key, secret = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            name=body.name,
            organization_id=body.organization_id,
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
    """Lists the records of all API keys."""
    from chalicelib.api_keys.schemas import ApiKeyAnswer

    request = request_of(api_keys)
    deployment_key(request)
    limit, after = page_of(request, "key")
    page = current().api_keys.page(limit=limit, after=after)
    return list_answer(page.values, page.after, ApiKeyAnswer.of)


@api_keys.route("/v1/api-keys/{key_id}", methods=["DELETE"], content_types=["*/*"])
def delete(key_id: str) -> Response:
    """Revokes an API key."""
    deployment_key(request_of(api_keys))
    current().api_keys.delete(key_id, current().clock())
    return no_content()
