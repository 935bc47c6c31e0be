"""Lambda answers with 6 MB at most, its own JSON around ours included: lists are cut before, and go on."""

from __future__ import annotations

import json
from typing import Final

import pytest

from chalicelib.audit_log import service as audit_log
from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.support.api import Caller
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

LAMBDA_BYTES: Final = 6_291_556


@pytest.mark.parametrize("character", ["\U0001f600", '"'])
def test_a_list_of_large_objects_is_cut_below_lambdas_limit_and_goes_on(
    api: Caller, deployment: Deployment, acme: Organization, character: str
) -> None:
    connection = deployment.connection(acme)
    made = []
    for number in range(24):
        deployment.later(seconds=1)
        checks = tuple(Check(name, False, character * 1000, character * 1000) for name in (*CheckName,) * 3)
        attempt = Attempt(
            id=new_id("att", now=deployment.now),
            organization_id=acme.id,
            connection_id=connection.id,
            created_at=deployment.now,
            result=AttemptResult.REFUSED,
            email=f"{number}@acme.test",
            checks=checks,
        )
        deployment.container.table.write(record_attempt(attempt))
        made.append(attempt.id)
    path = f"/v1/organizations/{acme.id}/connections/{connection.id}/sign-in-attempts?limit=100"
    found: list[str] = []
    after, pages = "", 0
    while pages < 24:
        reply = api("GET", path + after)
        assert len(json.dumps({"statusCode": 200, "body": reply.body.decode()})) < LAMBDA_BYTES
        found += [attempt["id"] for attempt in reply.json["data"]]
        pages += 1
        if (last := reply.json["list_metadata"]["after"]) is None:
            break
        after = f"&after={last}"
    assert pages > 1
    assert found == made[::-1]


def test_an_export_stays_below_lambdas_limit(api: Caller, deployment: Deployment, acme: Organization) -> None:
    for number in range(12):
        deployment.later(seconds=1)
        api("PATCH", f"/v1/organizations/{acme.id}", {"name": '"' * (190 + number % 2)})
    reply = api("GET", f"/v1/organizations/{acme.id}/audit-events/export")
    inflated = len(json.dumps({"body": reply.body.decode()})) / len(reply.body)
    assert inflated * audit_log._MAX_BYTES < LAMBDA_BYTES
