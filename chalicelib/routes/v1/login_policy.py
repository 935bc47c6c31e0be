"""Login policies, and the check by which other servers obey them."""

from __future__ import annotations

from typing import Final

from chalice.app import Blueprint, Request, Response

from chalicelib.container import current
from chalicelib.domain.api_key import Scope
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.login_policy import LoginPolicy
from chalicelib.domain.organization import Organization
from chalicelib.errors import FieldError, Invalid, NotSignedIn
from chalicelib.routes.caller import key_hash, organization_caller
from chalicelib.routes.request import request_of
from chalicelib.routes.request_body import json_bytes, require_match
from chalicelib.routes.v1.answers import json_answer

login_policy = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/login-policy"


@login_policy.route(_ONE, methods=["GET"], content_types=["*/*"])
def show(organization_id: str) -> Response:
    """The policy in force."""
    return _render(organization_caller(request_of(login_policy), organization_id).organization)


@login_policy.route(_ONE, methods=["PUT"], content_types=["*/*"])
def put(organization_id: str) -> Response:
    """Replace the policy."""
    from chalicelib.routes.models.body import parse_body
    from chalicelib.routes.models.login_policy import LoginPolicyPut

    request, container = request_of(login_policy), current()
    organization = organization_caller(request, organization_id).organization
    require_match(request, _etag(organization))
    body = parse_body(LoginPolicyPut, json_bytes(request))
    policy = LoginPolicy(body.mode, body.required_for_admins, tuple(dict.fromkeys(body.exempt_user_ids)))
    return _render(container.login_policies.put(organization, policy, container.clock()))


@login_policy.route("/v1/login-policy/check", methods=["POST"], content_types=["*/*"])
def check() -> Response:
    """How the owner of an address may sign in."""
    from chalicelib.routes.models.login_policy import DecisionAnswer

    request, container = request_of(login_policy), current()
    secret = key_hash(request)
    if secret is None:
        raise NotSignedIn("not_signed_in", "This needs an API key: Authorization: Bearer gh_….")
    try:
        email = _email(request)
    except Invalid:
        container.api_key_authenticator.key(
            secret, Scope.POLICY_CHECK, container.clock()
        )  # who has no key is told that first
        raise
    found = container.login_policies.check(secret, email, container.clock())
    return json_answer(DecisionAnswer.of(email, found, container.settings.base_url))


def _email(request: Request) -> str:
    from chalicelib.routes.models.body import invalid, parse_body
    from chalicelib.routes.models.login_policy import PolicyCheck

    address = canonical_address(parse_body(PolicyCheck, json_bytes(request)).email)
    if address is None:
        raise invalid((FieldError("/email", "invalid_email", "This isn't an e-mail address that we can take."),))
    return address


def _etag(organization: Organization) -> str:
    """Changes also with the default, as when the first connection comes."""
    return f'"{organization.policy_version}-{organization.mode.value}"'


def _render(organization: Organization) -> Response:
    from chalicelib.routes.models.login_policy import LoginPolicyAnswer

    return json_answer(LoginPolicyAnswer.of(organization), etag=_etag(organization))
