"""A test sign-in in the browser: what its result shows, and what a click on an attribute does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import ConnectionStatus
from chalicelib.organizations.model import Organization
from chalicelib.saml.key_pair import KeyPair
from chalicelib.sign_in.start import AuthnRedirect
from chalicelib.users.model import Role
from tests.support.browser import Answer, Browser, sign_in
from tests.support.deployment import Deployment
from tests.support.identity_provider import Attribute, Encryption, Subject, send, service_key
from tests.support.round_trip import Idp, identity_provider

NO_ADDRESS = (
    Attribute(name="department", values=("R&D", "<script>alert(1)</script>")),
    Attribute(name='"><b>evil', values=("x",)),
    Attribute(name="Mail address", values=("lee@acme.test",)),
)
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization(active_admins=1)


@pytest.fixture
def idp(deployment: Deployment, acme: Organization) -> Idp:
    """The customer's identity provider; the clock is set to its time."""
    return identity_provider(deployment, acme)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization, idp: Idp) -> Browser:
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


def round_trip(admin: Browser, idp: Idp, email: str = "lee@acme.test", **changes: Any) -> Answer:
    """Press Test sign-in, and come back from the identity provider with this answer."""
    page = f"/admin/sso/{idp.connection.id}"
    admin.get(page)
    sent = admin.follow(admin.post(page, do="test"))
    relay_state = parse_qs(urlsplit(sent.location).query)["RelayState"][0]
    start = cast("AuthnRedirect", SimpleNamespace(request=SimpleNamespace(id=f"_{relay_state.partition('.')[0]}")))
    fields = {"SAMLResponse": send(idp.says(start, email, **changes)), "RelayState": relay_state}
    return admin.post(f"/saml/{idp.connection.id}/acs", **fields)


def encrypted(qualifier: str | None) -> dict[str, Any]:
    """Changes that encrypt the NameID."""
    subject = Subject(value="secret-of-a-person", format=PERSISTENT, sp_name_qualifier=qualifier)
    address = (Attribute(name="email", values=("lee@acme.test",)),)
    return {"subject": subject, "name_id_encryption": Encryption(), "attributes": address}


@pytest.fixture
def decryption_key(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deployment decrypts with the key for which the tests' identity provider encrypts."""
    keys = deployment.container.keys
    loaded, pair = keys.load(deployment.now), KeyPair(service_key().private_pem, service_key().der)
    known = replace(loaded, decryption=replace(loaded.decryption, current=pair))
    monkeypatch.setattr(keys, "load", lambda _: known)


@pytest.mark.usefixtures("decryption_key")
def test_an_encrypted_name_id_is_shown_only_if_it_names_this_connection(admin: Browser, idp: Idp) -> None:
    entity_id = f"{idp.deployment.container.settings.base_url}/saml/{idp.connection.id}/metadata"
    bound, unbound = round_trip(admin, idp, **encrypted(entity_id)), round_trip(admin, idp, **encrypted(None))
    for page, is_shown in ((bound, True), (unbound, False)):
        assert page.status == 200
        assert ("secret-of-a-person" in page.text) == is_shown


@pytest.mark.usefixtures("decryption_key")
def test_an_unbound_encrypted_address_passes_in_a_verified_domain_and_elsewhere_looks_like_a_broken_one(
    admin: Browser, idp: Idp
) -> None:
    sealed: dict[str, Any] = {"name_id_encryption": Encryption(), "attributes": ()}
    own = round_trip(admin, idp, subject=Subject(value="lee@acme.test"), **sealed)
    assert "The test passed" in own.text
    foreign = round_trip(admin, idp, subject=Subject(value="sam@victim.test"), **sealed)
    attempts = admin.get(f"/admin/sso/{idp.connection.id}/attempts").text
    assert "saml_decryption_failed" in attempts
    assert "victim" not in attempts + foreign.text


@pytest.mark.usefixtures("decryption_key")
def test_a_guest_list_makes_no_oracle_of_unbound_encrypted_addresses(admin: Browser, idp: Idp) -> None:
    deployment = idp.deployment
    connection = deployment.container.connections.get(idp.connection.organization_id, idp.connection.id)
    listed: ConnectionChanges = {"allow_guest_emails": ["sam@victim.test"]}
    deployment.container.connections.change(connection, listed, connection.version, deployment.now)
    sealed: dict[str, Any] = {"name_id_encryption": Encryption(), "attributes": ()}
    assert round_trip(admin, idp, subject=Subject(value="sam@victim.test"), **sealed).status == 403
    assert "saml_decryption_failed" in admin.get(f"/admin/sso/{idp.connection.id}/attempts").text


@pytest.mark.usefixtures("decryption_key")
def test_the_inspector_shows_no_unbound_encrypted_name_id(admin: Browser, idp: Idp) -> None:
    sealed: dict[str, Any] = {"name_id_encryption": Encryption(), "attributes": ()}
    said = idp.says(None, subject=Subject(value="sam@victim.test"), **sealed)
    path = f"/admin/sso/{idp.connection.id}/inspector"
    admin.get(path)
    page = admin.post(path, text=str(send(said))).text
    assert page.count("(SPNameQualifier)") == 2
    assert "victim" not in page


def without_address(admin: Browser, idp: Idp) -> Answer:
    """A response with the address in an attribute that is not mapped."""
    subject = idp.says(None).subject
    assert subject is not None
    return round_trip(admin, idp, attributes=NO_ADDRESS, subject=replace(subject, value="x", format=TRANSIENT))


def click(admin: Browser, idp: Idp, result: Answer, **changes: str) -> Answer:
    """Say that an attribute is the e-mail address."""
    admin.last = result
    fields = {"attribute": "Mail address", "field": "email"} | changes
    return admin.post(f"/admin/sso/{idp.connection.id}/mapping", **fields)


def test_a_passed_test_shows_every_check_and_makes_the_connection_active(admin: Browser, idp: Idp) -> None:
    result = round_trip(admin, idp)
    assert result.status == 200
    assert "<b>lee@acme.test</b> can sign in. This was only a test." in result.text
    assert "Single sign-on is on." in result.text
    assert result.text.count('class="passed"') >= 12
    assert 'class="failed"' not in result.text
    assert "seconds apart" in result.text
    assert idp.reload_connection().status is ConnectionStatus.ACTIVE
    assert admin.get("/v1/session").json["user"]["email"] == "admin@acme.test"


def test_a_failed_check_stands_in_red_with_what_was_expected_and_received(admin: Browser, idp: Idp) -> None:
    result = round_trip(admin, idp, assertion_issuer="https://else.test", response_issuer="https://else.test")
    assert result.status == 403
    failed = result.text.partition('<li class="failed">')[2].partition("</li>")[0]
    assert "Issuer matches" in failed
    assert failed.count("<mark>") == 2
    plain = failed.replace("<mark>", "").replace("</mark>", "")
    assert f"<i>Expected</i> {idp.connection.identity_provider_issuer}" in plain
    assert "<i>Received</i> https://else.test" in plain
    assert "<title>Error:" in result.text


def test_a_missing_value_is_called_missing_on_the_result_and_on_the_configuration(admin: Browser, idp: Idp) -> None:
    result = round_trip(admin, idp, destination=None)
    for page in (result.text, admin.get(f"/admin/sso/{idp.connection.id}").text):
        failed = page.partition('<li class="failed">')[2].partition("</li>")[0]
        assert "Destination matches" in failed
        assert "<i>Received</i> (missing)" in failed


def test_white_space_is_visible_on_the_result_and_on_the_configuration(admin: Browser, idp: Idp) -> None:
    padded = f"{idp.connection.identity_provider_issuer}\n "
    result = round_trip(admin, idp, assertion_issuer=padded, response_issuer=padded)
    for page in (result.text, admin.get(f"/admin/sso/{idp.connection.id}").text):
        failed = page.partition('<li class="failed">')[2].partition("</li>")[0]
        assert '<mark><span class="ws" role="img" aria-label="line feed, space">↵·</span></mark>' in failed
        assert "They differ from character" in failed


def test_a_person_who_may_not_come_in_is_a_failed_check_like_any_other(admin: Browser, idp: Idp) -> None:
    result = round_trip(admin, idp, "sam@else.test")
    (failed,) = result.text.split('<li class="failed">')[1:]
    assert "This address isn't one of your organization's" in result.text
    assert "Email address is allowed" in failed
    assert "<i>Expected</i> an address in a verified domain (acme.test)" in failed
    assert "<i>Received</i> sam@else.test" in failed
    page = admin.get(f"/admin/sso/{idp.connection.id}").text
    assert page.count('<li class="failed">') == 1
    assert "sam@else.test" in page


def test_what_an_attribute_means_is_said_beside_it(admin: Browser, idp: Idp) -> None:
    result = round_trip(admin, idp)
    row = result.text.partition("<b>email</b>")[2].partition("</summary>")[0]
    assert ">Email</span>" in row
    assert "lee@acme.test" in row


def test_a_click_on_an_attribute_maps_it_and_the_next_test_passes(admin: Browser, idp: Idp) -> None:
    result = without_address(admin, idp)
    assert result.status == 403
    assert '<details class="attribute" open>' in result.text
    assert "alert(1)" in result.text
    assert "<script>alert" not in result.text
    assert "<b>evil" not in result.text
    answer = click(admin, idp, result)
    assert answer.location.endswith("?done=mapping")
    assert "Attribute mapping saved." in admin.follow(answer).text
    assert idp.reload_connection().attribute_mapping.email[:2] == ("Mail address", "urn:oid:0.9.2342.19200300.100.1.3")
    assert without_address(admin, idp).status == 200


def test_a_click_counts_only_from_the_tests_own_page_and_for_an_hour(
    admin: Browser, idp: Idp, deployment: Deployment
) -> None:
    result, other = without_address(admin, idp), without_address(admin, idp)
    before = idp.reload_connection()
    assert click(admin, idp, result, form_token="x" * 64).status == 403
    assert click(admin, idp, result, form_token=other.hidden["form_token"]).status == 403
    assert click(admin, idp, result, attempt_id=other.hidden["attempt_id"]).status == 403
    for field in ("owner", "__class__", ""):
        assert click(admin, idp, result, field=field).status == 404
    assert click(admin, idp, result, attribute="").status == 404
    assert click(admin, idp, result, attribute="x" * 257).status == 422
    deployment.later(minutes=61)
    assert click(admin, idp, result).status == 403
    assert idp.reload_connection() == before


def test_a_click_of_another_user_changes_nothing(
    admin: Browser, idp: Idp, deployment: Deployment, acme: Organization, new_browser: Callable[[], Browser]
) -> None:
    result = without_address(admin, idp)
    before = idp.reload_connection()
    deployment.user(acme, "member@acme.test")
    deployment.user(deployment.organization("other.test"), "admin@other.test", Role.ADMIN)
    for email, status in (("member@acme.test", 403), ("admin@other.test", 404)):
        stranger = new_browser()
        sign_in(stranger, email)
        assert click(stranger, idp, result).status == status
    assert click(new_browser(), idp, result).status in {303, 401}
    assert idp.reload_connection() == before
