"""Setup links: the customer's IT person, who has no account."""

from __future__ import annotations

from tests.browser.walk import Walk, state


def link(walk: Walk) -> str:
    """A new one."""
    made = walk.site.deployment
    return str(made.container.setup_links.create(walk.site.acme.id, created_by="key_1", now=made.now).url)


@state("GET /setup/{code}")
def setup_link(walk: Walk) -> None:
    walk.go(link(walk))


@state("GET /setup/{code}", 404)
def setup_link_void(walk: Walk) -> None:
    walk.go("/setup/void")


@state("POST /setup/{code}", 404)
def setup_link_revoked_meanwhile(walk: Walk) -> None:
    setup_link(walk)
    made = walk.site.deployment
    (found,) = made.container.setup_links.to_tell(walk.site.acme.id, made.now)
    made.container.setup_links.revoke(walk.site.acme.id, found.id, made.now)
    walk.press()


@state("GET /setup")
def setup_begun(walk: Walk) -> None:
    setup_link(walk)
    walk.press()


@state("POST /setup", 422)
def setup_refused(walk: Walk) -> None:
    setup_begun(walk)
    walk.fill(identity_provider_url="http://idp.acme.test", x509_certificates="nothing of that kind")
    walk.press("button[value=save]")


@state("GET /setup")
def setup_saved(walk: Walk) -> None:
    setup_begun(walk)
    walk.fill(identity_provider_url="https://idp.acme.test/sso", identity_provider_issuer="https://idp.acme.test")
    walk.press("button[value=save]")


@state("POST /setup", 412)
def setup_overtaken(walk: Walk) -> None:
    setup_begun(walk)
    walk.page.locator("input[name=version]").first.evaluate("field => { field.value = '0' }")
    walk.fill(identity_provider_issuer="https://idp.acme.test")
    walk.press("button[value=save]")


@state("POST /setup")
def setup_finished(walk: Walk) -> None:
    setup_begun(walk)
    walk.press("button[value=finish]")
