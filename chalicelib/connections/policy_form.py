"""The login policy's form on a connection's page, and the form that signs all users out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.connections.connection_page import PageMessages, connection_cards
from chalicelib.container import current
from chalicelib.decimal_number import parse_decimal
from chalicelib.errors import Conflict, Invalid, NotFound, Stale
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.new_session import ended_session_cookies
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import redirect
from chalicelib.i18n.catalog import localize
from chalicelib.i18n.message import message
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.login_policy.service import MAX_EXEMPT
from chalicelib.sessions.browser import BrowserSession, Visit

admin_policy = Blueprint(__name__)


@admin_policy.route("/admin/login-policy")
def policy_page() -> Response:
    """Redirects to the connection's page, which has the form."""
    return redirect("/admin/sso")


@admin_page(admin_policy, "POST", "/admin/login-policy", enterprise=True)
def change_policy(visit: Visit) -> Response:
    """Saves the policy or signs all users out, depending on the submitted button."""
    if visit.field("do") == "sign_out_all_users":
        made = current()
        made.policy_impact.sign_out_all_users(visit.visitor.who.organization, made.clock())
        return redirect("/login", cookies=ended_session_cookies(made.settings))
    return _save(visit.visitor, visit.fields)


def _save(visitor: BrowserSession, form: Mapping[str, list[str]]) -> Response:
    made, organization = current(), visitor.who.organization
    policy, seen = _parse_form(form, organization.policy)
    connection_id = form.get("connection_id", [""])[-1]
    if organization.connection(connection_id) is None:
        raise NotFound
    try:
        made.login_policies.put(replace(organization, policy_version=seen), policy, made.clock())
    except Stale:
        said = PageMessages(policy=policy, policy_stale=True)
        return _render(visitor, connection_id, said, 412)
    except (Conflict, Invalid) as error:
        sentence = error.errors[0].detail if isinstance(error, Invalid) and error.errors else error.public
        said = PageMessages(policy=policy, faults={"required_for_admins": localize(sentence)})
        return _render(visitor, connection_id, said, 422)
    return redirect(f"/admin/sso/{connection_id}", done="policy")


def _render(visitor: BrowserSession, connection_id: str, said: PageMessages, status: int) -> Response:
    at = current().connections.load(visitor.who.organization, connection_id, current().clock())
    return connection_cards(visitor, at.connection, at.check, said=said, status=status)


def _parse_form(form: Mapping[str, list[str]], before: LoginPolicy) -> tuple[LoginPolicy, int]:
    """Parses the selected policy and the version of the displayed one. Exemptions that the form didn't show are
    kept."""
    mode, seen = form.get("mode", [""])[-1], form.get("policy_version", [""])[-1]
    version = parse_decimal(seen)
    if mode not in set(Mode) or version is None:
        raise Invalid("bad_request")
    shown, selected = form.get("shown", []), form.get("exempt", [])
    hidden = [user_id for user_id in before.exempt_user_ids if user_id not in shown]
    exempt = tuple(dict.fromkeys([*hidden, *selected]))
    if len(exempt) > MAX_EXEMPT:
        raise Invalid("bad_request", message("problem.bad_request.exempt", most=MAX_EXEMPT))
    for_admins = form.get("required_for_admins", [""])[-1] == "yes"
    return LoginPolicy(Mode(mode), required_for_admins=for_admins, exempt_user_ids=exempt), version
