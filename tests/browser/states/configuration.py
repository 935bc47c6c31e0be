"""States of the configuration page that take more than opening it: what was read, what waits, what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.connections.model import Connection, IdentityProviderValues, LastTest, Provider
from chalicelib.connections.store import change_connection, record_test
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.idp_metadata.store import record_metadata_check
from chalicelib.saml.certificate import CertificateFacts
from tests.browser.states.admin import connection_begun, enter_as_admin, expiring
from tests.browser.states.refusals import answered, provider_of
from tests.browser.walk import Walk, state
from tests.support.identity_provider import Attribute
from tests.support.wrong_imports import ONE, SEVERAL, TWO, describe

METADATA = "https://idp.acme.test/metadata"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def read(walk: Walk, text: str) -> None:
    """Paste it into the field that takes anything."""
    connection_begun(walk)
    walk.fill(import_text=text)
    walk.press(".drop button")


def with_waiting_values(walk: Walk, code: str | None) -> Connection:
    """A live connection whose new values were tested, and with values to go back to."""
    made = walk.site.deployment
    live = made.connection(walk.site.acme, provider=Provider.ENTRA)
    new = CertificateFacts("cd" * 32, "CN=new", "CN=new", made.now, made.now + timedelta(days=700), "RSA 2048")
    url = "https://login.microsoftonline.com/d3b07384-d9a0-4c9b-8f3a-000000000000/saml2"
    pending = IdentityProviderValues(url, "https://sts.windows.net/d3b07384/", (new,), "v2")
    before = made.now - timedelta(days=3)
    waiting = replace(live, pending=pending, previous=live.values, swapped_at=before, version=2)
    test = LastTest("att_gone", made.now, code, 2, of_pending=True)
    table = made.container.table
    table.write(change_connection(waiting, before=live))
    table.write(record_test(waiting, test, proves=False))
    return waiting


@state("POST /admin/sso/{connection_id}")
def metadata_understood(walk: Walk) -> None:
    read(walk, describe(ONE))


@state("POST /admin/sso/{connection_id}")
def metadata_of_several(walk: Walk) -> None:
    read(walk, SEVERAL)


@state("POST /admin/sso/{connection_id}", 422)
def nothing_understood(walk: Walk) -> None:
    read(walk, "Please send me the metadata of your system, thank you.")


@state("POST /admin/sso/{connection_id}", 412)
def connection_saved_by_two(walk: Walk) -> None:
    connection_begun(walk)
    made, connection_id = walk.site.deployment, walk.page.url.rpartition("/")[2]
    configurations = made.container.connections
    configurations.change(
        configurations.get(walk.site.acme.id, connection_id), {"identity_provider_url": METADATA}, 1, made.now
    )
    walk.fill(identity_provider_url="https://mine.test/sso")
    walk.press("button[value=save]")


@state("GET /admin/sso/{connection_id}")
def values_waiting_after_a_failed_test(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{with_waiting_values(walk, 'saml_audience_mismatch').id}?done=proposed")
    for fold in walk.page.locator("summary").all():
        if fold.is_visible():
            fold.click()


@state("GET /admin/sso/{connection_id}")
def values_waiting_to_be_applied(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{with_waiting_values(walk, None).id}")


@state("POST /admin/sso/{connection_id}", 409)
def applied_without_a_test(walk: Walk) -> None:
    values_waiting_to_be_applied(walk)
    made, connection_id = walk.site.deployment, walk.page.url.rpartition("/")[2]
    configurations = made.container.connections
    waiting = configurations.get(walk.site.acme.id, connection_id)
    failed = LastTest("att_gone", made.now, "saml_audience_mismatch", 2, of_pending=True)
    made.container.table.write(record_test(waiting, failed, proves=False))
    walk.press("button[value=apply]")


@state("GET /admin/sso/{connection_id}")
def key_found_in_the_metadata(walk: Walk) -> None:
    enter_as_admin(walk)
    made, live = walk.site.deployment, expiring(walk)
    read_daily = replace(live, metadata_url=METADATA, version=2)
    found = MetadataCheck(
        live.id, METADATA, made.now, None, None, made.now, (TWO.certificate,), (), "https://moved.test"
    )
    made.container.table.write(change_connection(read_daily, before=live), record_metadata_check(found))
    walk.go(f"/admin/sso/{live.id}?done=looked")


@state("POST /saml/{connection_id}/acs", 403)
def check_without_an_address(walk: Walk) -> None:
    idp, made = provider_of(walk), walk.site.deployment
    offer = made.container.connection_tests.offer(idp.connection, made.now)
    subject = idp.says(None).subject
    assert subject is not None
    sent = (Attribute(name="http://long.example/claims/" + "x" * 60, values=("lee@acme.test",)),)
    answered(walk, idp, offer.url, attributes=sent, subject=replace(subject, value="x", format=PERSISTENT))


@state("GET /admin/sso/{connection_id}/mapping")
def mapping(walk: Walk) -> None:
    enter_as_admin(walk)
    walk.go(f"/admin/sso/{expiring(walk).id}/mapping")


@state("POST /admin/sso/{connection_id}/mapping", 422)
def mapping_refused(walk: Walk) -> None:
    mapping(walk)
    walk.fill(email="")
    walk.press("button[value=save]")
