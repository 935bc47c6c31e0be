"""/v1/organizations/{organization_id}/setup-links."""

from __future__ import annotations

import pytest

from chalicelib.organizations.model import Organization
from chalicelib.users.model import User
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


@pytest.fixture
def links(acme: Organization) -> str:
    return f"/v1/organizations/{acme.id}/setup-links"


def test_a_link_is_shown_once(api: Caller, deployment: Deployment, links: str) -> None:
    made = api("POST", links, {})
    assert made.status == 201
    assert made.json["object"] == "setup_link"
    assert made.json["id"].startswith("link_")
    assert made.json["url"].startswith("https://sso.example.test/api/setup/")
    assert (made.json["status"], made.json["connection_id"]) == ("unopened", None)
    assert made.json["expires_at"] == "2026-11-30T09:00:00Z"
    (listed,) = api("GET", links).json["data"]
    assert listed == {name: value for name, value in made.json.items() if name != "url"}


def test_the_list_tells_when_and_from_where_a_link_was_opened_and_used(
    api: Caller, deployment: Deployment, acme: Organization, links: str
) -> None:
    code = api("POST", links, {"expires_in_hours": 1}).json["url"].rpartition("/")[2]
    guests = deployment.container.setup_sessions
    guest = guests.find(guests.open(code, "192.0.2.9", deployment.now).cookie, deployment.now)
    deployment.later(minutes=1)
    guests.propose(guest, {"identity_provider_issuer": "x"}, 1, deployment.now)
    (listed,) = api("GET", links).json["data"]
    assert (listed["opened_at"], listed["opened_from"]) == ("2026-11-23T09:00:00Z", "192.0.2.9")
    assert (listed["used_at"], listed["status"]) == ("2026-11-23T09:01:00Z", "opened")
    assert listed["connection_id"] == guest.connection.id


def test_the_list_goes_on_where_a_page_ends(api: Caller, deployment: Deployment, links: str) -> None:
    made = []
    for _ in range(3):
        made.append(api("POST", links, {}).json["id"])
        deployment.later(seconds=1)
    first = api("GET", f"{links}?limit=2").json
    rest = api("GET", f"{links}?after={first['list_metadata']['after']}").json
    assert [entry["id"] for entry in first["data"] + rest["data"]] == made[::-1]
    assert api("GET", f"{links}?after=conn_x").code == "invalid_cursor"


def test_a_repeated_idempotency_key_makes_no_second_link_and_shows_no_url(api: Caller, links: str) -> None:
    first, again = (api("POST", links, {}, idempotency_key="k") for _ in range(2))
    assert again.json["id"] == first.json["id"]
    assert (first.json["url"] is None, again.json["url"] is None) == (False, True)


@pytest.mark.parametrize("hours", [0, 721, -1, "24", 1.5, None])
def test_a_link_lasts_from_an_hour_to_thirty_days(api: Caller, links: str, hours: object) -> None:
    refused = api("POST", links, {"expires_in_hours": hours})
    assert refused.status == 422
    assert list(refused.field_codes) == ["/expires_in_hours"]
    assert api("POST", links, {"expires_in_hours": 720}).status == 201


def test_what_a_guest_may_is_not_up_to_the_caller(api: Caller, links: str) -> None:
    refused = api("POST", links, {"may_activate": True})
    assert refused.field_codes == {"/may_activate": "unknown_field"}


def test_a_connection_of_another_organization_is_unknown(api: Caller, deployment: Deployment, links: str) -> None:
    foreign = deployment.connection(deployment.organization("other.test"))
    assert api("POST", links, {"connection_id": foreign.id}).field_codes == {"/connection_id": "unknown_connection"}


def test_a_revoked_link_is_void_at_once_and_cannot_be_revoked_again(
    api: Caller, deployment: Deployment, links: str
) -> None:
    made = api("POST", links, {}).json
    assert api("DELETE", f"{links}/{made['id']}").status == 204
    assert api("DELETE", f"{links}/{made['id']}").status == 404
    assert api("GET", links).json["data"][0]["status"] == "revoked"
    path = f"/setup/{made['url'].rpartition('/')[2]}"
    assert api("GET", path, accept="application/json").code == "setup_link_is_void"


def test_links_are_their_organizations_and_its_admins_business(
    api: Caller, deployment: Deployment, acme: Organization, admin_user: User, links: str
) -> None:
    made = api("POST", links, {}).json["id"]
    member = browser_of(deployment, deployment.user(acme, "member@acme.test"))
    for refused in (member("GET", links), member("POST", links, {}), member("DELETE", f"{links}/{made}")):
        assert refused.code == "admin_required"
    other = key_of(deployment, deployment.organization("other.test").id)
    for refused in (other("GET", links), other("POST", links, {}), other("DELETE", f"{links}/{made}")):
        assert refused.status == 404
    assert Caller()("POST", links, {}).status == 401
    for allowed in (key_of(deployment, acme.id), browser_of(deployment, admin_user)):
        new = allowed("POST", links, {})
        assert new.status == 201
        assert allowed("DELETE", f"{links}/{new.json['id']}").status == 204
