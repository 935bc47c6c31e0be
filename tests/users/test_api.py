"""/v1/organizations/{organization_id}/users."""

from __future__ import annotations

import pytest

from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.users.model import User, UserStatus
from chalicelib.users.store import note_sign_in
from tests.support.api import Caller, browser_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


def test_a_user_comes_back_as_created_and_never_with_a_password(api: Caller, acme: Organization) -> None:
    body = {"email": "Ada@Acme.test", "name": "Ada", "password": "correct horse battery"}
    made = api("POST", f"/v1/organizations/{acme.id}/users", body)
    assert made.status == 201
    assert (made.json["email"], made.json["role"], made.json["has_password"]) == ("ada@acme.test", "member", True)
    assert "correct horse" not in made.body.decode()
    assert "password_hash" not in made.json
    found = api("GET", f"/v1/organizations/{acme.id}/users/{made.json['id']}")
    assert (found.status, found.json) == (200, made.json)


def test_an_address_belongs_to_one_user(api: Caller, acme: Organization, admin_user: User) -> None:
    refused = api("POST", f"/v1/organizations/{acme.id}/users", {"email": "ADMIN@acme.test"})
    assert (refused.status, refused.code) == (409, "email_taken")


def test_an_address_of_anothers_domain_is_refused_by_every_way_in(api: Caller, deployment: Deployment) -> None:
    deployment.organization("acme.test")
    thief = deployment.organization("thief.test")
    users = f"/v1/organizations/{thief.id}/users"
    assert api("POST", users, {"email": "ceo@acme.test"}).code == "email_domain_taken"
    own = api("POST", users, {"email": "ceo@thief.test"}).json["id"]
    changed = api("PATCH", f"{users}/{own}", {"email": "ceo@acme.test"})
    assert (changed.status, changed.code) == (409, "email_domain_taken")
    connection = deployment.connection(thief)
    path = f"/v1/organizations/{thief.id}/connections/{connection.id}"
    guest = api("PATCH", path, {"allow_guest_emails": ["ceo@acme.test"]}, if_match=api("GET", path).etag)
    assert guest.code == "email_domain_taken"


@pytest.mark.parametrize(
    "changes", [{"role": "member"}, {"status": "disabled"}, None], ids=["demoted", "disabled", "removed"]
)
def test_the_last_active_admin_stays(
    api: Caller, acme: Organization, admin_user: User, changes: dict[str, str] | None
) -> None:
    path = f"/v1/organizations/{acme.id}/users/{admin_user.id}"
    refused = api("PATCH", path, changes) if changes else api("DELETE", path)
    assert (refused.status, refused.code) == (409, "last_admin")
    api("POST", f"/v1/organizations/{acme.id}/users", {"email": "second@acme.test", "role": "admin"})
    allowed = api("PATCH", path, changes) if changes else api("DELETE", path)
    assert allowed.status in {200, 204}


@pytest.mark.parametrize("change", ["role", "status", "password", "email", "sign-out", "removal"])
def test_what_must_end_sessions_ends_them_at_once(
    api: Caller, deployment: Deployment, acme: Organization, change: str
) -> None:
    user = deployment.user(acme, "ada@acme.test")
    browser = browser_of(deployment, user)
    path = f"/v1/organizations/{acme.id}/users/{user.id}"
    assert browser("GET", "/v1/session").status == 200
    new = {"role": "admin", "status": "disabled", "password": "another long password", "email": "new@acme.test"}
    if change == "sign-out":
        assert api("POST", f"{path}/sign-out").status == 200
    elif change == "removal":
        assert api("DELETE", path).status == 204
    else:
        assert api("PATCH", path, {change: new[change]}).status == 200
    assert browser("GET", "/v1/session").status == 401


def test_a_new_name_ends_no_session(api: Caller, deployment: Deployment, acme: Organization) -> None:
    user = deployment.user(acme, "ada@acme.test")
    browser = browser_of(deployment, user)
    assert api("PATCH", f"/v1/organizations/{acme.id}/users/{user.id}", {"name": "Ada"}).json["name"] == "Ada"
    assert browser("GET", "/v1/session").json["user"]["name"] == "Ada"


def test_a_changed_address_is_free_again(api: Caller, acme: Organization) -> None:
    users = f"/v1/organizations/{acme.id}/users"
    first = api("POST", users, {"email": "ada@acme.test"}).json["id"]
    assert api("PATCH", f"{users}/{first}", {"email": "ada.l@acme.test"}).status == 200
    assert api("POST", users, {"email": "ada@acme.test"}).status == 201


def test_a_bad_address_or_password_is_named_by_its_pointer(api: Caller, acme: Organization) -> None:
    users = f"/v1/organizations/{acme.id}/users"
    assert api("POST", users, {"email": "admin@acme.test\u00a0"}).field_codes == {"/email": "invalid_email"}
    short = api("POST", users, {"email": "ada@acme.test", "password": "short"})
    assert short.field_codes == {"/password": "unusable_password"}
    assert api("POST", users, {}).field_codes == {"/email": "required"}
    unknown = api("POST", users, {"email": "ada@acme.test", "is_admin": True})
    assert unknown.field_codes == {"/is_admin": "unknown_field"}


def test_an_invitation_is_a_link_of_this_deployment_for_a_day(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    user = deployment.user(acme, "ada@acme.test")
    path = f"/v1/organizations/{acme.id}/users/{user.id}/invitation"
    made = api("POST", path)
    assert made.status == 201
    assert made.json["url"].startswith("https://sso.example.test/api/invitation/")
    assert made.json["expires_at"] == "2026-11-24T09:00:00Z"
    assert (made.json["object"], made.json["user_id"], made.json["organization_id"]) == ("invitation", user.id, acme.id)
    assert is_id(made.json["id"], "link")


def test_a_disabled_user_is_not_invited(api: Caller, deployment: Deployment, acme: Organization) -> None:
    user = deployment.user(acme, "ada@acme.test", status=UserStatus.DISABLED)
    refused = api("POST", f"/v1/organizations/{acme.id}/users/{user.id}/invitation")
    assert (refused.status, refused.code) == (409, "user_disabled")


def test_a_user_whose_domain_another_organization_verified_is_not_invited(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    user = deployment.user(acme, "ada@elsewhere.test")
    path = f"/v1/organizations/{acme.id}/users/{user.id}/invitation"
    assert api("POST", path).status == 201
    deployment.organization("elsewhere.test")
    refused = api("POST", path)
    assert (refused.status, refused.code) == (409, "email_domain_taken")


def test_it_is_reported_when_and_how_a_user_signed_in_last(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    user = deployment.user(acme, "ada@acme.test")
    path = f"/v1/organizations/{acme.id}/users/{user.id}"
    never = api("GET", path).json
    assert (never["last_sign_in_at"], never["last_sign_in_method"]) == (None, None)
    deployment.container.table.write(note_sign_in(user, deployment.now, with_password=False))
    once = api("GET", path).json
    assert (once["last_sign_in_at"], once["last_sign_in_method"]) == ("2026-11-23T09:00:00Z", "saml")


def test_a_user_of_another_organization_is_not_there(api: Caller, deployment: Deployment, acme: Organization) -> None:
    stranger = deployment.user(deployment.organization("other.test"), "ada@other.test")
    path = f"/v1/organizations/{acme.id}/users/{stranger.id}"
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/sign-out", None),
        ("POST", "/invitation", None),
        ("DELETE", "/identities", None),
    ):
        assert api(method, path + tail, body).code == "not_found"


def test_a_surrogate_or_control_character_is_refused_not_stored(api: Caller, acme: Organization) -> None:
    users = f"/v1/organizations/{acme.id}/users"
    for raw, codes in (
        (b'{"email":"ada@acme.test","name":"a\\u0000b"}', {"/name": "invalid_text"}),
        (b'{"email":"ada@acme.test","name":"   "}', {"/name": "invalid_text"}),
    ):
        assert api("POST", users, raw).field_codes == codes
    assert api("POST", users, b'{"email":"ada@acme.test","name":"\\ud800"}').code == "malformed_json"
