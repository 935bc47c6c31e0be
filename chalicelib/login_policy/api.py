"""/v1 handlers of login policies, and the policy check for other servers."""

from __future__ import annotations

from typing import Final

from chalicelib.api_keys.callers import Caller
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION, POLICY_CHECK
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer
from chalicelib.http.routing import Call, operation
from chalicelib.login_policy.model import LoginPolicy
from chalicelib.login_policy.schemas import DecisionAnswer, LoginPolicyAnswer, LoginPolicyPut, PolicyCheck
from chalicelib.organizations.model import Organization

login_policy = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/login-policy"


@operation(login_policy, "login_policy.get", "GET", _ONE, auth=ORGANIZATION, answer=LoginPolicyAnswer, etag=True)
def show(call: Call[Caller, None]) -> Answer:
    """Get the login policy."""
    return _answer(call.caller.organization)


@operation(
    login_policy,
    "login_policy.replace",
    "PUT",
    _ONE,
    auth=ORGANIZATION,
    body=LoginPolicyPut,
    answer=LoginPolicyAnswer,
    if_match=lambda call: _state(call.caller.organization),
    etag=True,
)
def put(call: Call[Caller, LoginPolicyPut]) -> Answer:
    """Replace the login policy."""
    body = call.body
    policy = LoginPolicy(body.mode, body.required_for_admins, tuple(dict.fromkeys(body.exempt_user_ids)))
    return _answer(current().login_policies.put(call.caller.organization, policy, call.now))


@operation(
    login_policy,
    "login_policy.check",
    "POST",
    "/v1/login-policy/check",
    auth=POLICY_CHECK,
    body=PolicyCheck,
    answer=DecisionAnswer,
)
def check(call: Call[str, PolicyCheck]) -> DecisionAnswer:
    """Ask how the owner of an e-mail address may sign in."""
    email, container = call.body.email, current()
    found = container.login_policies.check(call.caller, email, call.now)
    return DecisionAnswer.of(email, found, container.settings.base_url)


def _state(organization: Organization) -> str:
    """Returns the ETag. It also changes with the default mode, for example when the first connection is created."""
    return f"{organization.policy_version}-{organization.mode.value}"


def _answer(organization: Organization) -> Answer:
    return Answer(LoginPolicyAnswer.of(organization), _state(organization))
