"""The audit log over HTTP."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import quote

import pytest

from chalicelib.audit_log import service as audit_log
from chalicelib.organizations.model import Organization
from chalicelib.users.model import User
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


def _created(api: Caller, deployment: Deployment, acme: Organization, count: int) -> list[str]:
    found = []
    for number in range(count):
        deployment.later(seconds=1)
        reply = api("POST", f"/v1/organizations/{acme.id}/users", {"email": f"user{number}@acme.test"})
        found.append(str(reply.json["id"]))
    return found


def _events(caller: Caller, acme: Organization, query: str = "") -> list[dict[str, object]]:
    reply = caller("GET", f"/v1/organizations/{acme.id}/audit-events{query}")
    assert reply.status == 200, reply.body
    return list(reply.json["data"])


def test_an_event_says_who_did_what_to_whom(api: Caller, deployment: Deployment, acme: Organization) -> None:
    (user_id,) = _created(api, deployment, acme, 1)
    reply = api("PATCH", f"/v1/organizations/{acme.id}/users/{user_id}", {"name": "Ada"})
    event = next(e for e in _events(api, acme) if e["action"] == "user.changed")
    assert event["object"] == "audit_event"
    assert event["object_id"] == user_id
    assert event["before"] == {"name": None}
    assert event["after"] == {"name": "Ada"}
    assert event["request_id"] == reply.headers["X-Request-Id"]
    assert event["actor"] == {
        "type": "api_key",
        "id": next(k.id for k in deployment.container.api_keys.page(limit=1).values),
    }


def test_an_admin_acts_as_a_user(
    admins_browser: Caller, deployment: Deployment, acme: Organization, admin_user: User
) -> None:
    _created(admins_browser, deployment, acme, 1)
    assert _events(admins_browser, acme)[0]["actor"] == {"type": "user", "id": admin_user.id}


def test_events_are_listed_newest_first_page_by_page(api: Caller, deployment: Deployment, acme: Organization) -> None:
    made = _created(api, deployment, acme, 5)
    path = f"/v1/organizations/{acme.id}/audit-events?action=user.created"
    first = api("GET", f"{path}&limit=2").json
    second = api("GET", f"{path}&limit=5&after={first['list_metadata']['after']}").json
    assert [e["object_id"] for e in first["data"] + second["data"]] == made[::-1]
    assert second["list_metadata"]["after"] is None


def test_events_are_found_by_action_actor_and_time(
    api: Caller, admins_browser: Caller, deployment: Deployment, acme: Organization, admin_user: User
) -> None:
    early = _created(api, deployment, acme, 2)
    between = deployment.now.isoformat()
    deployment.later(seconds=10)
    api("PATCH", f"/v1/organizations/{acme.id}/users/{early[0]}", {"role": "admin"})
    deployment.later(seconds=1)
    admins_browser("DELETE", f"/v1/organizations/{acme.id}/users/{early[1]}")
    assert [e["object_id"] for e in _events(api, acme, "?action=user.changed")] == [early[0]]
    assert [e["action"] for e in _events(api, acme, f"?actor={admin_user.id}")] == ["user.deleted"]
    assert {e["action"] for e in _events(api, acme, "?actor=api_key")} == {"user.created", "user.changed"}
    assert [e["object_id"] for e in _events(api, acme, f"?from={quote(deployment.now.isoformat())}")] == [early[1]]
    found = _events(api, acme, f"?from={quote(between)}&to={quote(deployment.now.isoformat())}")
    assert [e["action"] for e in found] == ["user.changed", "user.created"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("action=nonsense", "/action"), ("from=yesterday", "/from"), ("to=2026-11-23", "/to"), ("actor=", "/actor")],
)
@pytest.mark.parametrize("path", ["", "/export"])
def test_a_filter_that_can_not_be_used_is_named(
    api: Caller, acme: Organization, path: str, query: str, field: str
) -> None:
    reply = api("GET", f"/v1/organizations/{acme.id}/audit-events{path}?{query}")
    assert (reply.status, reply.code) == (422, "invalid_request")
    assert reply.field_codes == {field: "invalid_value"}


def test_anothers_log_is_not_there(deployment: Deployment, acme: Organization) -> None:
    other = deployment.organization("globex.test")
    stranger = key_of(deployment, other.id)
    for path in ("audit-events", "audit-events/export"):
        assert stranger("GET", f"/v1/organizations/{acme.id}/{path}").status == 404


def test_an_export_goes_on_where_it_ended_and_each_line_can_be_checked(
    api: Caller, deployment: Deployment, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _created(api, deployment, acme, 7)
    monkeypatch.setattr(audit_log, "_MAX_BYTES", 2000)
    address: str | None = f"/v1/organizations/{acme.id}/audit-events/export?action=user.created"
    lines: list[str] = []
    answers = 0
    while address:
        reply = api("GET", address)
        assert reply.headers["Content-Type"] == "application/x-ndjson"
        lines += reply.body.decode().splitlines()
        link = re.fullmatch(r'<https://sso\.example\.test/api(.*)>; rel="next"', reply.headers.get("Link", ""))
        address, answers = (link[1] if link else None), answers + 1
    assert answers > 2
    documents = [json.loads(line) for line in lines]
    assert [document["event"]["object_id"] for document in documents] == made[::-1]
    for document in documents:
        text = json.dumps(document["event"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == document["hash"]


def test_events_are_gone_after_four_hundred_days(api: Caller, deployment: Deployment, acme: Organization) -> None:
    _created(api, deployment, acme, 1)
    deployment.later(days=399)
    assert len(_events(api, acme)) == 1
    deployment.later(days=2)
    assert _events(api, acme) == []
