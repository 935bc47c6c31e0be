"""Calls to AWS of whole HTTP requests, counted on botocore's own events, and the most that each may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from app import app
from chalicelib import container
from chalicelib.aws.item import Key
from chalicelib.aws.transaction import delete
from chalicelib.http.cookies import session_cookie_name
from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import admin_ids_of, create_user
from tests.support.api import Caller, Reply, key_of
from tests.support.browser import Answer, Browser, sign_in
from tests.support.deployment import Deployment, new_deployment
from tests.support.round_trip import Idp, identity_provider
from tools.bench.calls import CACHED, WARM, calls_of

FEW: Final = 10
MANY: Final = 1_100
"""More than every page of the table that was ever read at once."""

Response = Answer | Reply


@dataclass(frozen=True)
class Site:
    """A customer with users, attempts, a live connection with a metadata URL, an open setup link, and an audit log."""

    deployment: Deployment
    idp: Idp
    admin: Browser
    member: Browser
    api: Caller
    user: User
    attempt_id: str
    is_large: bool

    @property
    def organization(self) -> str:
        """The organization's path in the API."""
        return f"/v1/organizations/{self.idp.organization.id}"

    @property
    def connection(self) -> str:
        """The connection's path in the API."""
        return f"{self.organization}/connections/{self.idp.connection.id}"

    @property
    def page(self) -> str:
        """The connection's page."""
        return f"/admin/sso/{self.idp.connection.id}"

    def count(self, request: Callable[[], Response]) -> list[str]:
        """The calls of a request's second run, when its process is warm."""
        assert request().status < 400
        before = len(self.deployment.calls)
        answer = request()
        assert answer.status < 400, answer
        return self.deployment.calls[before:]


@pytest.fixture(scope="module", params=[FEW, MANY], ids=["few users", "many users"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The customer, with few users or with many, of whom the admin is the oldest."""
    with new_deployment() as deployment, pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "_container", deployment.container)
        yield _new_site(deployment, request.param)


def _new_site(deployment: Deployment, users: int) -> Site:
    organization = deployment.organization(active_admins=1)
    metadata = "https://idp.acme.test/metadata"
    idp = identity_provider(deployment, organization, proven=True, metadata_url=metadata)
    deployment.user(organization, "admin@acme.test", Role.ADMIN)
    deployment.later(seconds=1)
    made = [_new_user(deployment, organization, f"user{number}@acme.test") for number in range(users)]
    admin, member, api = Browser(app), Browser(app), key_of(deployment)
    sign_in(admin, "admin@acme.test")
    idp.sign_in(made[0].email)
    one = f"/v1/organizations/{organization.id}/connections/{idp.connection.id}"
    attempt = api("GET", f"{one}/sign-in-attempts").json["data"][0]["id"]
    api("POST", f"/v1/organizations/{organization.id}/setup-links", {"connection_id": idp.connection.id})
    return Site(deployment, idp, admin, member, api, made[-1], attempt, is_large=users > FEW)


def _new_user(deployment: Deployment, organization: Organization, email: str) -> User:
    """A member, written item by item: embedded AWS copies the whole table for each transaction."""
    user = User(
        new_id("usr", now=deployment.now), organization.id, email, Role.MEMBER, UserStatus.ACTIVE, deployment.now
    )
    for write in create_user(user):
        deployment.container.table.write(write)
    return user


READS: Final[dict[str, tuple[int, Callable[[Site], Response]]]] = {
    "home page": (2, lambda at: at.admin.get("/")),
    "users page": (4, lambda at: at.admin.get("/admin/users")),
    "page of a user": (2, lambda at: at.admin.get(f"/admin/users/{at.user.id}")),
    "connections page": (3, lambda at: at.admin.get("/admin/sso?all=1")),
    "attempts page": (3, lambda at: at.admin.get(f"{at.page}/attempts")),
    "page of an attempt": (2, lambda at: at.admin.get(f"{at.page}/attempts/{at.attempt_id}")),
    "inspector": (1, lambda at: at.admin.get(f"{at.page}/inspector")),
    "mapping page": (1, lambda at: at.admin.get(f"{at.page}/mapping")),
    "GET organization": (1, lambda at: at.api("GET", at.organization)),
    "GET users": (2, lambda at: at.api("GET", f"{at.organization}/users")),
    "GET connections": (2, lambda at: at.api("GET", f"{at.organization}/connections")),
    "GET connection": (1, lambda at: at.api("GET", at.connection)),
    "GET login policy": (1, lambda at: at.api("GET", f"{at.organization}/login-policy")),
    "GET attempts": (2, lambda at: at.api("GET", f"{at.connection}/sign-in-attempts")),
    "GET session": (1, lambda at: at.admin.get("/v1/session")),
}


@pytest.mark.parametrize("name", READS)
def test_a_read_takes_no_more_calls_than_its_budget(site: Site, name: str) -> None:
    budget, request = READS[name]
    calls = site.count(lambda: request(site))
    assert len(calls) <= budget, calls


_SIGNED: Final = {"sign_requests": True}


def test_a_connections_page_takes_four_calls_and_six_with_more_than_a_hundred_users(site: Site) -> None:
    calls = site.count(lambda: site.admin.get(site.page))
    assert len(calls) <= (6 if site.is_large else 4), calls


def test_a_members_page_names_the_admin_among_any_number_of_users(site: Site) -> None:
    site.deployment.later(seconds=1)  # disabling a connection ends the sessions of the same second
    signed_in = site.idp.sign_in(site.user.email)
    site.member.cookies[session_cookie_name(site.deployment.container.settings)] = signed_in.session.cookie
    before = len(site.deployment.calls)
    page = site.member.get("/admin/users")
    assert (page.status, "admin@acme.test" in page.text) == (403, True)
    assert len(site.deployment.calls[before:]) <= 3


def test_the_oldest_admin_can_be_exempted_among_any_number_of_users(site: Site) -> None:
    organization = site.idp.organization
    page = site.admin.get(site.page)
    (admin,) = site.deployment.container.users.admins(organization, limit=5)
    assert f'name="exempt" value="{admin.id}"' in page.text
    assert "1 admin can still use a password" in page.text


def test_admins_stored_by_an_earlier_version_are_found_and_marked(site: Site) -> None:
    organization, table = site.idp.organization, site.deployment.container.table
    (admin,) = site.deployment.container.users.admins(organization, limit=5)
    table.write(delete(Key(f"ORG#{organization.id}", f"ADMIN#{admin.id}")))
    assert table.page(admin_ids_of(organization.id), limit=5).values == ()
    assert site.deployment.container.users.admins(organization, limit=5) == (admin,)
    assert table.page(admin_ids_of(organization.id), limit=5).values == (admin.id,)


CHANGES: Final[dict[str, tuple[int, Callable[[Site, str], Response]]]] = {
    "PATCH": (2, lambda at, etag: at.api("PATCH", at.connection, {"name": "Main"}, if_match=etag)),
    "PUT pending": (2, lambda at, etag: at.api("PUT", f"{at.connection}/pending", _SIGNED, if_match=etag)),
    "disable and enable": (4, lambda at, _: _disable_and_enable(at)),
}


def _disable_and_enable(at: Site) -> Response:
    assert at.api("POST", f"{at.connection}/disable").status == 200
    return at.api("POST", f"{at.connection}/enable")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_a_connection_takes_one_read_and_one_transaction(site: Site, name: str) -> None:
    budget, request = CHANGES[name]
    etag = site.api("GET", site.connection).etag
    before = len(site.deployment.calls)
    answer = request(site, etag)
    assert answer.status == 200, answer
    calls = site.deployment.calls[before:]
    assert len(calls) <= budget, calls


def test_a_change_of_certificates_takes_three_calls_besides_the_secrets(site: Site) -> None:
    from tests.support.identity_provider import key

    etag = site.api("GET", site.connection).etag
    texts = [key("acme").base64, key("other").base64]
    before = len(site.deployment.calls)
    assert site.api("PATCH", site.connection, {"x509_certificates": texts}, if_match=etag).status == 200
    calls = [name for name in site.deployment.calls[before:] if "Secret" not in name]
    assert len(calls) <= 3, calls


@pytest.mark.parametrize(
    ("journey", "warm", "cached"),
    [
        ("login start", 1, 0),
        ("ACS, known user", 3, 2),
        ("ACS, new user", 3, 2),
        ("ACS, refused", 3, 2),
        ("policy check", 2, 2),
        ("a call with a session", 1, 1),
    ],
)
def test_a_journey_takes_no_more_calls_than_its_budget(journey: str, warm: int, cached: int) -> None:
    assert len(calls_of(journey, WARM)) <= warm
    assert len(calls_of(journey, CACHED)) <= cached
