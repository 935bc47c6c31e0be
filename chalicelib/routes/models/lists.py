"""Lists."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import Field

from chalicelib.routes.models.body import ResponseModel

A = TypeVar("A", bound=ResponseModel)


class ListMetadata(ResponseModel):
    """Where the list goes on."""

    after: str | None = Field(description="The value of `after` for the next page; null on the last one.")


class ListAnswer(ResponseModel, Generic[A]):
    """One page, newest first."""

    object: Literal["list"] = "list"
    data: list[A]
    list_metadata: ListMetadata
