"""Request and response models of login policies and policy checks."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from chalicelib.http.schemas import Email, Identifier, RequestModel, ResponseModel, refused_value
from chalicelib.login_policy.discovery import Discovery
from chalicelib.login_policy.model import Method, Mode, Reason
from chalicelib.organizations.model import Organization
from chalicelib.saml.service_provider import service_provider
from chalicelib.users.email_address import canonical_address


class LoginPolicyPut(RequestModel):
    """A login policy."""

    mode: Mode
    required_for_admins: bool = False
    exempt_user_ids: Annotated[list[Identifier], Field(max_length=50, fail_fast=True)] = Field(default_factory=list)


class LoginPolicyAnswer(ResponseModel):
    """How an organization uses single sign-on."""

    object: Literal["login_policy"] = "login_policy"
    organization_id: str
    mode: Mode = Field(
        description="The mode in force. Never chosen: `required` as soon as a connection exists, else `password`."
    )
    required_for_admins: bool
    exempt_user_ids: list[str]

    @classmethod
    def of(cls, organization: Organization) -> LoginPolicyAnswer:
        """Converts a policy."""
        return cls(
            organization_id=organization.id,
            mode=organization.mode,
            required_for_admins=organization.policy.required_for_admins,
            exempt_user_ids=list(organization.policy.exempt_user_ids),
        )


def _canonical(text: str) -> str:
    if (address := canonical_address(text)) is None:
        raise refused_value("invalid_email")
    return address


class PolicyCheck(RequestModel):
    """The user whose sign-in is checked."""

    max_bytes: ClassVar[int] = 1_024

    email: Annotated[Email, AfterValidator(_canonical)]


class DecisionAnswer(ResponseModel):
    """The sign-in methods that the policy permits. `methods` is independent of whether a password is set."""

    object: Literal["login_policy_decision"] = "login_policy_decision"
    email: str
    organization_id: str | None
    user_id: str | None
    methods: list[Method]
    sso_required: bool
    reason: Reason
    sso_url: str | None = Field(description="Where to send the browser; given where `sso` is allowed.")

    @classmethod
    def of(cls, email: str, found: Discovery, base_url: str) -> DecisionAnswer:
        """Converts a decision."""
        decision = found.decision
        connection_id = decision.connection_id
        return cls(
            email=email,
            organization_id=found.organization.id if found.organization else None,
            user_id=found.user.id if found.user else None,
            methods=list(decision.methods),
            sso_required=decision.sso_required,
            reason=decision.reason,
            sso_url=service_provider(base_url, connection_id).login_url if connection_id else None,
        )
