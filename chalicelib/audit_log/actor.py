"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What somebody who acts can be."""

    API_KEY = "api_key"
    USER = "user"
    SETUP_LINK = "setup_link"
    IDENTITY_PROVIDER = "identity_provider"
    SCHEDULE = "schedule"
    OPERATOR = "operator"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        id: the key's, user's, link's or connection's; None for the others.
    """

    kind: ActorKind
    id: str | None = None
