"""Request and response models of setup links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.schemas import Identifier, RequestModel, ResponseModel
from chalicelib.setup_links.model import HOURS_DEFAULT, MAX_HOURS, SetupLink, SetupLinkStatus
from chalicelib.setup_links.service import NewSetupLink


class SetupLinkCreate(RequestModel):
    """A new setup link."""

    connection_id: Identifier | None = Field(
        default=None, description="What it is about; absent or null for a draft that is made when the link is opened."
    )
    expires_in_hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] = HOURS_DEFAULT


class SetupLinkAnswer(ResponseModel):
    """A setup link's record."""

    id: str
    object: Literal["setup_link"] = "setup_link"
    organization_id: str
    connection_id: str | None
    status: SetupLinkStatus
    created_by: str = Field(description="The ID of the API key or the user that made it.")
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    opened_from: str | None = Field(description="The source address; of IPv6 the /64.")
    used_at: datetime | None = Field(description="When values were last proposed with it.")
    ended_at: datetime | None = Field(description="When it was revoked or finished.")

    @classmethod
    def of(cls, link: SetupLink, now: datetime) -> SetupLinkAnswer:
        """Converts a link's record."""
        return cls(status=link.status(now), **{name: getattr(link, name) for name in _SAME})


class NewSetupLinkAnswer(SetupLinkAnswer):
    """A setup link's record and its URL."""

    url: str | None = Field(description="Shown once: null when an Idempotency-Key is repeated.")

    @classmethod
    def from_domain(cls, new: NewSetupLink, now: datetime) -> NewSetupLinkAnswer:
        """Converts a new link."""
        return cls(**SetupLinkAnswer.of(new.link, now).model_dump(), url=new.url)


_SAME = tuple(name for name in SetupLinkAnswer.model_fields if name not in {"object", "status"})
