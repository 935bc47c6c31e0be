"""Configure Single Sign-On."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalice.app import Blueprint, Response

from chalicelib.container import current
from chalicelib.domain.certificate_warning import warnings_for
from chalicelib.domain.connection import Connection, service_provider
from chalicelib.domain.login_policy import LoginPolicy, Mode
from chalicelib.domain.provider_name import PROVIDER_NAMES
from chalicelib.errors import Invalid, NotFound, Stale
from chalicelib.routes.admin_page import refusal_for
from chalicelib.routes.connection_form import (
    Entries,
    certificate_errors,
    changes_certificates,
    changes_in,
    faults_at_fields,
    is_private_key,
    posted_entries,
    stored_entries,
)
from chalicelib.routes.page import page, redirect
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.visitor import Visitor, every_field, form_of, query_of, visitor_of

admin_sso = Blueprint(__name__)

_ATTEMPTS: Final = 5


@admin_sso.route("/admin/sso", methods=["GET"])
def connections_page() -> Response:
    """Straight to the one connection; a list where there are several, a beginning where there is none."""
    request = request_of(admin_sso)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor, enterprise=True)) is not None:
        return refusal
    connections = current().configurations.list(visitor.who.organization.id)
    if len(connections) == 1 and not query_of(request, "all"):
        return redirect(f"/admin/sso/{connections[0].id}")
    told = current().setup_links.to_tell(visitor.who.organization.id, current().clock())
    return page("admin_connections.html", visitor, connections=connections, setup_links=told)


@admin_sso.route("/admin/sso", methods=["POST"], content_types=[FORM])
def create() -> Response:
    """A draft: now there are values to copy."""
    request = request_of(admin_sso)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor, enterprise=True)) is not None:
        return refusal
    form_of(request, visitor)
    made = current().configurations.create(visitor.who.organization.id, now=current().clock())
    return redirect(f"/admin/sso/{made.id}")


@admin_sso.route("/admin/sso/{connection_id}", methods=["GET"])
def connection_page(connection_id: str) -> Response:
    """One connection."""
    request = request_of(admin_sso)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor, enterprise=True)) is not None:
        return refusal
    connection = current().configurations.get(visitor.who.organization.id, connection_id)
    return _shown(visitor, connection, stored_entries(connection), done=query_of(request, "done"))


@admin_sso.route("/admin/sso/{connection_id}", methods=["POST"], content_types=[FORM])
def change(connection_id: str) -> Response:
    """Save, switch on or off, delete: the button that was pressed says which."""
    request = request_of(admin_sso)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor, enterprise=True)) is not None:
        return refusal
    form = every_field(request, visitor)
    entries = posted_entries(form)
    configurations, now = current().configurations, current().clock()
    owner, action = visitor.who.organization.id, form.get("do", [""])[-1]
    if action == "save":
        return _saved(visitor, configurations.get(owner, connection_id), entries)
    if action == "delete":
        configurations.delete(owner, connection_id, entries.version)
        return redirect("/admin/sso", all="1")
    if action == "disable":
        configurations.disable(owner, connection_id, now)
    elif action == "enable":
        configurations.enable(owner, connection_id, now)
    else:
        raise NotFound
    return redirect(f"/admin/sso/{connection_id}", done=action)


@admin_sso.route("/admin/login-policy", methods=["GET"])
def policy_page() -> Response:
    """It stands on the connection's page."""
    return redirect("/admin/sso")


@admin_sso.route("/admin/login-policy", methods=["POST"], content_types=[FORM])
def change_policy() -> Response:
    """Who must use single sign-on; exemptions stay as they are."""
    request = request_of(admin_sso)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor, enterprise=True)) is not None:
        return refusal
    form = form_of(request, visitor)
    organization = visitor.who.organization
    mode, seen = form.get("mode", ""), form.get("policy_version", "")
    if mode not in {m.value for m in Mode} or not seen.isdecimal():
        raise Invalid("bad_request", "This form can't be read. Load it again.")
    policy: LoginPolicy = replace(organization.policy, mode=Mode(mode))
    current().login_policies.put(replace(organization, policy_version=int(seen)), policy, current().clock())
    return redirect(f"/admin/sso/{form.get('connection_id', '')}", done="policy")


def _saved(visitor: Visitor, connection: Connection, entries: Entries) -> Response:
    configurations, owner = current().configurations, visitor.who.organization.id
    try:
        texts = configurations.certificate_texts(connection) if changes_certificates(entries, connection) else {}
        changes = changes_in(entries, connection, texts)
        configurations.change(owner, connection.id, changes, entries.version, current().clock())
    except Invalid as error:
        errors = (*error.errors, *certificate_errors(entries))
        kept = entries.without_certificate() if is_private_key(errors) else entries
        return _shown(visitor, connection, kept, faults=faults_at_fields(errors), status=422)
    except Stale:
        latest = configurations.get(owner, connection.id)
        return _shown(visitor, latest, entries.on(latest), stale=stored_entries(latest), status=412)
    return redirect(f"/admin/sso/{connection.id}", done="save")


def _shown(
    visitor: Visitor,
    connection: Connection,
    entries: Entries,
    *,
    faults: dict[str, str] | None = None,
    stale: Entries | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    made, now = current(), current().clock()
    attempts = made.attempts.page(visitor.who.organization, connection.id, now, limit=_ATTEMPTS, after=None).values
    return page(
        "admin_sso.html",
        visitor,
        status=status,
        connection=connection,
        entries=entries,
        ours=service_provider(made.settings.base_url, connection.id),
        warnings={c.sha256: [w.detail for w in warnings_for(c, now)] for c in connection.certificates},
        attempts=attempts,
        setup_links=made.setup_links.to_tell(visitor.who.organization.id, now),
        providers=PROVIDER_NAMES,
        faults=faults or {},
        stale=stale,
        done=done,
    )
