"""Responses of /v1, and idempotent creation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from chalice.app import Request, Response

from chalicelib.container import current
from chalicelib.http.requests import idempotency_key
from chalicelib.idempotency.model import IdempotencyRecord

if TYPE_CHECKING:
    from chalicelib.http.schemas import ResponseModel

T = TypeVar("T")

MAX_LIST_BYTES: Final = 2_000_000
"""Bytes of a list's objects. Lambda's limit is 6 MB, and its JSON encoding expands a byte to at most three."""


def json_answer(
    answer: ResponseModel, status: int = 200, *, etag: str | None = None, location: str | None = None
) -> Response:
    """Renders one object.

    Args:
        location: path of the created object (RFC 9110 section 15.3.2).
    """
    headers = {"Content-Type": "application/json"}
    if etag is not None:
        headers["ETag"] = etag
    if location is not None:
        headers["Location"] = current().settings.base_url + location
    return Response(answer.model_dump_json(), status_code=status, headers={**headers})


def unversioned_answer(answer: ResponseModel) -> Response:
    """Renders one object without a version; its ETag is derived from its content."""
    digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()
    return json_answer(answer, etag=f'"{digest[:32]}"')


def list_answer(values: Sequence[T], after: str | None, form: Callable[[T], ResponseModel]) -> Response:
    """Renders one page of a list, shortened if the objects exceed Lambda's response limit."""
    metadata = {"after": after}
    shown, size = list[str](), 0
    for value in values:
        text = form(value).model_dump_json()
        size += len(text.encode())
        if size > MAX_LIST_BYTES and shown:
            metadata = {"after": json.loads(shown[-1])["id"]}
            break
        shown.append(text)
    body = f'{{"object":"list","data":[{",".join(shown)}],"list_metadata":{json.dumps(metadata)}}}'
    return Response(body, headers={"Content-Type": "application/json"})


def no_content() -> Response:
    """An empty success response."""
    return Response("", status_code=204, headers={"Content-Type": "application/json"})


def once(
    request: Request,
    caller_id: str,
    body: bytes,
    create: Callable[[IdempotencyRecord | None], T],
    find: Callable[[str], T],
) -> T:
    """Returns the result of `create`; for a repeated Idempotency-Key that of the first request.

    Raises:
        Invalid, Conflict: see `Idempotency.once`.
    """
    from chalicelib.idempotency.service import KeyedRequest

    key = idempotency_key(request)
    container = current()
    route = f"{request.method} {request.context['path']}"
    keyed = None if key is None else KeyedRequest(caller_id, route, key, body)
    return container.idempotency.once(keyed, create, find, container.clock())
