"""The module that has the handlers of each path.

A new Lambda process registers only the module of the request that it answers: importing the others takes longer than
answering. API Gateway names the path's template in each request.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from chalicelib.http.framework import Blueprint, Chalice
from chalicelib.http.method_not_allowed import complete_methods

if TYPE_CHECKING:
    from chalicelib.http.routing import Operation

_ORGANIZATION: Final = "/v1/organizations/{organization_id}"
_CONNECTION: Final = f"{_ORGANIZATION}/connections/{{connection_id}}"
_ADMIN_CONNECTION: Final = "/admin/sso/{connection_id}"

_PATHS: Final[dict[str, tuple[str, ...]]] = {
    "http.public_documents:documents": ("/healthz", "/openapi.json", "/problems"),
    "http.static_files:static_files": ("/static",),
    "sign_in.pages:saml": ("/saml",),
    "login_policy.login_pages:login_pages": ("/login",),
    "sessions.pages:home_pages": ("/", "/logout", "/password"),
    "invitations.pages:link_pages": ("/invitation", "/password/{code}"),
    "setup_links.pages:setup": ("/setup/{code}",),
    "connections.guest_form:guest_setup": ("/setup",),
    "users.pages:admin_users": ("/admin/users",),
    "users.user_page:admin_user": ("/admin/users/{user_id}",),
    "connections.pages:admin_sso": ("/admin/sso",),
    "connections.mapping_page:connection_mapping": (f"{_ADMIN_CONNECTION}/mapping",),
    "sign_in_attempts.pages:admin_attempts": (f"{_ADMIN_CONNECTION}/attempts",),
    "sign_in_attempts.inspector_pages:admin_inspector": (f"{_ADMIN_CONNECTION}/inspector",),
    "connections.policy_form:admin_policy": ("/admin/login-policy",),
    "setup_links.admin_pages:admin_setup_links": ("/admin/setup-links",),
    "organizations.api:organizations": ("/v1/organizations",),
    "users.api:users": (f"{_ORGANIZATION}/users",),
    "connections.api:connections": (f"{_ORGANIZATION}/connections",),
    "connections.pending_api:pending_values": (
        f"{_CONNECTION}/pending",
        f"{_CONNECTION}/roll-back",
        f"{_CONNECTION}/activate",
    ),
    "connections.metadata_api:imports": (
        f"{_CONNECTION}/import",
        f"{_CONNECTION}/refresh",
        f"{_CONNECTION}/certificates",
    ),
    "sign_in_attempts.api:attempts": (f"{_ORGANIZATION}/sign-in-attempts", f"{_CONNECTION}/sign-in-attempts"),
    "audit_log.api:audit_events": (f"{_ORGANIZATION}/audit-events",),
    "setup_links.api:setup_links": (f"{_ORGANIZATION}/setup-links",),
    "login_policy.api:login_policy": (f"{_ORGANIZATION}/login-policy", "/v1/login-policy"),
    "api_keys.api:api_keys": ("/v1/api-keys",),
    "sessions.api:session": ("/v1/session",),
}
"""Blueprints and the paths that they have, with everything below unless another blueprint has it."""

_SCHEDULES: Final = "schedules:schedules"


class RoutesOnDemand:
    """Registers routes with the application on demand, each blueprint once."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._missing = {*_PATHS, _SCHEDULES}

    def register_for(self, template: str) -> None:
        """Registers the blueprint of a path template; every blueprint if there is none."""
        name = _blueprint_of(template)
        self._register(self._missing if name is None else {name} & self._missing)

    def register_all(self) -> None:
        """Registers every blueprint."""
        self._register(self._missing)

    def _register(self, names: set[str]) -> None:
        if not names:
            return
        self._missing = self._missing - names
        for name in sorted(names):
            self._app.register_blueprint(_load(name))
        complete_methods(self._app)


def every_operation() -> list[Operation]:
    """Returns the operations of the whole API."""
    from chalicelib.http.routing import OPERATIONS

    for name, paths in _PATHS.items():
        if paths[0].startswith(("/v1", "/healthz")):
            _load(name)
    return OPERATIONS


def _blueprint_of(template: str) -> str | None:
    found = [
        (len(path), name)
        for name, paths in _PATHS.items()
        for path in paths
        if template == path or template.startswith(f"{path}/")
    ]
    return max(found)[1] if found else None


def _load(name: str) -> Blueprint:
    module, _, attribute = name.partition(":")
    blueprint: Blueprint = getattr(import_module(f"chalicelib.{module}"), attribute)
    return blueprint
