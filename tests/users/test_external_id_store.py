"""`external_id` is the deployment key's alone, and one organization's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization, Plan
from chalicelib.organizations.schemas import OrganizationChange
from chalicelib.organizations.store import create_organization
from chalicelib.users.model import User
from tests.support.api import Caller, browser_of, key_of
from tests.support.consistency import contradictions
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

DEPLOYMENT, OWN_KEY, OWN_ADMIN = "deployment key", "organization key", "organization's admin"
WRITERS: Final[dict[str, set[str]]] = {
    "name": {DEPLOYMENT, OWN_KEY, OWN_ADMIN},
    "external_id": {DEPLOYMENT},
    "plan": {DEPLOYMENT},
    "domains": {DEPLOYMENT},
}
"""Who may write each field of the organization's PATCH. A new field needs a decision here."""
VALUES: Final[dict[str, Any]] = {"name": "Acme Ltd", "external_id": "c-1", "plan": "standard", "domains": []}
ROOT: Final = "/v1/organizations"


def test_every_field_of_the_change_has_a_decision_who_may_write_it() -> None:
    assert WRITERS.keys() == OrganizationChange.model_fields.keys() == VALUES.keys()


@pytest.mark.parametrize("field", WRITERS)
@pytest.mark.parametrize("writer", [DEPLOYMENT, OWN_KEY, OWN_ADMIN])
def test_a_field_is_written_by_those_alone_who_may(
    deployment: Deployment, acme: Organization, admin_user: User, writer: str, field: str
) -> None:
    callers: dict[str, Callable[[], Caller]] = {
        DEPLOYMENT: lambda: key_of(deployment),
        OWN_KEY: lambda: key_of(deployment, acme.id),
        OWN_ADMIN: lambda: browser_of(deployment, admin_user),
    }
    reply = callers[writer]()("PATCH", f"{ROOT}/{acme.id}", {field: VALUES[field]})
    if writer in WRITERS[field]:
        assert (reply.status, reply.json[field]) == (200, VALUES[field])
    else:
        assert (reply.status, reply.code) == (403, "deployment_key_required")


def test_an_external_id_belongs_to_one_organization(api: Caller, acme: Organization) -> None:
    first = api("POST", ROOT, {"name": "First", "external_id": "c-1"}).json
    for refused in (
        api("POST", ROOT, {"name": "Second", "external_id": "c-1"}),
        api("PATCH", f"{ROOT}/{acme.id}", {"external_id": "c-1"}),
    ):
        assert (refused.status, refused.code) == (409, "external_id_taken")
    assert api("PATCH", f"{ROOT}/{first['id']}", {"external_id": "c-1"}).status == 200
    assert api("PATCH", f"{ROOT}/{acme.id}", {"external_id": "C-1"}).status == 200


@pytest.mark.parametrize("given_up", ["changed", "cleared", "deleted"])
def test_an_external_id_that_was_given_up_can_be_taken(
    api: Caller, deployment: Deployment, acme: Organization, given_up: str
) -> None:
    path = f"{ROOT}/{api('POST', ROOT, {'name': 'First', 'external_id': 'c-1'}).json['id']}"
    if given_up == "deleted":
        assert api("DELETE", path).status == 204
    else:
        assert api("PATCH", path, {"external_id": "c-2" if given_up == "changed" else None}).status == 200
    assert api("PATCH", f"{ROOT}/{acme.id}", {"external_id": "c-1"}).json["external_id"] == "c-1"
    assert contradictions(deployment) == []


def test_a_refused_change_leaves_the_old_external_id(api: Caller, deployment: Deployment, acme: Organization) -> None:
    api("POST", ROOT, {"name": "First", "external_id": "c-1"})
    path = f"{ROOT}/{acme.id}"
    assert api("PATCH", path, {"external_id": "c-2"}).status == 200
    assert api("PATCH", path, {"external_id": "c-1", "name": "New"}).code == "external_id_taken"
    found = api("GET", path).json
    assert (found["external_id"], found["name"]) == ("c-2", "Acme")
    assert contradictions(deployment) == []


def _before_claims(deployment: Deployment, external_id: str) -> Organization:
    """An organization as earlier versions wrote it: without a claim."""
    deployment.later(seconds=1)
    made = Organization(
        id=new_id("org", now=deployment.now),
        name="Old",
        plan=Plan.STANDARD,
        created_at=deployment.now,
        updated_at=deployment.now,
        external_id=external_id,
    )
    deployment.container.table.write(create_organization(made))
    return made


def test_external_ids_of_earlier_versions_are_claimed_before_the_first_new_one(
    api: Caller, deployment: Deployment
) -> None:
    old = [_before_claims(deployment, f"c-{number}") for number in range(130)]
    assert api("POST", ROOT, {"name": "New", "external_id": "c-3"}).code == "external_id_taken"
    assert api("POST", ROOT, {"name": "New", "external_id": "c-new"}).status == 201
    found = api("GET", f"{ROOT}?external_id=c-7").json["data"]
    assert [organization["id"] for organization in found] == [old[7].id]
    assert contradictions(deployment) == []


def test_of_two_earlier_organizations_with_one_external_id_the_older_keeps_it(
    api: Caller, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    older, newer = _before_claims(deployment, "c-1"), _before_claims(deployment, "c-1")
    found = api("GET", f"{ROOT}?external_id=c-1").json["data"]
    assert [organization["id"] for organization in found] == [older.id]
    assert any(
        newer.id in record.getMessage() for record in caplog.records if "external_id.conflict" in record.getMessage()
    )
    assert api("PATCH", f"{ROOT}/{newer.id}", {"external_id": "c-2"}).status == 200
    assert api("GET", f"{ROOT}?external_id=c-1").json["data"] == found
    assert contradictions(deployment) == []


def test_claiming_earlier_external_ids_happens_once(api: Caller, deployment: Deployment) -> None:
    api("POST", ROOT, {"name": "New", "external_id": "c-0"})
    before = len(deployment.calls)
    assert api("POST", ROOT, {"name": "New", "external_id": "c-1"}).status == 201
    assert deployment.calls[before:].count("Query") == 0
