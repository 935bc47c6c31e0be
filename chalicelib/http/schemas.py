"""Shared parts of the request and response models of /v1, and their validation errors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.errors import FieldError, Invalid
from chalicelib.http.json_document import MAX_VALUES, malformed_json, require_bounded_json
from chalicelib.http.requests import MAX_BODY_BYTES, body_too_large
from chalicelib.i18n.catalog import has, in_english
from chalicelib.i18n.message import Message, message
from chalicelib.moment import parse_moment
from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.visible_text import has_only_visible_characters

__all__ = ["MAX_VALUES"]

MAX_ERRORS: Final = 20
"""Invalid fields reported in one response."""
_LONGEST_NAME: Final = 100  # characters of a name in a pointer; names are untrusted input

_CODES: Final[dict[str, str]] = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "enum": "invalid_value",
    "literal_error": "invalid_value",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_short",
    "too_long": "too_long",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "invalid_email": "invalid_email",
    "invalid_text": "invalid_text",
    "invalid_external_id": "invalid_text",
    "too_many_certificates": "too_many_certificates",
}


_SAME_TEXTS: Final = {"literal_error": "enum", "dict_type": "model_type"}


class RequestModel(BaseModel):
    """A request body. Unknown fields are refused, and types aren't coerced.

    Attributes:
        max_bytes: maximum size. Every text and list of a model also has its own limit.
    """

    max_bytes: ClassVar[int] = MAX_BODY_BYTES

    model_config = ConfigDict(extra="forbid", strict=True)


class ResponseModel(BaseModel):
    """A response body."""

    model_config = ConfigDict(extra="forbid")


B = TypeVar("B", bound=RequestModel)


def refused_value(kind: str, **context: int) -> PydanticCustomError:
    """The error of a validator; its text is `problem.schema.{kind}`."""
    return PydanticCustomError(kind, kind, context)


def _plain_text(text: str) -> str:
    if not has_only_visible_characters(text):
        raise refused_value("invalid_text")
    return text


Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_plain_text)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
Identifier = Annotated[str, StringConstraints(max_length=64)]


def _moment(text: str) -> datetime:
    if (found := parse_moment(text)) is None:
        raise refused_value("datetime")
    return found


Moment = Annotated[
    str, StringConstraints(max_length=40), Field(json_schema_extra={"format": "date-time"}), AfterValidator(_moment)
]


def parse_body(model: type[B], raw: bytes) -> B:
    """Parses the body as `model`.

    Raises:
        Unreadable: not one JSON document in UTF-8 (RFC 8259).
        Invalid: too large, or it violates the schema; one entry per invalid field, at most `MAX_ERRORS`.
    """
    if len(raw) > model.max_bytes:
        raise body_too_large(model.max_bytes)
    require_bounded_json(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    if any(entry["type"] == "json_invalid" for entry in found):
        raise malformed_json()
    raise invalid(tuple(_field_error(dict(entry)) for entry in found[:MAX_ERRORS]))


def invalid(errors: tuple[FieldError, ...]) -> Invalid:
    """A body with invalid fields."""
    return Invalid("invalid_request", errors=errors)


def _field_error(entry: dict[str, Any]) -> FieldError:
    code = _CODES.get(entry["type"], "invalid_type")
    if entry["type"].startswith("date"):
        code = "invalid_date"
    return FieldError(pointer(entry["loc"]), code, _message(entry["type"], entry.get("ctx", {})))


def _message(kind: str, context: dict[str, Any]) -> Message:
    if kind.startswith("date"):
        kind = "datetime" if kind.startswith("datetime") else "date"
    key = f"problem.schema.{_SAME_TEXTS.get(kind, kind)}"
    values = {name: value for name, value in context.items() if isinstance(value, str | int)}
    return message(key, **values) if has(key) else message("problem.schema.unusable")


def pointer(path: tuple[str | int, ...]) -> str:
    """Builds a JSON pointer (RFC 6901); overlong names are truncated."""
    return "".join(f"/{_short(str(part)).replace('~', '~0').replace('/', '~1')}" for part in path)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


A = TypeVar("A", bound=ResponseModel)


class ListMetadata(ResponseModel):
    """Where the list continues."""

    after: str | None = Field(description="The value of `after` for the next page; null on the last one.")


class ListAnswer(ResponseModel, Generic[A]):
    """One page, newest first."""

    object: Literal["list"] = "list"
    data: list[A]
    list_metadata: ListMetadata


class FieldErrorAnswer(ResponseModel):
    """An invalid field."""

    pointer: str = Field(description='JSON pointer (RFC 6901); "" for the whole body.')
    code: str
    detail: str


class ProblemAnswer(ResponseModel):
    """An error."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; see `/problems/{code}`.")
    request_id: str
    errors: list[FieldErrorAnswer] | None = None
    retry_helps: bool | None = Field(default=None, description="Of a refused sign-in, like all that follow.")
    fixer: ResponsibleParty | None = None
    what_to_do: str | None = None
    where: str | None = Field(default=None, description="The field in the identity provider's own console.")
    attempt_id: str | None = None


class WarningAnswer(ResponseModel):
    """An accepted value that may be unintended."""

    pointer: str
    code: str
    detail: str

    @classmethod
    def of(cls, pointer: str, code: str, message: Message) -> WarningAnswer:
        """Converts a warning, in English like the whole API."""
        return cls(pointer=pointer, code=code, detail=in_english(message))


class HealthAnswer(ResponseModel):
    """The service is running; dependencies aren't checked."""

    status: Literal["ok"] = "ok"
