"""Request and response models of organizations."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.http.schemas import RequestModel, ResponseModel, Text, refused_value
from chalicelib.organizations.model import Organization, Plan

Domains = Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=20, fail_fast=True)]


def _comparable(text: str) -> str:
    """The same text, if no other one looks like it: composed (Unicode NFC) and without white space around it."""
    if text != text.strip() or not unicodedata.is_normalized("NFC", text):
        raise refused_value("invalid_external_id")
    return text


ExternalId = Annotated[Text, AfterValidator(_comparable)]


class OrganizationCreate(RequestModel):
    """A new organization."""

    name: Text
    external_id: ExternalId | None = Field(
        default=None, description="Your own ID of this customer; one organization has it. Case counts."
    )
    plan: Plan = Plan.STANDARD
    domains: Domains = Field(
        default_factory=list,
        description="E-mail domains; they count as verified. A domain covers itself, no subdomain.",
    )


class OrganizationChange(RequestModel):
    """Changes of an organization; absent fields stay."""

    name: Text = Field(default_factory=str)
    external_id: ExternalId | None = Field(default=None, description="With a deployment key only.")
    plan: Plan = Field(default_factory=lambda: Plan.STANDARD, description="With a deployment key only.")
    domains: Domains = Field(default_factory=list, description="All of them; with a deployment key only.")


class DomainAnswer(ResponseModel):
    """An email domain."""

    domain: str
    verified: bool


class OrganizationAnswer(ResponseModel):
    """One of your customers."""

    id: str
    object: Literal["organization"] = "organization"
    name: str
    external_id: str | None
    plan: Plan
    domains: list[DomainAnswer]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, organization: Organization) -> OrganizationAnswer:
        """Converts an organization."""
        return cls(
            id=organization.id,
            name=organization.name,
            external_id=organization.external_id,
            plan=organization.plan,
            domains=[DomainAnswer(domain=d.domain, verified=d.verified) for d in organization.domains],
            created_at=organization.created_at,
            updated_at=organization.updated_at,
        )
