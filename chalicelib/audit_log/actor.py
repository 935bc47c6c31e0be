"""The actor of an audit event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of actors."""

    API_KEY = "api_key"
    USER = "user"
    SETUP_LINK = "setup_link"
    IDENTITY_PROVIDER = "identity_provider"
    SCHEDULE = "schedule"
    OPERATOR = "operator"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of an audit event.

    Attributes:
        id: of the API key, user, setup link or connection; None for the other kinds.
    """

    kind: ActorKind
    id: str | None = None
