"""Every route of the application, in groups by the first part of their paths.

A new Lambda process answers one request first, so it registers the group of that request alone: importing the others
takes longer than answering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chalice.app import Blueprint, Chalice

from chalicelib.routes.methods import complete_methods

Group = tuple[Blueprint, ...]


def _login() -> Group:
    from chalicelib.routes.login import login_pages

    return (login_pages,)


def _saml() -> Group:
    from chalicelib.routes.saml import saml

    return (saml,)


def _static() -> Group:
    from chalicelib.routes.static_files import static_files

    return (static_files,)


def _others() -> Group:
    from chalicelib.routes.admin_attempts import admin_attempts
    from chalicelib.routes.admin_inspector import admin_inspector
    from chalicelib.routes.admin_policy import admin_policy
    from chalicelib.routes.admin_setup_links import admin_setup_links
    from chalicelib.routes.admin_sso import admin_sso
    from chalicelib.routes.admin_user import admin_user
    from chalicelib.routes.admin_users import admin_users
    from chalicelib.routes.connection_mapping import connection_mapping
    from chalicelib.routes.documents import documents
    from chalicelib.routes.home import home_pages
    from chalicelib.routes.link_pages import link_pages
    from chalicelib.routes.schedules import schedules
    from chalicelib.routes.setup import setup
    from chalicelib.routes.v1.api_keys import api_keys
    from chalicelib.routes.v1.attempts import attempts
    from chalicelib.routes.v1.audit_events import audit_events
    from chalicelib.routes.v1.connections import connections
    from chalicelib.routes.v1.imports import imports
    from chalicelib.routes.v1.login_policy import login_policy
    from chalicelib.routes.v1.organizations import organizations
    from chalicelib.routes.v1.pending_values import pending_values
    from chalicelib.routes.v1.session import session
    from chalicelib.routes.v1.setup_links import setup_links
    from chalicelib.routes.v1.users import users

    return (
        *(documents, schedules),
        *(link_pages, home_pages, admin_users, admin_user, setup),
        *(admin_sso, connection_mapping, admin_policy, admin_attempts, admin_inspector, admin_setup_links),
        *(organizations, users, connections, imports, pending_values, attempts, setup_links, login_policy, api_keys),
        *(audit_events, session),
    )


_GROUPS: Final[dict[str, Callable[[], Group]]] = {"login": _login, "saml": _saml, "static": _static}


class RoutesOnDemand:
    """Registers routes at the application when somebody asks for them, each group once."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._missing = {_login, _saml, _static, _others}

    def register_for(self, path: str) -> None:
        """The group of this path; a template or a real path."""
        self._register(_GROUPS.get(path.split("/")[1], _others) if path.startswith("/") else _others)

    def register_all(self) -> None:
        """Every group: for whoever looks at the routes."""
        for group in (_saml, _login, _static, _others):
            self._register(group)

    def _register(self, group: Callable[[], Group]) -> None:
        if group in self._missing:
            self._missing.discard(group)
            for blueprint in group():
                self._app.register_blueprint(blueprint)
            complete_methods(self._app)
