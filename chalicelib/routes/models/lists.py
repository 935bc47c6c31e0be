"""Lists."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import Field

from chalicelib.routes.models.body import Answer

A = TypeVar("A", bound=Answer)


class ListMetadata(Answer):
    """Where the list goes on."""

    after: str | None = Field(description="The value of `after` for the next page; null on the last one.")


class ListAnswer(Answer, Generic[A]):
    """One page, newest first."""

    object: Literal["list"] = "list"
    data: list[A]
    list_metadata: ListMetadata
