"""Failures (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from chalicelib.domain.refusal_advice import ResponsibleParty
from chalicelib.routes.models.body import ResponseModel


class FieldErrorAnswer(ResponseModel):
    """One bad field."""

    pointer: str = Field(description='JSON pointer (RFC 6901); "" for the whole body.')
    code: str
    detail: str


class ProblemAnswer(ResponseModel):
    """A failure."""

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
