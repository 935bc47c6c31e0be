"""Operations of the API: `operation` registers a handler together with everything that stands before and after it.

A handler gets an authenticated `Call` with its parsed body and returns a model. The OpenAPI document describes the same
declarations (`http/openapi.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypedDict, TypeVar, cast

from chalicelib.container import current
from chalicelib.errors import Invalid
from chalicelib.http.api_auth import Auth, credentials_of
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import (
    LIMIT_DEFAULT,
    NO_FIELDS,
    cursor_of,
    idempotency_key,
    json_bytes,
    limit_of,
    no_fields,
    request_of,
    require_known_parameters,
    require_match,
)
from chalicelib.http.responses import Answer, Listing, json_answer, list_answer, no_content
from chalicelib.identifier import Prefix

if TYPE_CHECKING:
    from typing import Unpack

    from chalicelib.http.schemas import RequestModel, ResponseModel

B = TypeVar("B", covariant=True)
C = TypeVar("C", covariant=True)
AuthC = TypeVar("AuthC")
BodyB = TypeVar("BodyB", bound="RequestModel | None")

Reply: TypeAlias = "ResponseModel | Answer | Listing | Response | None"

TEXT: Final[Mapping[str, Any]] = {"type": "string"}
TIME: Final[Mapping[str, Any]] = {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Call(Generic[C, B]):
    """An authenticated request to an operation.

    Attributes:
        caller: as the operation's `auth` returns it.
        path: the path parameters.
        query: the query parameters, all known to the operation.
        limit: maximum number of items in the response.
        after: the ID after which a list continues.
        body: the parsed body; None if the operation has none.
        state: the ETag, without quotes, of the object that If-Match was compared with.
        receipt: the idempotency record, which the service writes together with the created object.
    """

    caller: C
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: B
    now: datetime
    limit: int = LIMIT_DEFAULT
    after: str | None = None
    state: str = ""
    receipt: Any = field(default=None, repr=False)

    @property
    def version(self) -> int:
        """The version that the caller expects the object to have."""
        return int(self.state)


class Description(TypedDict, total=False):
    """Optional parts of a declaration; see `Operation`."""

    success: int
    answer: type[ResponseModel] | str
    items: type[ResponseModel]
    cursor: Prefix
    query: Mapping[str, Mapping[str, Any]]
    other_status: int
    exact: bool
    etag: bool
    content: str


@dataclass(frozen=True, slots=True)
class Operation:
    """The declaration of one method of one path.

    Attributes:
        id: the OpenAPI operation ID, which SDK generators use as the method name. It never changes.
        answer: model of the response; its name in `http/schemas.py` where the handler must not load pydantic.
        items: model of a list's items.
        cursor: kind of ID after which the response continues.
        query: filters, with their JSON schemas. Only an operation with filters or a cursor refuses unknown parameters.
        other_status: a second success status, without a documented body.
        if_match: returns the object's current state, which the required If-Match must name.
        idempotent: returns the response to a repeated Idempotency-Key, given the ID of the object that the first
            request created.
        success: the status, if it isn't 200, or 204 without content.
        exact: If-Match must name the state; `*` is refused.
        etag: the response has an ETag.
        content: media type of a response that isn't JSON.
    """

    id: str
    method: str
    path: str
    handler: Callable[[Call[Any, Any]], Reply]
    auth: Auth[Any]
    body: type[RequestModel] | None
    if_match: Callable[[Call[Any, Any]], str] | None
    idempotent: Callable[[Call[Any, Any], str], Reply] | None
    success: int | None = None
    answer: type[ResponseModel] | str | None = None
    items: type[ResponseModel] | None = None
    cursor: Prefix | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    other_status: int | None = None
    exact: bool = False
    etag: bool = False
    content: str | None = None

    @property
    def summary(self) -> str:
        """The first sentence of the handler's docstring."""
        return str(self.handler.__doc__).partition(".")[0]

    @property
    def status(self) -> int:
        """The status of a success."""
        return self.success or (200 if self.answer or self.items or self.content else 204)

    @property
    def may_lack_body(self) -> bool:
        """True for an operation that creates an object without required fields. A change always needs a body."""
        fields = self.body.model_fields.values() if self.body else ()
        return self.idempotent is not None and not any(field.is_required() for field in fields)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all query parameters."""
        return (*(("limit",) if self.items else ()), *(("after",) if self.cursor else ()), *self.query)

    def handle(self, request: Request, path: Mapping[str, str]) -> Response:
        """Answers a request."""
        call = self._authenticate(request, path)
        if self.body is None and request.method == "POST":
            no_fields(request)
        if self.if_match is not None:
            state = self.if_match(call)
            require_match(request, f'"{state}"', exact=self.exact)
            call = replace(call, state=state)
        raw = b""
        if self.body is not None:
            try:
                raw = json_bytes(request) or (NO_FIELDS if self.may_lack_body else b"")
                call = replace(call, body=_parse(self.body, raw))
            except Invalid:
                if self.auth.verify is not None:
                    self.auth.verify(call.caller)
                raise
        return self._render(self.handler(call) if self.idempotent is None else self._once(request, raw, call))

    def _authenticate(self, request: Request, path: Mapping[str, str]) -> Call[Any, Any]:
        caller = self.auth.authenticate(credentials_of(request), path)
        if self.parameters:
            require_known_parameters(request, self.parameters)
        return Call(
            caller,
            path,
            request.query_params or {},
            body=None,
            now=current().clock(),
            limit=limit_of(request) if self.items else LIMIT_DEFAULT,
            after=cursor_of(request, self.cursor) if self.cursor else None,
        )

    def _once(self, request: Request, raw: bytes, call: Call[Any, Any]) -> Reply:
        """Calls the handler, or `idempotent` for a repeated Idempotency-Key."""
        handler, repeat, idempotency = self.handler, self.idempotent, current().idempotency
        route = f"{request.method} {request.context['path']}"
        return idempotency.once(
            idempotency.keyed_request(call.caller.id, route, idempotency_key(request), raw),
            lambda receipt: handler(replace(call, receipt=receipt)),
            lambda object_id: repeat(call, object_id) if repeat else None,
            call.now,
        )

    def _render(self, reply: Reply) -> Response:
        if reply is None:
            return no_content()
        if isinstance(reply, Response):
            return reply
        if isinstance(reply, Listing):
            return list_answer(reply)
        return json_answer(reply if isinstance(reply, Answer) else Answer(reply), self.status, has_etag=self.etag)


OPERATIONS: Final[list[Operation]] = []
"""The operations of every imported capability."""


def operation(
    blueprint: Blueprint,
    operation_id: str,
    method: str,
    path: str,
    *,
    auth: Auth[AuthC],
    body: type[BodyB] | None = None,
    if_match: Callable[[Call[AuthC, Any]], str] | None = None,
    idempotent: Callable[[Call[AuthC, BodyB], str], Reply] | None = None,
    **described: Unpack[Description],
) -> Callable[[Callable[[Call[AuthC, BodyB]], Reply]], Callable[..., Response]]:
    """Declares an operation and registers its handler; see `Operation`."""

    def register(handler: Callable[[Call[AuthC, BodyB]], Reply]) -> Callable[..., Response]:
        model = cast("type[RequestModel] | None", body)
        declared = Operation(operation_id, method, path, handler, auth, model, if_match, idempotent, **described)
        OPERATIONS.append(declared)

        @wraps(handler)
        def handle(**parameters: str) -> Response:
            return declared.handle(request_of(blueprint), parameters)

        return blueprint.route(path, methods=[method])(handle)  # type: ignore[no-any-return]

    return register


def _parse(model: type[RequestModel], raw: bytes) -> RequestModel:
    from chalicelib.http.schemas import parse_body  # pydantic, which an operation without a body may not need

    return parse_body(model, raw)
