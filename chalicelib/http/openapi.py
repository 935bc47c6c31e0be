"""Generates the OpenAPI 3.1 document of /v1 from the handlers' models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from chalicelib.http import schemas
from chalicelib.http.api_auth import PUBLIC
from chalicelib.http.problem_details import PROBLEM_JSON
from chalicelib.http.requests import LIMIT_DEFAULT, MAX_IDEMPOTENCY_KEY_LENGTH, MAX_LIMIT
from chalicelib.http.routing import TEXT, Operation
from chalicelib.http.schemas import ListAnswer, ProblemAnswer, RequestModel, ResponseModel
from chalicelib.registry import every_operation

VERSION: Final = "1"
_SCHEMAS: Final = "#/components/schemas/{model}"
_PREFIXES: Final = {
    "organization_id": "org",
    "user_id": "usr",
    "connection_id": "conn",
    "attempt_id": "att",
    "key_id": "key",
    "link_id": "link",
}
_ETAG: Final = {"ETag": {"description": "The object's state, for If-Match.", "schema": {"type": "string"}}}


@cache
def openapi_document(base_url: str) -> dict[str, Any]:
    """Returns the OpenAPI document for a base URL."""
    references, schemas = _schemas()
    paths: dict[str, Any] = {}
    for operation in every_operation():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse",
            "version": VERSION,
            "description": "SAML single sign-on for SaaS companies. Unknown fields are refused on write.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "security": [{"api_key": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "api_key": {"type": "http", "scheme": "bearer", "description": "An API key, `gh_…`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-gatehouse_session"},
            },
        },
    }


def _schemas() -> tuple[dict[type, dict[str, Any]], dict[str, Any]]:
    """Returns references and definitions of every model. Response models are described as serialized, with defaults."""
    wanted: dict[type[RequestModel | ResponseModel], None] = {ProblemAnswer: None}
    for operation in every_operation():
        wanted |= {model: None for model in (operation.body, _answer_model(operation)) if model is not None}
    modes = [(model, "validation" if issubclass(model, RequestModel) else "serialization") for model in wanted]
    found, definitions = models_json_schema(modes, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    return {model: schema for (model, _), schema in found.items()}, definitions["$defs"]


def _describe(operation: Operation, references: dict[type, dict[str, Any]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Callers: {operation.auth.description}{_scope_words(operation)}",
        "parameters": _parameters(operation),
        "responses": _responses(operation, references),
    }
    if operation.auth is PUBLIC:
        described["security"] = []
    if operation.body is not None:
        content = {"application/json": {"schema": references[operation.body]}}
        described["requestBody"] = {"required": not operation.may_lack_body, "content": content}
    return described


def _scope_words(operation: Operation) -> str:
    scope = operation.auth.scope_of(operation.method)
    return f" An API key with scopes needs `{scope}`." if scope else ""


def _answer_model(operation: Operation) -> type[ResponseModel] | None:
    if operation.items is not None:
        return ListAnswer[operation.items]  # type: ignore[name-defined]
    if isinstance(operation.answer, str):
        named: type[ResponseModel] = getattr(schemas, operation.answer)
        return named
    return operation.answer


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        _parameter("path", name, _id_schema(_PREFIXES[name]), required=True)
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    if operation.items is not None:
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT_DEFAULT}
        found.append(_parameter("query", "limit", limit))
        found.append(_parameter("query", "after", TEXT))
    found += [_parameter("query", name, schema) for name, schema in operation.query.items()]
    if operation.items is None and operation.cursor is not None:
        found.append(_parameter("query", "after", TEXT))
    if operation.idempotent:
        key = {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY_LENGTH}
        found.append(_parameter("header", "Idempotency-Key", key))
    if operation.if_match:
        found.append(_parameter("header", "If-Match", {"type": "string"}, required=True))
    return found


def _parameter(place: str, name: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": schema}


def _id_schema(prefix: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{prefix}_[0-9a-hjkmnp-tv-z]{{32}}$"}


def _responses(operation: Operation, references: dict[type, dict[str, Any]]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    if (answer := _answer_model(operation)) is not None:
        good["content"] = {"application/json": {"schema": references[answer]}}
    if operation.content is not None:
        good["content"] = {operation.content: {"schema": {"type": "string"}}}
    if operation.etag:
        good["headers"] = _ETAG
    problem = {PROBLEM_JSON: {"schema": references[ProblemAnswer]}}
    found: dict[str, Any] = {str(operation.status): good}
    if operation.other_status is not None:
        found[str(operation.other_status)] = {"description": "Not finished: repeat the request."}
    return found | {"default": {"description": "A failure (RFC 9457).", "content": problem}}
