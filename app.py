"""The one Chalice application: what `chalice deploy` deploys."""

from __future__ import annotations

import logging

from chalice.app import Chalice

from chalicelib.routes.admin_sso import admin_sso
from chalicelib.routes.admin_users import admin_users
from chalicelib.routes.documents import documents
from chalicelib.routes.home import home_pages
from chalicelib.routes.link_pages import link_pages
from chalicelib.routes.login import login_pages
from chalicelib.routes.methods import complete_methods
from chalicelib.routes.middleware import answer
from chalicelib.routes.saml import saml
from chalicelib.routes.static_files import static_files
from chalicelib.routes.v1.api_keys import api_keys
from chalicelib.routes.v1.attempts import attempts
from chalicelib.routes.v1.connections import connections
from chalicelib.routes.v1.login_policy import login_policy
from chalicelib.routes.v1.organizations import organizations
from chalicelib.routes.v1.pending_values import pending_values
from chalicelib.routes.v1.session import session
from chalicelib.routes.v1.users import users

app = Chalice(app_name="gatehouse")
app.log.setLevel(logging.INFO)
# Chalice's list lacks it, and API Gateway spoils the bytes of an uploaded file otherwise.
app.api.binary_types.append("multipart/form-data")
app.register_middleware(answer, "http")
for blueprint in (
    *(saml, documents),
    *(login_pages, link_pages, home_pages, admin_users, admin_sso, static_files),
    *(organizations, users, connections, pending_values, attempts, login_policy, api_keys, session),
):
    app.register_blueprint(blueprint)
complete_methods(app)
