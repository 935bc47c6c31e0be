"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.domain.api_key import ApiKey
from chalicelib.routes.models.body import Answer, Body, Identifier, Text


class ApiKeyCreate(Body):
    """A new API key."""

    name: Text
    organization_id: Identifier | None = Field(
        default=None, description="The one organization it is for; absent or null for the whole deployment."
    )


class ApiKeyAnswer(Answer):
    """An API key's record."""

    id: str
    object: Literal["api_key"] = "api_key"
    name: str
    organization_id: str | None
    created_at: datetime

    @classmethod
    def of(cls, key: ApiKey) -> ApiKeyAnswer:
        """How a key's record is shown."""
        return cls(id=key.id, name=key.name, organization_id=key.organization_id, created_at=key.created_at)


class NewApiKeyAnswer(ApiKeyAnswer):
    """An API key's record, and the key."""

    key: str | None = Field(description="Shown once: null when an Idempotency-Key is repeated.")

    @classmethod
    def made(cls, key: ApiKey, secret: str | None) -> NewApiKeyAnswer:
        """How a key is shown when it is made."""
        return cls(**ApiKeyAnswer.of(key).model_dump(), key=secret)
