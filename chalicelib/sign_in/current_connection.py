"""A connection as it is when an answer arrives: sign-ins begin with a copy that may be 30 seconds old."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.errors import NotFound, SignInRefused
from chalicelib.login_policy.model import Mode
from chalicelib.organizations.model import Organization
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_check import passwords_only, plan_without_sso


class StaleConnectionError(Exception):
    """The connection was changed since our copy of it was read."""


def ensure_current(connection: Connection, organization: Organization) -> Connection:
    """The connection, if it is today's and the organization lets people in through it; proven or not as of now.

    Raises:
        StaleConnectionError: our copy of the connection is old.
        NotFound: the connection was deleted.
        SignInRefused: `enterprise_plan_required` or `sso_disabled`.
    """
    summary = organization.connection(connection.id)
    if summary is None:
        raise NotFound
    disabled_differs = (summary.status is ConnectionStatus.DISABLED) != connection.disabled
    if summary.version != connection.version or disabled_differs:
        raise StaleConnectionError
    require_enterprise(organization)
    if organization.mode is Mode.PASSWORD:
        raise SignInRefused(RefusalCode.SSO_DISABLED, checks=(passwords_only(),))
    return replace(connection, proven=summary.status is ConnectionStatus.ACTIVE)


def require_enterprise(organization: Organization) -> None:
    """The organization's plan has single sign-on.

    Raises:
        SignInRefused: `enterprise_plan_required`.
    """
    if not organization.is_enterprise:
        raise SignInRefused(RefusalCode.ENTERPRISE_PLAN_REQUIRED, checks=(plan_without_sso(organization),))
