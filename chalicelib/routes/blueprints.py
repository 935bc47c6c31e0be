"""Every route of the application."""

from __future__ import annotations

from typing import Final

from chalicelib.routes.admin_attempts import admin_attempts
from chalicelib.routes.admin_inspector import admin_inspector
from chalicelib.routes.admin_setup_links import admin_setup_links
from chalicelib.routes.admin_sso import admin_sso
from chalicelib.routes.admin_user import admin_user
from chalicelib.routes.admin_users import admin_users
from chalicelib.routes.documents import documents
from chalicelib.routes.home import home_pages
from chalicelib.routes.link_pages import link_pages
from chalicelib.routes.login import login_pages
from chalicelib.routes.saml import saml
from chalicelib.routes.schedules import schedules
from chalicelib.routes.setup import setup
from chalicelib.routes.static_files import static_files
from chalicelib.routes.v1.api_keys import api_keys
from chalicelib.routes.v1.attempts import attempts
from chalicelib.routes.v1.connections import connections
from chalicelib.routes.v1.imports import imports
from chalicelib.routes.v1.login_policy import login_policy
from chalicelib.routes.v1.organizations import organizations
from chalicelib.routes.v1.pending_values import pending_values
from chalicelib.routes.v1.session import session
from chalicelib.routes.v1.setup_links import setup_links
from chalicelib.routes.v1.users import users

BLUEPRINTS: Final = (
    *(saml, documents, schedules),
    *(login_pages, link_pages, home_pages, admin_users, admin_user, admin_sso, admin_setup_links, setup, static_files),
    *(admin_attempts, admin_inspector),
    *(organizations, users, connections, imports, pending_values, attempts, setup_links, login_policy, api_keys),
    session,
)
