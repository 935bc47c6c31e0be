"""Pages of a signed-in user: home, password change and sign-out."""

from __future__ import annotations

from chalicelib.connections.expiring import expiring_of
from chalicelib.container import current
from chalicelib.errors import Invalid, NotAllowed, TooManyRequests
from chalicelib.http.browser_session import form_of
from chalicelib.http.cookies import no_unconfirmed_cookie
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.new_session import begin_session, ended_session_cookies, unconfirmed_in
from chalicelib.http.page_routing import browser_page
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import localize, t
from chalicelib.i18n.message import message
from chalicelib.login_policy.model import decide
from chalicelib.passwords.model import password_fault
from chalicelib.sessions.browser import BrowserSession, Visit

home_pages = Blueprint(__name__)


@browser_page(home_pages, "GET", "/")
def home(visit: Visit) -> Response:
    """Shows the user and how they signed in."""
    visitor = visit.visitor
    if visitor.signed_in is None:
        return redirect("/login")
    return page(
        "home.html",
        visitor,
        may_have_password=_may_have_password(visitor),
        expiring=expiring_of(visitor.who, current().connections.list_of, current().clock()),
        done=visit.query("done"),
    )


@browser_page(home_pages, "POST", "/logout", own_token=True)
def logout(visit: Visit) -> Response:
    """Ends the session, and a sign-in that waits for confirmation in this browser.

    Without a session, as where another site posted the form and the cookie stayed behind, no cookie changes: an answer
    to a request without a token never takes anything from the browser.
    """
    visitor = visit.visitor
    if visitor.signed_in is None:
        return redirect("/login")
    form_of(visit.request, visitor)
    cookies = ended_session_cookies(current().settings)
    if (waiting := unconfirmed_in(visit.request)) is not None:
        current().sessions.end(waiting)
        cookies.append(no_unconfirmed_cookie(current().settings))
    current().sessions.end(visitor.cookie)
    return redirect("/login", cookies=cookies)


@browser_page(home_pages, "GET", "/password")
def password_page(visit: Visit) -> Response:
    """Shows the form to change one's own password."""
    _require_password(visit.visitor)
    return page("password.html", visit.visitor, faults={})


@browser_page(home_pages, "POST", "/password")
def password(visit: Visit) -> Response:
    """Changes the password; every other session of this user ends."""
    visitor, new_password = visit.visitor, visit.field("new_password")
    _require_password(visitor)
    try:
        session = current().passwords.change(
            visitor.who,
            visit.field("password"),
            new_password,
            source=visitor.source,
            now=current().clock(),
        )
    except Invalid as error:
        fault = password_fault(new_password, visitor.who.user.email)
        texts = {"password": t("password.wrong"), "new_password": localize(fault.message) if fault else ""}
        return page(
            "password.html", visitor, status=422, faults={e.pointer[1:]: texts[e.pointer[1:]] for e in error.errors}
        )
    except TooManyRequests as error:
        headers, wait = {"Retry-After": str(error.retry_after)}, t("login.too_many", count=error.retry_after)
        return page("password.html", visitor, status=429, headers=headers, faults={"password": wait})
    return begin_session(visitor, session, "/?done=password")


def _may_have_password(visitor: BrowserSession) -> bool:
    who = visitor.who
    return who.user.password_hash is not None and "password" in decide(who.organization, who.user).methods


def _require_password(visitor: BrowserSession) -> None:
    if not _may_have_password(visitor):
        raise NotAllowed("sso_required", message("problem.sso_required.change"))
