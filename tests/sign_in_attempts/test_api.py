"""Sign-in attempts over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.connections.model import Connection
from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.support.api import Caller, Reply
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


def add_attempt(deployment: Deployment, connection: Connection, code: str | None = None) -> Attempt:
    """An attempt a second after the one before."""
    deployment.later(seconds=1)
    attempt = Attempt(
        id=new_id("att", now=deployment.now),
        organization_id=connection.organization_id,
        connection_id=connection.id,
        created_at=deployment.now,
        result=AttemptResult.REFUSED if code else AttemptResult.SUCCEEDED,
        code=code,
        email="ada@acme.test",
        checks=(Check(CheckName.ISSUER, not code, "https://a", "https://b"),),
    )
    deployment.container.table.write(record_attempt(attempt))
    return attempt


def test_attempts_are_listed_newest_first_of_one_connection_or_all(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    one, two = deployment.connection(acme), deployment.connection(acme)
    made = [add_attempt(deployment, connection).id for connection in (one, two, one, two, one)]
    root = f"/v1/organizations/{acme.id}"
    of_one = api("GET", f"{root}/connections/{one.id}/sign-in-attempts").json["data"]
    assert [a["id"] for a in of_one] == [made[4], made[2], made[0]]
    first = api("GET", f"{root}/sign-in-attempts?limit=2").json
    second = api("GET", f"{root}/sign-in-attempts?limit=3&after={first['list_metadata']['after']}").json
    assert [a["id"] for a in first["data"] + second["data"]] == made[::-1]
    assert second["list_metadata"]["after"] is None


def test_an_attempt_tells_why_it_was_refused(api: Caller, deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    attempt = add_attempt(deployment, connection, "saml_issuer_mismatch")
    root = f"/v1/organizations/{acme.id}"
    found = api("GET", f"{root}/connections/{connection.id}/sign-in-attempts/{attempt.id}").json
    assert (found["result"], found["code"], found["email"]) == ("refused", "saml_issuer_mismatch", "ada@acme.test")
    assert found["checks"] == [{"name": "issuer", "passed": False, "expected": "https://a", "received": "https://b"}]
    assert api("GET", f"{root}/sign-in-attempts/{attempt.id}").json == found


def test_an_attempt_has_an_etag_that_never_changes(api: Caller, deployment: Deployment, acme: Organization) -> None:
    attempts = [add_attempt(deployment, deployment.connection(acme)) for _ in range(2)]
    paths = [f"/v1/organizations/{acme.id}/sign-in-attempts/{attempt.id}" for attempt in attempts]
    first, second = (api("GET", path).etag for path in paths)
    assert first != second
    deployment.later(days=1)
    assert api("GET", paths[0]).etag == first


def test_an_attempt_is_kept_thirty_days(api: Caller, deployment: Deployment, acme: Organization) -> None:
    attempt = add_attempt(deployment, deployment.connection(acme))
    deployment.later(days=30)
    assert api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts/{attempt.id}").status == 404
    assert api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts").json["data"] == []


def test_an_attempt_of_another_organization_is_not_there(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    foreign = add_attempt(deployment, deployment.connection(deployment.organization("other.test")))
    deployment.connection(acme)
    root = f"/v1/organizations/{acme.id}"
    assert api("GET", f"{root}/sign-in-attempts/{foreign.id}").status == 404
    assert api("GET", f"{root}/sign-in-attempts/nonsense").status == 404
    assert api("GET", f"{root}/connections/{foreign.connection_id}/sign-in-attempts/{foreign.id}").status == 404


def kept(deployment: Deployment, connection: Connection, **values: object) -> Attempt:
    attempt = replace(add_attempt(deployment, connection, "saml_audience_mismatch"), **values)  # type: ignore[arg-type]
    deployment.container.table.write(record_attempt(attempt))
    return attempt


def ids(answer: Reply) -> list[str]:
    return [attempt["id"] for attempt in answer.json["data"]]


def test_an_attempt_tells_the_claimed_address_where_none_was_verified(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    attempt = kept(deployment, deployment.connection(acme), email=None, claimed_email="typed@acme.test")
    found = api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts/{attempt.id}").json
    assert (found["email"], found["claimed_email"]) == (None, "typed@acme.test")


@pytest.mark.parametrize("of_connection", [True, False])
def test_attempts_are_found_by_address_verified_or_claimed_result_code_and_time(
    api: Caller, deployment: Deployment, acme: Organization, *, of_connection: bool
) -> None:
    connection = deployment.connection(acme)
    deployment.connection(acme)
    signed_in = add_attempt(deployment, connection)
    verified = kept(deployment, connection, email="eve@acme.test")
    claimed = kept(deployment, connection, email=None, claimed_email="eve@acme.test", code="saml_unsigned")
    root = f"/v1/organizations/{acme.id}"
    path = f"{root}/connections/{connection.id}/sign-in-attempts" if of_connection else f"{root}/sign-in-attempts"
    moment = verified.created_at.isoformat().replace("+00:00", "Z")
    for query, wanted in {
        "email=EVE@acme.test": [claimed, verified],
        "email=nobody@acme.test": [],
        "result=succeeded": [signed_in],
        "result=refused&code=saml_unsigned": [claimed],
        f"from={moment}": [claimed, verified],
        f"to={moment}": [signed_in],
        f"from={moment}&to={moment}": [],
        "to=9999-12-31T23:59:59Z&limit=1": [claimed],
    }.items():
        assert ids(api("GET", f"{path}?{query}")) == [attempt.id for attempt in wanted], query


@pytest.mark.parametrize(
    "query", ["email=eve", "email=", "result=maybe", "code=nonsense", "from=yesterday", "to=2026-11-23", "result="]
)
def test_a_filter_that_cannot_be_used_is_named(
    api: Caller, deployment: Deployment, acme: Organization, query: str
) -> None:
    answer = api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts?{query}")
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{query.partition('=')[0]}"]


def test_filtered_pages_over_several_connections_hold_each_attempt_once_newest_first(
    api: Caller, deployment: Deployment, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.sign_in_attempts.service._SEARCHED_AT_ONCE", 3)
    connections = [deployment.connection(acme) for _ in range(3)]
    wanted = []
    for at in range(24):
        email = "eve@acme.test" if at % 4 == 0 else "ada@acme.test"
        attempt = kept(deployment, connections[at % 5 % 3], email=email)
        wanted += [attempt.id] if at % 4 == 0 else []
    found: list[str] = []
    after = ""
    for _ in range(30):
        path = f"/v1/organizations/{acme.id}/sign-in-attempts?email=eve@acme.test&limit=2{after}"
        answer = api("GET", path)
        found += ids(answer)
        if answer.json["list_metadata"]["after"] is None:
            break
        after = f"&after={answer.json['list_metadata']['after']}"
    assert found == wanted[::-1]
