"""Ensures that a response is validated against the current connection: cached copies may be 30 seconds old."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.errors import NotFound, SignInRefused
from chalicelib.login_policy.model import Mode
from chalicelib.organizations.model import Organization
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_check import passwords_only, plan_without_sso


class StaleConnectionError(Exception):
    """The connection was changed since the cached copy was read."""


def ensure_current(connection: Connection, organization: Organization) -> Connection:
    """Returns the connection with its current status, if it is current and its organization permits sign-ins through
    it.

    Raises:
        StaleConnectionError: the cached copy is outdated.
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
    """Requires a plan with single sign-on.

    Raises:
        SignInRefused: `enterprise_plan_required`.
    """
    if not organization.is_enterprise:
        raise SignInRefused(RefusalCode.ENTERPRISE_PLAN_REQUIRED, checks=(plan_without_sso(organization),))
