"""Failures (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from chalicelib.routes.models.body import Answer


class FieldErrorAnswer(Answer):
    """One bad field."""

    pointer: str = Field(description='JSON pointer (RFC 6901); "" for the whole body.')
    code: str
    detail: str


class ProblemAnswer(Answer):
    """A failure."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; see `/problems/{code}`.")
    request_id: str
    errors: list[FieldErrorAnswer] | None = None
