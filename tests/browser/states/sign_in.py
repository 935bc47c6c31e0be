"""Signing in, and what comes instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.client_network import client_network
from chalicelib.connections.store import change_connection
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.store import change_policy
from chalicelib.rate_limits.model import MAX_LOOKUPS_PER_MINUTE
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.users.model import Role, UserStatus
from tests.browser.site import LONG
from tests.browser.walk import Walk, state
from tests.support.deployment import PASSWORD


def expiring_connection(walk: Walk) -> None:
    """A live connection whose only certificate ends in ten days."""
    deployment = walk.site.deployment
    made = deployment.connection(walk.site.acme, name="Okta")
    facts = replace(made.certificates[0], not_after=deployment.now + timedelta(days=10, hours=1))
    deployment.container.table.write(change_connection(replace(made, certificates=(facts,)), before=made))


@state("GET /login")
def login(walk: Walk) -> None:
    walk.go("/login")


@state("GET /login")
def login_after_sso(walk: Walk) -> None:
    walk.remember(RememberedAccount(LONG, "Acme", by_sso=True))
    walk.go("/login")


@state("GET /login")
def login_after_password(walk: Walk) -> None:
    walk.remember(RememberedAccount("lee@acme.test", "Acme", by_sso=False))
    walk.go("/login?return_to=/deep")


@state("POST /login", 422)
def login_without_an_address(walk: Walk) -> None:
    walk.go("/login")
    walk.fill(email="nobody")
    walk.press()


@state("POST /login")
def password_asked(walk: Walk) -> None:
    walk.go("/login")
    walk.fill(email=LONG)
    walk.press()


@state("POST /login")
def password_or_sso(walk: Walk) -> None:
    deployment, acme = walk.site.deployment, walk.site.acme
    deployment.connection(acme)
    deployment.container.table.write(change_policy(acme.id, LoginPolicy(Mode.OPTIONAL), from_version=1))
    walk.go("/login")
    walk.fill(email="admin@acme.test")
    walk.press()


@state("GET /login/password")
def password_first(walk: Walk) -> None:
    walk.go("/login/password?return_to=/deep")


@state("POST /login", 429)
def address_too_often(walk: Walk) -> None:
    limits, now = walk.site.deployment.container.limits, walk.site.deployment.now
    for _ in range(MAX_LOOKUPS_PER_MINUTE):
        limits.require_lookup(client_network("127.0.0.1"), now)
    walk.go("/login")
    walk.fill(email=LONG)
    walk.press()


@state("GET /login/sso")
def login_by_sso(walk: Walk) -> None:
    walk.go("/login/sso")


@state("POST /login/sso", 422)
def login_by_sso_without_any(walk: Walk) -> None:
    walk.go("/login/sso")
    walk.fill(email=LONG)
    walk.press()


@state("POST /login/password", 401)
def password_wrong(walk: Walk) -> None:
    password_asked(walk)
    walk.fill(password="not the password")
    walk.press()


@state("POST /login/password", 429)
def password_too_often(walk: Walk) -> None:
    password_wrong(walk)
    for _ in range(walk.site.deployment.container.settings.password_tries):
        walk.fill(password="not the password")
        walk.press()


@state("POST /login/password", 403)
def password_no_longer(walk: Walk) -> None:
    password_asked(walk)
    walk.site.deployment.connection(walk.site.acme)
    walk.fill(password=PASSWORD)
    walk.press()


@state("POST /login/password", 403)
def password_of_a_disabled_account(walk: Walk) -> None:
    walk.site.deployment.user(walk.site.acme, "off@acme.test", status=UserStatus.DISABLED)
    walk.go("/login")
    walk.fill(email="off@acme.test")
    walk.press()
    walk.fill(password=PASSWORD)
    walk.press()


@state("POST /login", 403)
def form_out_of_date(walk: Walk) -> None:
    walk.go("/login")
    walk.page.context.clear_cookies()
    walk.fill(email=LONG)
    walk.press()


@state("GET /invitation/{code}")
def invitation(walk: Walk) -> None:
    links = walk.site.deployment.container.links
    walk.go(links.invite(walk.site.acme.id, walk.site.member.id, walk.site.deployment.now).url)


@state("GET /invitation/{code}")
def invitation_with_a_choice(walk: Walk) -> None:
    walk.site.deployment.connection(walk.site.acme)
    links = walk.site.deployment.container.links
    walk.go(links.invite(walk.site.acme.id, walk.site.admin.id, walk.site.deployment.now).url)


@state("GET /invitation/{code}")
def invitation_to_sso(walk: Walk) -> None:
    walk.site.deployment.connection(walk.site.acme)
    invitation(walk)


@state("POST /invitation/{code}", 422)
def invitation_with_a_short_password(walk: Walk) -> None:
    invitation(walk)
    walk.fill(new_password="short")
    walk.press()


@state("GET /invitation/{code}", 404)
def invitation_void(walk: Walk) -> None:
    walk.go("/invitation/void")


@state("GET /password/{code}")
def password_link(walk: Walk) -> None:
    links = walk.site.deployment.container.links
    walk.go(links.password_link(walk.site.acme.id, walk.site.member.id, walk.site.deployment.now).url)


@state("POST /password/{code}", 422)
def password_link_with_the_own_address(walk: Walk) -> None:
    password_link(walk)
    walk.fill(new_password=LONG)
    walk.press()


@state("GET /")
def home_of_a_member(walk: Walk) -> None:
    walk.enter(walk.site.member)
    walk.go("/")


@state("GET /")
def home_after_a_new_password(walk: Walk) -> None:
    walk.enter(walk.site.deployment.user(walk.site.acme, "lee@acme.test", Role.ADMIN, name="Lee Moss"))
    walk.go("/?done=password")


@state("GET /")
def home_with_a_certificate_that_expires(walk: Walk) -> None:
    expiring_connection(walk)
    walk.enter(walk.site.admin)
    walk.go("/")


@state("GET /password")
def change_password(walk: Walk) -> None:
    walk.enter(walk.site.member)
    walk.go("/password")


@state("POST /password", 422)
def change_password_wrongly(walk: Walk) -> None:
    change_password(walk)
    walk.fill(password="wrong", new_password="another fine password")
    walk.press()


@state("GET /password", 403)
def change_password_under_sso(walk: Walk) -> None:
    walk.site.deployment.connection(walk.site.acme)
    change_password(walk)
