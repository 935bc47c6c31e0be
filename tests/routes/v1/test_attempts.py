"""Sign-in attempts over HTTP."""

from __future__ import annotations

from chalicelib.adapters.attempts import record_attempt
from chalicelib.domain.attempt import Attempt, AttemptResult, Check, CheckName
from chalicelib.domain.connection import Connection
from chalicelib.domain.identifier import new_id
from chalicelib.domain.organization import Organization
from tests.deployment import Deployment
from tests.routes.v1.api import Caller


def attempted(deployment: Deployment, connection: Connection, code: str | None = None) -> Attempt:
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
    made = [attempted(deployment, connection).id for connection in (one, two, one, two, one)]
    root = f"/v1/organizations/{acme.id}"
    of_one = api("GET", f"{root}/connections/{one.id}/sign-in-attempts").json["data"]
    assert [a["id"] for a in of_one] == [made[4], made[2], made[0]]
    first = api("GET", f"{root}/sign-in-attempts?limit=2").json
    second = api("GET", f"{root}/sign-in-attempts?limit=3&after={first['list_metadata']['after']}").json
    assert [a["id"] for a in first["data"] + second["data"]] == made[::-1]
    assert second["list_metadata"]["after"] is None


def test_an_attempt_tells_why_it_was_refused(api: Caller, deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    attempt = attempted(deployment, connection, "saml_issuer_mismatch")
    root = f"/v1/organizations/{acme.id}"
    found = api("GET", f"{root}/connections/{connection.id}/sign-in-attempts/{attempt.id}").json
    assert (found["result"], found["code"], found["email"]) == ("refused", "saml_issuer_mismatch", "ada@acme.test")
    assert found["checks"] == [{"name": "issuer", "passed": False, "expected": "https://a", "received": "https://b"}]
    assert api("GET", f"{root}/sign-in-attempts/{attempt.id}").json == found


def test_an_attempt_has_an_etag_that_never_changes(api: Caller, deployment: Deployment, acme: Organization) -> None:
    attempts = [attempted(deployment, deployment.connection(acme)) for _ in range(2)]
    paths = [f"/v1/organizations/{acme.id}/sign-in-attempts/{attempt.id}" for attempt in attempts]
    first, second = (api("GET", path).etag for path in paths)
    assert first != second
    deployment.later(days=1)
    assert api("GET", paths[0]).etag == first


def test_an_attempt_is_kept_thirty_days(api: Caller, deployment: Deployment, acme: Organization) -> None:
    attempt = attempted(deployment, deployment.connection(acme))
    deployment.later(days=30)
    assert api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts/{attempt.id}").status == 404
    assert api("GET", f"/v1/organizations/{acme.id}/sign-in-attempts").json["data"] == []


def test_an_attempt_of_another_organization_is_not_there(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    foreign = attempted(deployment, deployment.connection(deployment.organization("other.test")))
    deployment.connection(acme)
    root = f"/v1/organizations/{acme.id}"
    assert api("GET", f"{root}/sign-in-attempts/{foreign.id}").status == 404
    assert api("GET", f"{root}/sign-in-attempts/nonsense").status == 404
    assert api("GET", f"{root}/connections/{foreign.connection_id}/sign-in-attempts/{foreign.id}").status == 404
