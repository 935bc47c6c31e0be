"""Every route of the application, grouped by the first part of the path.

A new Lambda process registers only the group of the request it answers: importing the other groups takes longer than
answering.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chalicelib.http.framework import Blueprint, Chalice
from chalicelib.http.method_not_allowed import complete_methods

Group = tuple[Blueprint, ...]


def _login() -> Group:
    from chalicelib.login_policy.login_pages import login_pages

    return (login_pages,)


def _saml() -> Group:
    from chalicelib.sign_in.pages import saml

    return (saml,)


def _static() -> Group:
    from chalicelib.http.static_files import static_files

    return (static_files,)


def _others() -> Group:
    from chalicelib.api_keys.api import api_keys
    from chalicelib.audit_log.api import audit_events
    from chalicelib.connections.api import connections
    from chalicelib.connections.mapping_page import connection_mapping
    from chalicelib.connections.pages import admin_sso
    from chalicelib.connections.pending_api import pending_values
    from chalicelib.http.public_documents import documents
    from chalicelib.idp_metadata.api import imports
    from chalicelib.invitations.pages import link_pages
    from chalicelib.login_policy.api import login_policy
    from chalicelib.login_policy.pages import admin_policy
    from chalicelib.organizations.api import organizations
    from chalicelib.schedules import schedules
    from chalicelib.sessions.api import session
    from chalicelib.sessions.pages import home_pages
    from chalicelib.setup_links.admin_pages import admin_setup_links
    from chalicelib.setup_links.api import setup_links
    from chalicelib.setup_links.pages import setup
    from chalicelib.sign_in_attempts.api import attempts
    from chalicelib.sign_in_attempts.inspector_pages import admin_inspector
    from chalicelib.sign_in_attempts.pages import admin_attempts
    from chalicelib.users.api import users
    from chalicelib.users.pages import admin_users
    from chalicelib.users.user_page import admin_user

    return (
        *(documents, schedules),
        *(link_pages, home_pages, admin_users, admin_user, setup),
        *(admin_sso, connection_mapping, admin_policy, admin_attempts, admin_inspector, admin_setup_links),
        *(organizations, users, connections, imports, pending_values, attempts, setup_links, login_policy, api_keys),
        *(audit_events, session),
    )


_GROUPS: Final[dict[str, Callable[[], Group]]] = {"login": _login, "saml": _saml, "static": _static}


class RoutesOnDemand:
    """Registers routes with the application on demand, each group once."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._missing = {_login, _saml, _static, _others}

    def register_for(self, path: str) -> None:
        """Registers the group of a path, given as a route template or as a request path."""
        self._register(_GROUPS.get(path.split("/")[1], _others) if path.startswith("/") else _others)

    def register_all(self) -> None:
        """Registers every group."""
        for group in (_saml, _login, _static, _others):
            self._register(group)

    def _register(self, group: Callable[[], Group]) -> None:
        if group in self._missing:
            self._missing.discard(group)
            for blueprint in group():
                self._app.register_blueprint(blueprint)
            complete_methods(self._app)
