"""Responses of the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chalicelib.container import current
from chalicelib.http.framework import Response

if TYPE_CHECKING:
    from chalicelib.http.schemas import ResponseModel

MAX_LIST_BYTES: Final = 2_000_000
"""Bytes of a list's objects. Lambda's limit is 6 MB, and its JSON encoding expands a byte to at most three."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One object.

    Attributes:
        state: the object's version for the ETag; None to derive it from the content.
        location: path of the created object (RFC 9110 section 15.3.2).
    """

    body: ResponseModel
    state: str | int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list.

    Attributes:
        after: the ID after which the list continues; None on the last page.
    """

    items: Iterable[ResponseModel]
    after: str | None = None


def json_answer(answer: Answer, status: int, *, has_etag: bool) -> Response:
    """Renders one object."""
    body, headers = answer.body.model_dump_json(), {"Content-Type": "application/json"}
    if has_etag:
        state = hashlib.sha256(body.encode()).hexdigest()[:32] if answer.state is None else answer.state
        headers["ETag"] = f'"{state}"'
    if answer.location is not None:
        headers["Location"] = current().settings.base_url + answer.location
    return Response(body, status_code=status, headers={**headers})


def list_answer(listing: Listing) -> Response:
    """Renders one page of a list, shortened if the objects exceed Lambda's response limit."""
    metadata = {"after": listing.after}
    shown, size = list[str](), 0
    for item in listing.items:
        text = item.model_dump_json()
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
