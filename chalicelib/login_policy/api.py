"""/v1 handlers of login policies, and the policy check for other servers."""

from __future__ import annotations

from typing import Final

from chalicelib.api_keys.model import Scope
from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid, NotSignedIn
from chalicelib.http.api_auth import key_hash, organization_caller
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import json_bytes, request_of, require_match
from chalicelib.http.responses import json_answer
from chalicelib.login_policy.model import LoginPolicy
from chalicelib.organizations.model import Organization
from chalicelib.users.email_address import canonical_address

login_policy = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/login-policy"


@login_policy.route(_ONE, methods=["GET"], content_types=["*/*"])
def show(organization_id: str) -> Response:
    """Returns the login policy in force."""
    return _render(organization_caller(request_of(login_policy), organization_id).organization)


@login_policy.route(_ONE, methods=["PUT"], content_types=["*/*"])
def put(organization_id: str) -> Response:
    """Replaces the login policy."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.login_policy.schemas import LoginPolicyPut

    request, container = request_of(login_policy), current()
    organization = organization_caller(request, organization_id).organization
    require_match(request, _etag(organization))
    body = parse_body(LoginPolicyPut, json_bytes(request))
    policy = LoginPolicy(body.mode, body.required_for_admins, tuple(dict.fromkeys(body.exempt_user_ids)))
    return _render(container.login_policies.put(organization, policy, container.clock()))


@login_policy.route("/v1/login-policy/check", methods=["POST"], content_types=["*/*"])
def check() -> Response:
    """Returns the permitted sign-in methods of an address."""
    from chalicelib.login_policy.schemas import DecisionAnswer

    request, container = request_of(login_policy), current()
    secret = key_hash(request)
    if secret is None:
        raise NotSignedIn("not_signed_in", "This needs an API key: Authorization: Bearer gh_….")
    try:
        email = _email(request)
    except Invalid:
        container.api_key_authenticator.key(
            secret, Scope.POLICY_CHECK, container.clock()
        )  # after authentication, so that a missing key is reported first
        raise
    found = container.login_policies.check(secret, email, container.clock())
    return json_answer(DecisionAnswer.of(email, found, container.settings.base_url))


def _email(request: Request) -> str:
    from chalicelib.http.schemas import invalid, parse_body
    from chalicelib.login_policy.schemas import PolicyCheck

    address = canonical_address(parse_body(PolicyCheck, json_bytes(request)).email)
    if address is None:
        raise invalid((FieldError("/email", "invalid_email", "This isn't an e-mail address that we can take."),))
    return address


def _etag(organization: Organization) -> str:
    """Returns the ETag. It also changes with the default mode, for example when the first connection is created."""
    return f'"{organization.policy_version}-{organization.mode.value}"'


def _render(organization: Organization) -> Response:
    from chalicelib.login_policy.schemas import LoginPolicyAnswer

    return json_answer(LoginPolicyAnswer.of(organization), etag=_etag(organization))
