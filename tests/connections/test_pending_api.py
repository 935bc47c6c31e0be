"""Pending values over the API alone: proposed, tested, put in force; and shown whole before that."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from chalicelib.connections.model import IdentityProviderValues
from chalicelib.connections.store import change_connection
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.users.model import Role
from tests.support.api import Caller, key_of
from tests.support.browser import Browser, sign_in
from tests.support.connection_tests import end
from tests.support.deployment import Deployment
from tests.support.identity_provider import Signing, key
from tests.support.round_trip import Idp, identity_provider

_NOT_SHOWN = {"secret_version"}  # where the certificates lie, whose facts are shown
_OTHER = IdentityProviderValues(
    url="https://other.test/sso",
    issuer="https://other.test/issuer",
    certificates=(key("other").certificate.facts,),
    secret_version="other",
    metadata_url="https://guest.test/metadata",
    sign_requests=True,
    metadata_url_by_guest=True,
    request_binding=RequestBinding.POST,
    metadata_binding=RequestBinding.POST,
)


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    """A live connection."""
    made = identity_provider(deployment)
    made.sign_in()
    deployment.later(seconds=1)
    return made


@pytest.fixture
def api(deployment: Deployment, idp: Idp) -> Caller:
    return key_of(deployment, idp.organization.id)


def path_of(idp: Idp) -> str:
    return f"/v1/organizations/{idp.organization.id}/connections/{idp.connection.id}"


def ending_of(api: Caller, idp: Idp, body: object, **changes: Any) -> str | None:
    """Offer a test over the API and go through it; the code that it ends with."""
    offer = api("POST", f"{path_of(idp)}/test", body).json
    start = idp.deployment.container.connection_tests.begin(
        idp.connection.id, offer["url"].rpartition("/")[2], idp.jar, idp.deployment.now
    )
    idp.jar[start.cookie_name] = start.cookie_value
    return end(idp, start, **changes).attempt.code


def propose(api: Caller, idp: Idp, values: dict[str, object]) -> str:
    etag = api("GET", path_of(idp)).etag
    saved = api("PUT", f"{path_of(idp)}/pending", values, if_match=etag)
    assert saved.status == 200
    idp.deployment.later(seconds=1)
    return saved.etag


def test_a_new_certificate_is_proposed_tested_and_put_in_force_over_the_api_alone(api: Caller, idp: Idp) -> None:
    propose(api, idp, {"x509_certificates": [key("other").pem]})
    assert ending_of(api, idp, None, sign_assertion=Signing(key="other")) is None
    proven = api("GET", path_of(idp))
    assert proven.json["pending"]["is_proven"] is True
    applied = api("POST", f"{path_of(idp)}/pending/apply", if_match=proven.etag)
    assert (applied.status, applied.json["status"], applied.json["pending"]) == (200, "active", None)
    idp.sign_in(sign_assertion=Signing(key="other"))


def test_a_test_may_be_of_those_in_force_while_others_are_pending(api: Caller, idp: Idp) -> None:
    propose(api, idp, {"x509_certificates": [key("other").pem]})
    assert ending_of(api, idp, {"of": "active"}) is None
    assert api("GET", path_of(idp)).json["pending"]["is_proven"] is False
    assert ending_of(api, idp, {"of": "pending"}) == "saml_certificate_mismatch"


def test_without_pending_values_those_in_force_are_tested(api: Caller, idp: Idp) -> None:
    assert ending_of(api, idp, {}) is None
    refused = api("POST", f"{path_of(idp)}/test", {"of": "pending"})
    assert (refused.status, refused.code) == (403, "connection_not_configured")


@pytest.mark.parametrize(
    ("body", "codes"),
    [({"of": "both"}, {"/of": "invalid_value"}), ({"of_pending": True}, {"/of_pending": "unknown_field"})],
)
def test_a_misspelt_wish_is_refused(api: Caller, idp: Idp, body: dict[str, object], codes: dict[str, str]) -> None:
    refused = api("POST", f"{path_of(idp)}/test", body)
    assert (refused.status, refused.field_codes) == (422, codes)


@pytest.mark.parametrize("name", [f.name for f in fields(IdentityProviderValues) if f.name not in _NOT_SHOWN])
def test_whatever_apply_puts_in_force_is_shown_by_the_api_and_on_the_page_before(
    api: Caller, idp: Idp, browser: Browser, name: str
) -> None:
    stored, deployment = idp.reload_connection(), idp.deployment
    admin = deployment.user(idp.organization, "admin@acme.test", Role.ADMIN)
    sign_in(browser, admin.email)

    def seen(pending: IdentityProviderValues) -> tuple[object, str]:
        latest = idp.reload_connection()
        changed = replace(latest, pending=pending, version=latest.version + 1)
        deployment.container.table.write(change_connection(changed, before=latest))
        table = browser.get(f"/admin/sso/{idp.connection.id}").text.partition('<table class="table compare">')[2]
        return api("GET", path_of(idp)).json["pending"], table.partition('<div class="foot')[0]

    base = replace(stored.values, metadata_url="https://guest.test/metadata") if "guest" in name else stored.values
    same, other = seen(base), seen(replace(base, **{name: getattr(_OTHER, name)}))
    assert same[0] != other[0]
    assert same[1] != other[1]


def test_a_guests_metadata_address_is_marked_and_an_admins_own_takes_the_mark_away(
    api: Caller, idp: Idp, browser: Browser
) -> None:
    deployment, stored = idp.deployment, idp.reload_connection()
    pending = replace(stored.values, metadata_url="https://guest.test/metadata", metadata_url_by_guest=True)
    deployment.container.table.write(change_connection(replace(stored, pending=pending), before=stored))
    admin = deployment.user(idp.organization, "admin@acme.test", Role.ADMIN)
    sign_in(browser, admin.email)
    page = browser.get(f"/admin/sso/{idp.connection.id}").text
    assert "The guest of a setup link gave the metadata address https://guest.test/metadata." in page
    assert api("GET", path_of(idp)).json["pending"]["metadata_url_by_guest"] is True
