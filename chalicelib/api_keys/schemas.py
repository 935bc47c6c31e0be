"""Request and response models of API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.api_keys.model import ApiKey, Scope
from chalicelib.http.schemas import Identifier, Moment, RequestModel, ResponseModel, Text


class ApiKeyCreate(RequestModel):
    """A new API key."""

    name: Text
    organization_id: Identifier | None = Field(
        default=None, description="The one organization it is for; absent or null for the whole deployment."
    )
    expires_at: Moment | None = Field(default=None, description="When it ends; absent or null for never.")
    scopes: Annotated[list[Scope], Field(max_length=len(Scope), fail_fast=True)] = Field(
        default_factory=list, description="What it may do; none for everything."
    )


class ApiKeyAnswer(ResponseModel):
    """An API key's record."""

    id: str
    object: Literal["api_key"] = "api_key"
    name: str
    organization_id: str | None
    scopes: list[Scope] = Field(description="Empty: everything.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the day.")

    @classmethod
    def of(cls, key: ApiKey) -> ApiKeyAnswer:
        """Converts an API key's record."""
        used = key.last_used_on
        return cls(
            id=key.id,
            name=key.name,
            organization_id=key.organization_id,
            scopes=list(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=datetime(used.year, used.month, used.day, tzinfo=UTC) if used else None,
        )


class NewApiKeyAnswer(ApiKeyAnswer):
    """An API key's record and the key itself."""

    key: str | None = Field(description="Shown once: null when an Idempotency-Key is repeated.")

    @classmethod
    def from_domain(cls, key: ApiKey, secret: str | None) -> NewApiKeyAnswer:
        """Converts a new key's record; `secret` is the key itself."""
        return cls(**ApiKeyAnswer.of(key).model_dump(), key=secret)
