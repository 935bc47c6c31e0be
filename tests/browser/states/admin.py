"""States of the admin pages, and what other users see in their place."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.connections.model import Connection
from chalicelib.identifier import new_id
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.users.model import Role, UserStatus
from chalicelib.users.store import note_sign_in
from tests.browser.states.sign_in import expiring_connection
from tests.browser.walk import Walk, state


def enter_as_admin(walk: Walk) -> None:
    """Be the admin of an enterprise customer."""
    walk.enter(walk.site.admin)


def expiring(walk: Walk) -> Connection:
    """A proven connection whose certificate ends in ten days."""
    now = walk.site.deployment.now
    begin, end = now - timedelta(days=900), now + timedelta(days=10)
    ending = CertificateFacts("ab" * 32, "CN=idp", "CN=idp", begin, end, "RSA 2048")
    return walk.site.deployment.connection(walk.site.acme, name="Okta", certificates=(ending,), last_sign_in_at=now)


def told_of_a_setup_link(walk: Walk) -> None:
    """Creates a setup link for this organization."""
    made = walk.site.deployment
    made.container.setup_links.create(walk.site.acme.id, created_by="key_1", now=made.now)


@state("GET /admin/users", 403)
def members_are_sent_to_their_admins(walk: Walk) -> None:
    walk.enter(walk.site.member)
    walk.go("/admin/users")


@state("GET /admin/sso", 403)
def standard_plan(walk: Walk) -> None:
    (admin,) = walk.site.deployment.container.users.admins(walk.site.basic, limit=1)
    walk.site.deployment.connection(walk.site.basic)
    walk.enter(admin)
    walk.go("/admin/sso")


@state("GET /admin/sso")
def first_connection(walk: Walk) -> None:
    enter_as_admin(walk)
    told_of_a_setup_link(walk)
    walk.go("/admin/sso")


@state("GET /admin/sso/{connection_id}")
def first_connection_from_user_management(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go("/admin/users")
    walk.press(".head button")


@state("GET /admin/sso")
def several_connections(walk: Walk) -> None:
    enter_as_admin(walk)
    expiring(walk)
    walk.site.deployment.connection(walk.site.acme, proven=False, identity_provider_issuer="https://idp/" + "x" * 80)
    walk.go("/admin/sso")


@state("POST /admin/sso", 403)
def members_make_no_connection(walk: Walk) -> None:
    walk.enter(walk.site.member)
    walk.send("/admin/sso")


@state("POST /admin/setup-links")
def handed_over_to_it(walk: Walk) -> None:
    first_connection(walk)
    walk.page.locator("details summary").click()
    walk.press("button[form=handover]")


@state("POST /admin/setup-links/{link_id}", 404)
def setup_link_gone(walk: Walk) -> None:
    enter_as_admin(walk)
    told_of_a_setup_link(walk)
    walk.go("/admin/users")
    walk.page.evaluate("document.querySelector('form[action*=setup-links]').action = '/admin/setup-links/link_gone'")
    walk.press("form[action*=setup-links] button")


@state("GET /admin/users")
def users(walk: Walk) -> None:
    enter_as_admin(walk)
    told_of_a_setup_link(walk)
    walk.site.deployment.user(walk.site.acme, "off@acme.test", status=UserStatus.DISABLED, name="Lee Moss")
    walk.go("/admin/users")


@state("POST /admin/users", 422)
def unknown_invitation(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go("/admin/users")
    walk.fill(email="nobody")
    walk.press("form[action$='/admin/users'] .btn.pri")


@state("POST /admin/users")
def invitation_made(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go("/admin/users")
    walk.fill(email="new@acme.test")
    walk.press("form[action$='/admin/users'] .btn.pri")


@state("GET /admin/users/{user_id}")
def user(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/users/{walk.site.member.id}?done=sign_out")


@state("GET /admin/users/{user_id}")
def last_admin(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/users/{walk.site.admin.id}")


@state("POST /admin/users/{user_id}", 409)
def last_admin_since_the_page_was_opened(walk: Walk) -> None:
    enter_as_admin(walk)
    users, now = walk.site.deployment.container.users, walk.site.deployment.now
    second = users.create(organization_id=walk.site.acme.id, email="second@acme.test", role=Role.ADMIN, now=now)
    walk.go(f"/admin/users/{walk.site.admin.id}")
    users.delete(walk.site.acme.id, second.id, now)
    walk.press("button[value=disable]")


@state("POST /admin/users/{user_id}")
def password_link_made(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/users/{walk.site.member.id}")
    walk.press("button[value=password]")


@state("GET /admin/users/{user_id}")
def user_disabled(walk: Walk) -> None:
    enter_as_admin(walk)
    gone = walk.site.deployment.user(walk.site.acme, "off@acme.test", status=UserStatus.DISABLED, name="Lee Moss")
    walk.go(f"/admin/users/{gone.id}")


@state("GET /admin/users")
def users_of_several_kinds(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.site.deployment.connection(walk.site.acme)
    made, now = walk.site.deployment, walk.site.deployment.now
    made.container.table.write(note_sign_in(walk.site.member, now, with_password=False))
    made.container.table.write(note_sign_in(walk.site.admin, now, with_password=True))
    for number in range(52):
        made.user(walk.site.acme, f"person{number}@acme.test", id=new_id("usr", now=now - timedelta(days=number + 1)))
    walk.go("/admin/users")


@state("GET /admin/users")
def users_with_a_certificate_that_expires(walk: Walk) -> None:
    expiring_connection(walk)
    enter_as_admin(walk)
    walk.go("/admin/users")


@state("GET /admin/sso")
def connections_with_a_certificate_that_expires(walk: Walk) -> None:
    expiring_connection(walk)
    enter_as_admin(walk)
    walk.go("/admin/sso?all=1")


@state("GET /admin/users", 422)
def users_search_unreadable(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go("/admin/users?role=owner&status=asleep")


@state("GET /admin/users")
def users_none_found(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go("/admin/users?who=nobody")


@state("GET /admin/sso/{connection_id}")
def connection_begun(walk: Walk) -> None:
    enter_as_admin(walk)
    made = walk.site.deployment
    walk.go(f"/admin/sso/{made.container.connections.create(walk.site.acme.id, now=made.now).id}")


@state("GET /admin/sso/{connection_id}")
def connection_in_use(walk: Walk) -> None:
    walk.enter(walk.site.deployment.user(walk.site.acme, "second@acme.test", Role.ADMIN))
    walk.go(f"/admin/sso/{expiring(walk).id}")


@state("POST /admin/sso/{connection_id}", 422)
def connection_refused(walk: Walk) -> None:
    connection_begun(walk)
    walk.fill(identity_provider_url="http://idp.acme.test", x509_certificates="-----BEGIN PRIVATE KEY-----")
    walk.press("button[value=save]")


@state("POST /admin/login-policy", 403)
def members_change_no_policy(walk: Walk) -> None:
    walk.enter(walk.site.member)
    walk.send("/admin/login-policy")
