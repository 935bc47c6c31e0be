"""Setup links in the browser: opening one, and the guest's configuration page.

A guest is nobody's user: these routes read another cookie than all others, and no other route reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalice.app import Blueprint, Request, Response

from chalicelib.container import current
from chalicelib.domain.connection import Connection, service_provider
from chalicelib.domain.provider_name import PROVIDER_NAMES
from chalicelib.domain.refusal import RefusalCode
from chalicelib.errors import Invalid, NotFound, Stale
from chalicelib.routes.connection_form import (
    CERTIFICATE_LONGEST,
    Entries,
    certificate_errors,
    changes_certificates,
    changes_in,
    faults_at_fields,
    is_private_key,
    posted_entries,
    stored_entries,
)
from chalicelib.routes.cookies import cookies_in, no_setup_cookie, setup_cookie, setup_cookie_name
from chalicelib.routes.page import page, redirect
from chalicelib.routes.refusal_words import refusal_words
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.visitor import FORM_LONGEST, Visitor, every_field, form_of, query_of, visitor_of
from chalicelib.services.setup_guests import Guest

setup = Blueprint(__name__)

_FORM_LONGEST: Final = 3 * CERTIFICATE_LONGEST + FORM_LONGEST  # octets, where every character is written as an escape


@setup.route("/setup/{code}", methods=["GET"], content_types=["*/*"])
def link_page(code: str) -> Response:
    """What the link is for; looking at it never uses it up, because mail scanners open links too."""
    request, made = request_of(setup), current()
    cookie = _cookie(request)
    if cookie is not None and cookie.rpartition(".")[0] == code.rpartition(".")[0]:
        return redirect("/setup")
    link, organization = made.setup_guests.look(code, made.clock())
    return page("setup_link.html", visitor_of(request), link=link, organization=organization, action=f"/setup/{code}")


@setup.route("/setup/{code}", methods=["POST"], content_types=[FORM])
def open_link(code: str) -> Response:
    """Use the link up; from now on this browser is the guest's."""
    request, made = request_of(setup), current()
    visitor = visitor_of(request)
    form_of(request, visitor)
    now = made.clock()
    guest = made.setup_guests.open(code, visitor.source, now)
    return redirect("/setup", cookies=[setup_cookie(guest.cookie, guest.link.expires_at, made.settings, now)])


@setup.route("/setup", methods=["GET"], content_types=["*/*"])
def setup_page() -> Response:
    """The configuration, as far as it is a guest's."""
    request = request_of(setup)
    guest = _guest(request)
    return _shown(request, guest, stored_entries(_proposed(guest.connection)), done=query_of(request, "done"))


@setup.route("/setup", methods=["POST"], content_types=[FORM])
def change() -> Response:
    """Propose, test, finish: the button that was pressed says which."""
    request, made = request_of(setup), current()
    guest = _guest(request)
    form = every_field(request, _visitor(request, guest), longest=_FORM_LONGEST)
    action, now = form.get("do", [""])[-1], made.clock()
    if action == "save":
        return _saved(request, guest, form)
    if action == "test":
        offer = made.setup_guests.offer_test(guest, now)
        return redirect(offer.url.removeprefix(made.settings.base_url))
    if action == "finish":
        made.setup_guests.finish(guest, now)
        cookies = [no_setup_cookie(made.settings)]
        return page("setup_done.html", None, cookies=cookies, organization=guest.organization)
    raise NotFound


def _saved(request: Request, guest: Guest, form: Mapping[str, list[str]]) -> Response:
    made, now = current(), current().clock()
    entries, proposed = posted_entries(form), _proposed(guest.connection)
    try:
        changed = changes_certificates(entries, proposed)
        texts = made.configurations.certificate_texts(proposed) if changed else {}
        made.setup_guests.propose(guest, changes_in(entries, proposed, texts), entries.version, now)
    except Invalid as error:
        errors = (*error.errors, *certificate_errors(entries))
        kept = entries.without_certificate() if is_private_key(errors) else entries
        return _shown(request, guest, kept, faults=faults_at_fields(errors), status=422)
    except Stale:
        guest = _guest(request)
        latest = _proposed(guest.connection)
        return _shown(request, guest, entries.on(latest), stale=stored_entries(latest), status=412)
    return redirect("/setup", done="save")


def _shown(
    request: Request,
    guest: Guest,
    entries: Entries,
    *,
    faults: dict[str, str] | None = None,
    stale: Entries | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    made, connection = current(), guest.connection
    proposed, test = _proposed(connection), connection.last_test
    is_current = test is not None and test.of_pending and test.version == connection.version
    advice = (
        refusal_words(RefusalCode(test.code), connection.provider)
        if test is not None and is_current and test.code
        else None
    )
    return page(
        "setup.html",
        _visitor(request, guest),
        status=status,
        to_provider=True,
        guest=guest,
        connection=connection,
        proposed=proposed,
        entries=entries,
        ours=service_provider(made.settings.base_url, connection.id),
        providers=PROVIDER_NAMES,
        test=test if is_current else None,
        advice=advice,
        faults=faults or {},
        stale=stale,
        done=done,
    )


def _proposed(connection: Connection) -> Connection:
    """The connection with what a guest may change as it is proposed."""
    return connection.with_values(connection.pending) if connection.pending is not None else connection


def _cookie(request: Request) -> str | None:
    return cookies_in(request.headers.get("cookie")).get(setup_cookie_name(current().settings))


def _guest(request: Request) -> Guest:
    return current().setup_guests.find(_cookie(request), current().clock())


def _visitor(request: Request, guest: Guest) -> Visitor:
    """The guest's browser, whose forms are bound to the guest session and to no user's."""
    address = str(request.context.get("identity", {}).get("sourceIp", ""))
    return Visitor(None, None, guest.secret, new_secret=False, address=address)
