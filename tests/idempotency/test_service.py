"""Idempotency-Key on every POST that creates."""

from __future__ import annotations

import pytest

from chalicelib.idempotency.model import LEASE, RETENTION, IdempotencyRecord
from chalicelib.idempotency.service import KeyedRequest
from chalicelib.idempotency.store import acquire
from chalicelib.invitations.model import LinkPurpose
from chalicelib.organizations.model import Organization
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

BODIES = [
    ("/v1/organizations", {"name": "Once"}, {"name": "Twice"}),
    ("/v1/organizations/{org}/users", {"email": "once@acme.test"}, {"email": "twice@acme.test"}),
    ("/v1/organizations/{org}/connections", {"name": "Once"}, {"name": "Twice"}),
    ("/v1/api-keys", {"name": "Once"}, {"name": "Twice"}),
]


@pytest.mark.parametrize(("path", "body", "other"), BODIES)
def test_the_same_request_twice_makes_one_object(
    api: Caller, acme: Organization, path: str, body: dict[str, str], other: dict[str, str]
) -> None:
    path = path.format(org=acme.id)
    first = api("POST", path, body, idempotency_key="k1")
    again = api("POST", path, body, idempotency_key="k1")
    assert (first.status, again.status) == (201, 201)
    assert again.json["id"] == first.json["id"]
    reused = api("POST", path, other, idempotency_key="k1")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    assert api("POST", path, other, idempotency_key="k2").json["id"] != first.json["id"]


def test_a_secret_is_not_shown_again(api: Caller) -> None:
    first = api("POST", "/v1/api-keys", {"name": "ci"}, idempotency_key="k1").json
    again = api("POST", "/v1/api-keys", {"name": "ci"}, idempotency_key="k1").json
    assert first["key"].startswith("gh_")
    assert again == first | {"key": None}


def test_an_invitation_is_made_once_and_its_link_not_shown_again(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    user = deployment.user(acme, "ada@acme.test", password_hash=None)
    path = f"/v1/organizations/{acme.id}/users/{user.id}/invitation"
    first = api("POST", path, idempotency_key="k1").json
    assert api("POST", path, idempotency_key="k1").json == first | {"url": None}
    assert api("POST", path, idempotency_key="k2").json["id"] != first["id"]
    code = first["url"].rpartition("/")[2]
    deployment.container.links.set_password(code, LinkPurpose.INVITATION, "another fine password", deployment.now)
    for key in ("k1", "k2"):  # the one was used, which made the other void
        void = api("POST", path, idempotency_key=key)
        assert (void.status, void.code) == (404, "link_is_void")


def test_a_test_is_offered_once_and_its_link_not_shown_again(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    path = f"/v1/organizations/{acme.id}/connections/{deployment.connection(acme).id}/test"
    first = api("POST", path, idempotency_key="k1").json
    assert api("POST", path, idempotency_key="k1").json == first | {"url": None}
    assert api("POST", path, idempotency_key="k2").json["attempt_id"] != first["attempt_id"]
    deployment.later(minutes=10)
    void = api("POST", path, idempotency_key="k1")
    assert (void.status, void.code) == (404, "link_is_void")


def test_a_key_counts_for_one_caller_and_one_route(api: Caller, deployment: Deployment, acme: Organization) -> None:
    users = f"/v1/organizations/{acme.id}/users"
    api("POST", users, {"email": "a@acme.test"}, idempotency_key="k1")
    assert key_of(deployment)("POST", users, {"email": "b@acme.test"}, idempotency_key="k1").status == 201
    assert api("POST", "/v1/organizations", {"name": "x"}, idempotency_key="k1").status == 201


def test_a_key_is_forgotten_after_a_day(api: Caller, deployment: Deployment) -> None:
    first = api("POST", "/v1/organizations", {"name": "x"}, idempotency_key="k1").json["id"]
    deployment.later(hours=24)
    assert api("POST", "/v1/organizations", {"name": "x"}, idempotency_key="k1").json["id"] != first


def test_a_refused_request_may_be_repeated_with_its_key(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    users = f"/v1/organizations/{acme.id}/users"
    taken = deployment.user(acme, "ada@acme.test")
    assert api("POST", users, {"email": "ada@acme.test"}, idempotency_key="k1").status == 409
    deployment.container.users.delete(acme.id, taken.id, deployment.now)
    assert api("POST", users, {"email": "ada@acme.test"}, idempotency_key="k1").status == 201


def test_a_request_under_way_is_not_begun_again_until_its_lease_ends(api: Caller, deployment: Deployment) -> None:
    keys = api("GET", "/v1/api-keys").json["data"]
    body = b'{"name": "x"}'
    stuck = KeyedRequest(keys[0]["id"], "POST /v1/organizations", "k1", body)
    mac = deployment.container.idempotency._macs(body, deployment.now)[0]
    receipt = IdempotencyRecord(stuck.digest, mac, "lease", deployment.now + LEASE, deployment.now + RETENTION)
    deployment.container.table.write(acquire(receipt, instead_of=None, now=deployment.now))
    busy = api("POST", "/v1/organizations", body, idempotency_key="k1")
    assert (busy.status, busy.code, busy.headers["Retry-After"]) == (409, "idempotency_key_in_flight", "1")
    deployment.later(seconds=30)
    assert api("POST", "/v1/organizations", body, idempotency_key="k1").status == 201


@pytest.mark.parametrize("key", ["", "a" * 256, "k\u00e9y"])
def test_a_key_that_is_none_is_refused(api: Caller, key: str) -> None:
    assert api("POST", "/v1/organizations", {"name": "x"}, idempotency_key=key).status == 422


def test_nothing_that_was_sent_is_kept_in_the_receipt(api: Caller, deployment: Deployment, acme: Organization) -> None:
    body = {"email": "secret.person@acme.test", "password": "a very secret password"}
    api("POST", f"/v1/organizations/{acme.id}/users", body, idempotency_key="my-key")
    raw = deployment.container.table._client.scan(TableName=deployment.container.settings.table_name)["Items"]
    receipts = [item for item in raw if item["sk"]["S"] == "RECEIPT"]
    assert len(receipts) == 1
    text = str(receipts)
    assert not any(word in text for word in ("secret", "my-key", "person"))
