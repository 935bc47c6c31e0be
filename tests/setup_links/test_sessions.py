from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection, ConnectionStatus, Provider
from chalicelib.connections.schemas import ConnectionChange
from chalicelib.connections.store import purge_connection
from chalicelib.errors import Conflict, NotAllowed, NotFound, SignInRefused, SsoError, Stale
from chalicelib.organizations.model import Organization, Plan
from chalicelib.setup_links.sessions import SetupSession
from tests.support.connection_tests import end
from tests.support.deployment import Deployment
from tests.support.identity_provider import GOOD, Signing, key
from tests.support.round_trip import Idp, identity_provider

SOURCE = "192.0.2.1"
VALUES: ConnectionChanges = {
    "identity_provider_url": "https://idp.acme.test/sso",
    "identity_provider_issuer": GOOD.assertion_issuer,
    "x509_certificates": [key("acme").pem],
}
Ending = Callable[[Deployment, SetupSession], object]


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization()


def code_for(deployment: Deployment, acme: Organization, connection: Connection | None = None) -> str:
    made = deployment.container.setup_links.create(
        acme.id, created_by="key_1", now=deployment.now, connection_id=connection.id if connection else None
    )
    assert made.url is not None
    return made.url.removeprefix("https://sso.example.test/api/setup/")


def cookie_for(deployment: Deployment, acme: Organization, connection: Connection | None = None) -> str:
    code = code_for(deployment, acme, connection)
    return deployment.container.setup_sessions.open(code, SOURCE, deployment.now).cookie


def find(deployment: Deployment, cookie: str) -> SetupSession:
    return deployment.container.setup_sessions.find(cookie, deployment.now)


def propose(deployment: Deployment, guest: SetupSession, **changes: Any) -> Connection:
    given = ConnectionChanges(**changes)  # type: ignore[typeddict-item]
    return deployment.container.setup_sessions.propose(guest, given, guest.connection.version, deployment.now)


def test_opening_a_link_makes_its_draft_and_a_guest(deployment: Deployment, acme: Organization) -> None:
    guest = find(deployment, cookie_for(deployment, acme))
    assert (guest.organization.id, guest.connection.organization_id) == (acme.id, acme.id)
    assert guest.connection.status is ConnectionStatus.DRAFT
    assert guest.link.connection_id == guest.connection.id
    assert (guest.link.opened_at, guest.link.opened_from) == (deployment.now, SOURCE)
    assert [c.id for c in deployment.container.connections.list(acme.id)] == [guest.connection.id]


def test_a_link_about_a_connection_makes_no_other(deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    assert find(deployment, cookie_for(deployment, acme, connection)).connection == connection
    assert len(deployment.container.connections.list(acme.id)) == 1


def test_looking_at_a_link_does_not_use_it_up(deployment: Deployment, acme: Organization) -> None:
    code = code_for(deployment, acme)
    for _ in range(3):
        assert deployment.container.setup_sessions.peek(code, deployment.now)[1].id == acme.id
    assert deployment.container.connections.list(acme.id) == ()


def test_a_link_works_once(deployment: Deployment, acme: Organization) -> None:
    code, guests = code_for(deployment, acme), deployment.container.setup_sessions
    guests.open(code, SOURCE, deployment.now)
    with pytest.raises(NotFound) as refused:
        guests.open(code, SOURCE, deployment.now)
    assert refused.value.code == "setup_link_is_void"
    with pytest.raises(NotFound):
        guests.peek(code, deployment.now)


@pytest.mark.usefixtures("atomic_aws")
@pytest.mark.parametrize("about_a_connection", [True, False])
def test_of_several_who_open_a_link_at_once_one_gets_in(
    deployment: Deployment, acme: Organization, about_a_connection: bool
) -> None:
    code = code_for(deployment, acme, deployment.connection(acme) if about_a_connection else None)

    def opened(source: str) -> bool:
        try:
            deployment.container.setup_sessions.open(code, source, deployment.now)
        except SsoError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(opened, [f"192.0.2.{number}" for number in range(4)])) == 1
    assert len(deployment.container.connections.list(acme.id)) == 1


@pytest.mark.usefixtures("atomic_aws")
def test_of_an_opening_and_a_revocation_at_once_no_guest_is_left(deployment: Deployment, acme: Organization) -> None:
    code, cookies = code_for(deployment, acme), list[str]()

    def act(revoking: bool) -> None:
        try:
            if revoking:
                deployment.container.setup_links.revoke(acme.id, f"link_{code.split('.')[1]}", deployment.now)
            else:
                cookies.append(deployment.container.setup_sessions.open(code, SOURCE, deployment.now).cookie)
        except SsoError:
            return

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, [False, True]))
    for cookie in cookies:
        with pytest.raises(NotFound):
            find(deployment, cookie)


def test_a_link_and_its_guest_end_with_the_links_time(deployment: Deployment, acme: Organization) -> None:
    unopened, cookie = code_for(deployment, acme), cookie_for(deployment, acme)
    deployment.later(hours=167, minutes=59)
    find(deployment, cookie)
    deployment.container.setup_sessions.peek(unopened, deployment.now)
    deployment.later(minutes=1)
    for act in (deployment.container.setup_sessions.find, deployment.container.setup_sessions.peek):
        for text in (cookie, unopened):
            with pytest.raises(NotFound):
                act(text, deployment.now)
    with pytest.raises(NotFound):
        deployment.container.setup_sessions.open(unopened, SOURCE, deployment.now)


def test_a_code_is_not_a_session_and_a_session_no_code(deployment: Deployment, acme: Organization) -> None:
    code, guests = code_for(deployment, acme), deployment.container.setup_sessions
    with pytest.raises(NotFound):
        guests.find(code, deployment.now)
    cookie = guests.open(code, SOURCE, deployment.now).cookie
    for act in (guests.find, guests.peek):
        with pytest.raises(NotFound):
            act(code, deployment.now)
    with pytest.raises(NotFound):
        guests.open(cookie, SOURCE, deployment.now)


def test_the_secret_of_one_link_opens_no_other(deployment: Deployment, acme: Organization) -> None:
    other = deployment.organization("other.test")
    mine, theirs = cookie_for(deployment, acme).split("."), cookie_for(deployment, other).split(".")
    second = cookie_for(deployment, acme).split(".")
    for forged in ([*theirs[:2], mine[2]], [theirs[0], *mine[1:]], [mine[0], *theirs[1:]], [*second[:2], mine[2]]):
        with pytest.raises(NotFound):
            find(deployment, ".".join(forged))


@pytest.mark.parametrize("text", [None, "", ".", "..", "x", "a.b.c", "ü" * 40, "../../x", "a" * 5000, "0.0.0.0"])
def test_what_is_invented_opens_nothing(deployment: Deployment, acme: Organization, text: str | None) -> None:
    code_for(deployment, acme)
    guests = deployment.container.setup_sessions
    with pytest.raises(NotFound):
        guests.find(text, deployment.now)
    with pytest.raises(NotFound):
        guests.open(text or "", SOURCE, deployment.now)


def revoke(deployment: Deployment, guest: SetupSession) -> None:
    deployment.container.setup_links.revoke(guest.organization.id, guest.link.id, deployment.now)


def finish(deployment: Deployment, guest: SetupSession) -> None:
    deployment.container.setup_sessions.finish(guest, deployment.now)


def mark_deleted(deployment: Deployment, guest: SetupSession) -> None:
    deployment.container.organizations.delete(guest.organization.id, deployment.now)


def delete_connection(deployment: Deployment, guest: SetupSession) -> None:
    configurations = deployment.container.connections
    stored = configurations.get(guest.organization.id, guest.connection.id)
    configurations.delete(
        configurations.get(guest.organization.id, guest.connection.id), stored.version, deployment.now
    )


@pytest.mark.parametrize("ending", [revoke, finish, mark_deleted, delete_connection])
def test_a_session_ends_at_once_and_saves_nothing_more(
    deployment: Deployment, acme: Organization, ending: Ending
) -> None:
    cookie = cookie_for(deployment, acme)
    guest = find(deployment, cookie)
    ending(deployment, guest)
    with pytest.raises(NotFound):
        find(deployment, cookie)
    with pytest.raises((NotFound, Stale)):  # a request that had found the session just before
        propose(deployment, guest, **VALUES)


def test_values_are_not_saved_where_the_link_was_revoked_a_moment_before(
    deployment: Deployment, acme: Organization
) -> None:
    guest = find(deployment, cookie_for(deployment, acme))
    revoke(deployment, guest)
    with pytest.raises(NotFound) as refused:
        propose(deployment, guest, **VALUES)
    assert refused.value.code == "setup_link_is_void"
    assert deployment.container.connections.get(acme.id, guest.connection.id) == guest.connection


def test_a_downgrade_stops_links_and_guests(deployment: Deployment, acme: Organization) -> None:
    code, cookie, guests = code_for(deployment, acme), cookie_for(deployment, acme), deployment.container.setup_sessions
    guest = find(deployment, cookie)
    deployment.container.organizations.change(acme.id, {"plan": Plan.STANDARD}, deployment.now)
    acts: list[Callable[[], object]] = [
        lambda: guests.find(cookie, deployment.now),
        lambda: guests.open(code, SOURCE, deployment.now),
        lambda: propose(deployment, guest, **VALUES),
    ]
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "enterprise_plan_required"


def test_a_deleted_organizations_link_opens_nothing(deployment: Deployment, acme: Organization) -> None:
    code = code_for(deployment, acme)
    deployment.container.organizations.delete(acme.id, deployment.now)
    with pytest.raises(NotFound):
        deployment.container.setup_sessions.open(code, SOURCE, deployment.now)


def test_a_link_whose_connection_is_gone_opens_nothing(deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    code = code_for(deployment, acme, connection)
    deployment.container.table.write(purge_connection(connection.id))
    with pytest.raises(NotFound) as refused:
        deployment.container.setup_sessions.open(code, SOURCE, deployment.now)
    assert refused.value.code == "setup_link_is_void"


def test_the_link_stays_valid_when_the_plan_allows_no_further_draft(deployment: Deployment, acme: Organization) -> None:
    for _ in range(25):
        deployment.connection(acme)
    code = code_for(deployment, acme)
    with pytest.raises(Conflict) as refused:
        deployment.container.setup_sessions.open(code, SOURCE, deployment.now)
    assert refused.value.code == "connection_limit"
    deployment.container.setup_sessions.peek(code, deployment.now)


@pytest.mark.parametrize("proven", [True, False])
def test_what_a_guest_saves_is_pending_and_nothing_else_changes(
    deployment: Deployment, acme: Organization, proven: bool
) -> None:
    connection = deployment.connection(acme, proven=proven)
    guest = find(deployment, cookie_for(deployment, acme, connection))
    deployment.later(minutes=1)
    saved = propose(deployment, guest, **VALUES)
    assert saved.pending is not None
    assert saved.pending.are_complete
    unchanged = replace(saved, pending=None, version=connection.version, updated_at=connection.updated_at)
    assert unchanged == connection
    assert find(deployment, cookie_for(deployment, acme, connection)).connection == saved
    (_, link) = deployment.container.setup_links.page(acme.id, deployment.now, limit=5).values
    assert link.used_at == deployment.now


FORBIDDEN: dict[str, Any] = {
    "name": "Evil",
    "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "allow_idp_initiated": True,
    "clock_skew_seconds": 300,
    "attribute_mapping": {"email": ["victim"]},
    "jit_provisioning": False,
    "default_role": "admin",
    "allow_guest_emails": ["evil@evil.test"],
    "force_authn": True,
    "require_signed_response": True,
    "require_signed_assertion": True,
    "allow_missing_destination": True,
    "sha1_exception_until": "2027-01-01",
    "metadata_signing_certificate": "evil",
    "disabled": True,
    "proven": True,
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_guest_changes_no_other_setting(deployment: Deployment, acme: Organization, name: str) -> None:
    guest = find(deployment, cookie_for(deployment, acme))
    saved = propose(deployment, guest, **{name: FORBIDDEN[name]})
    assert getattr(saved, name) == getattr(guest.connection, name)


def test_the_forbidden_settings_are_all_that_there_are_but_what_a_guest_may_change() -> None:
    allowed = {"provider", "identity_provider_url", "identity_provider_issuer", "x509_certificates", "metadata_xml"}
    allowed |= {"metadata_url", "sign_requests", "request_binding", "metadata_binding"}
    assert ConnectionChange.model_fields.keys() - allowed <= FORBIDDEN.keys()


def test_a_guest_proposes_that_requests_are_signed_and_signs_none(deployment: Deployment, acme: Organization) -> None:
    guest = find(deployment, cookie_for(deployment, acme))
    saved = propose(deployment, guest, sign_requests=True)
    assert saved.pending is not None
    assert (saved.pending.sign_requests, saved.sign_requests) == (True, False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"proven": False}, Provider.OKTA),
        ({"proven": True}, Provider.OTHER),
        ({"proven": False, "was_active": True}, Provider.OTHER),
        ({"proven": True, "disabled": True}, Provider.OTHER),
    ],
)
def test_a_guest_names_the_provider_while_the_connection_was_never_active(
    deployment: Deployment, acme: Organization, values: dict[str, bool], expected: Provider
) -> None:
    guest = find(deployment, cookie_for(deployment, acme, deployment.connection(acme, **values)))
    assert propose(deployment, guest, provider=Provider.OKTA).provider is expected


def test_a_guest_with_an_outdated_page_is_refused(deployment: Deployment, acme: Organization) -> None:
    guest = find(deployment, cookie_for(deployment, acme))
    propose(deployment, guest, **VALUES)
    with pytest.raises(Stale):
        propose(deployment, guest, **VALUES)


def guest_of(idp: Idp) -> SetupSession:
    return find(idp.deployment, cookie_for(idp.deployment, idp.organization, idp.connection))


def pass_test(idp: Idp, guest: SetupSession, **changes: Any) -> None:
    tests = idp.deployment.container.connection_tests
    offer = idp.deployment.container.setup_sessions.offer_test(guest, idp.deployment.now)
    start = tests.begin(idp.connection.id, offer.url.rpartition("/")[2], idp.jar, idp.deployment.now)
    idp.jar[start.cookie_name] = start.cookie_value
    assert end(idp, start, **changes).by_guest


def test_a_guests_identity_provider_creates_no_session_and_activates_nothing(deployment: Deployment) -> None:
    """The attack: a guest names an identity provider of their own, which says that they are the admin."""
    idp = identity_provider(deployment, certificates=(), identity_provider_url=None, identity_provider_issuer=None)
    guest = guest_of(idp)
    propose(deployment, guest, **VALUES)
    deployment.later(seconds=1)
    pass_test(idp, guest_of(idp))
    stored = idp.reload_connection()
    assert stored.has_passed_test(of_pending=True)
    assert stored.status is ConnectionStatus.DRAFT
    with pytest.raises(SignInRefused) as refused:
        idp.sign_in("admin@acme.test")
    assert refused.value.code == "connection_not_configured"


def test_an_admin_puts_a_tested_proposal_of_a_draft_in_force(deployment: Deployment) -> None:
    idp = identity_provider(deployment, certificates=(), identity_provider_url=None, identity_provider_issuer=None)
    propose(deployment, guest_of(idp), **VALUES)
    deployment.later(seconds=1)
    pass_test(idp, guest_of(idp))
    service = deployment.container.pending_values
    applied = service.apply(idp.reload_connection(), idp.reload_connection().version, deployment.now)
    assert applied.status is ConnectionStatus.ACTIVE
    deployment.later(seconds=1)
    assert idp.sign_in().session.session.connection_id == idp.connection.id


def test_a_guest_on_a_live_connection_does_not_affect_sign_ins(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    idp.sign_in()
    deployment.later(seconds=1)
    propose(deployment, guest_of(idp), x509_certificates=[key("mallory").pem])
    deployment.later(seconds=1)
    pass_test(idp, guest_of(idp), sign_assertion=Signing(key="mallory"))
    assert idp.reload_connection().status is ConnectionStatus.ACTIVE
    idp.sign_in()
    with pytest.raises(SignInRefused):
        idp.sign_in(sign_assertion=Signing(key="mallory"))


def test_a_guest_cannot_test_what_is_in_force(deployment: Deployment) -> None:
    """Its success would be all that stands between a ready connection and an admin's activation."""
    idp = identity_provider(deployment)
    with pytest.raises(SignInRefused):
        deployment.container.setup_sessions.offer_test(guest_of(idp), deployment.now)
