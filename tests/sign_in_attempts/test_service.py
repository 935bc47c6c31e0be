"""Searching attempts; lists and single ones are looked at over HTTP (tests/sign_in_attempts/test_api.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.errors import NotFound
from chalicelib.identifier import new_id
from chalicelib.sign_in_attempts import service as attempts
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.support.deployment import Deployment


def made(deployment: Deployment, connection_id: str, organization_id: str, number: int) -> list[str]:
    """So many attempts, every third by Ada; the IDs of Ada's, newest first."""
    attempt = Attempt("", organization_id, connection_id, deployment.now, AttemptResult.SUCCEEDED)
    ids = []
    for at in range(number):
        deployment.later(seconds=1)
        one = replace(
            attempt,
            id=new_id("att", now=deployment.now),
            created_at=deployment.now,
            email="ada@acme.test" if at % 3 == 0 else "bob@acme.test",
        )
        deployment.container.table.write(record_attempt(one))
        if at % 3 == 0:
            ids.append(one.id)
    return ids[::-1]


def test_pages_of_what_was_searched_hold_each_once_newest_first(deployment: Deployment) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    acme = deployment.container.organizations.get(acme.id)
    wanted = made(deployment, connection.id, acme.id, 20)
    found: list[str] = []
    after: str | None = None
    for _ in range(10):
        page = deployment.container.attempts.search(
            acme, connection.id, AttemptFilter(who="ada"), deployment.now, limit=3, after=after
        )
        found += [attempt.id for attempt in page.values]
        after = page.after
        if after is None:
            break
    assert found == wanted


def test_a_search_ends_where_the_days_do(deployment: Deployment) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    acme = deployment.container.organizations.get(acme.id)
    made(deployment, connection.id, acme.id, 3)
    deployment.later(days=2)
    newer = made(deployment, connection.id, acme.id, 1)
    wanted = AttemptFilter(first=deployment.now.date())
    page = deployment.container.attempts.search(acme, connection.id, wanted, deployment.now, limit=50, after=None)
    assert [attempt.id for attempt in page.values] == newer
    assert page.after is None


def test_a_search_begins_at_the_last_wanted_day(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy customer's day of last week lies behind more attempts than one search looks at."""
    acme = deployment.organization()
    connection = deployment.connection(acme)
    acme = deployment.container.organizations.get(acme.id)
    wanted = AttemptFilter(first=deployment.now.date(), last=deployment.now.date())
    older = made(deployment, connection.id, acme.id, 1)
    deployment.later(days=2)
    made(deployment, connection.id, acme.id, 9)
    monkeypatch.setattr(attempts, "_SEARCHED_AT_ONCE", 2)
    monkeypatch.setattr(attempts, "_MAX_SEARCHES", 1)
    page = deployment.container.attempts.search(acme, connection.id, wanted, deployment.now, limit=5, after=None)
    assert [attempt.id for attempt in page.values] == older


@pytest.mark.parametrize("last", [date.max, date.min, date(1969, 1, 1), date(9000, 1, 1)])
def test_an_implausible_last_day_is_searched(deployment: Deployment, last: date) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    acme = deployment.container.organizations.get(acme.id)
    found = made(deployment, connection.id, acme.id, 1)
    wanted = AttemptFilter(last=last)
    page = deployment.container.attempts.search(acme, connection.id, wanted, deployment.now, limit=5, after=None)
    assert [attempt.id for attempt in page.values] == (found if last > deployment.now.date() else [])


def test_another_organizations_connection_cannot_be_searched(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    other = deployment.organization("other.test")
    with pytest.raises(NotFound):
        deployment.container.attempts.search(other, connection.id, AttemptFilter(), deployment.now, limit=5, after=None)
