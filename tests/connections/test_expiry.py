"""The daily look at identity providers' certificates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit_log.model import Action
from chalicelib.connections.expiry_notice import NOTICE_DAYS
from chalicelib.connections.model import Connection
from chalicelib.errors import Unavailable
from chalicelib.organizations.model import Plan
from tests.support.audit_log import events, faults
from tests.support.deployment import NOW, Deployment


def ending(deployment: Deployment, **span: float) -> Connection:
    """A connection of a new organization, whose certificate ends after this span."""
    organization = deployment.organization(None)
    connection = deployment.connection(organization)
    (facts,) = connection.certificates
    changed: Any = replace(facts, not_after=deployment.now + timedelta(**span))
    return deployment.connection(organization, certificates=(changed,))


def look(deployment: Deployment) -> int | None:
    return deployment.container.certificate_expiry.run(deployment.now, lambda: True)


def noted(deployment: Deployment, connection: Connection) -> list[int]:
    found = [e for e in events(deployment, connection.organization_id) if e.object_id == connection.id]
    days = [(e.after or {})["days"] for e in found if e.action is Action.CONNECTION_CERTIFICATE_EXPIRING]
    return sorted(days, reverse=True)


def test_each_notice_is_given_once_over_the_last_days(deployment: Deployment) -> None:
    connection = ending(deployment, days=70, hours=1)
    lowest = []
    for _ in range(75):
        lowest.append(look(deployment))
        look(deployment)
        deployment.later(days=1)
        deployment.container.audit_digests.run(deployment.now, lambda: True)
    assert noted(deployment, connection) == list(NOTICE_DAYS)
    assert lowest == [*range(70, 0, -1), *[0] * 5]
    assert faults(deployment, connection.organization_id) == ()


def test_days_that_were_missed_are_made_good_with_one_notice(deployment: Deployment) -> None:
    connection = ending(deployment, days=61)
    look(deployment)
    deployment.later(days=56)
    look(deployment)
    deployment.later(days=50)
    look(deployment)
    assert noted(deployment, connection) == [7, 0]


def test_a_check_that_ran_out_of_time_is_repeated_without_duplicate_notices(deployment: Deployment) -> None:
    connection = ending(deployment, days=5)
    assert deployment.container.certificate_expiry.run(deployment.now, lambda: False) is None
    assert look(deployment) == 5
    assert noted(deployment, connection) == [7]


def test_a_second_check_on_the_same_day_reads_one_item(deployment: Deployment) -> None:
    ending(deployment, days=5)
    look(deployment)
    deployment.calls.clear()
    assert look(deployment) is None
    assert deployment.calls == ["BatchGetItem"]


def test_an_interrupted_check_is_finished_by_the_next_run(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ending(deployment, days=5), ending(deployment, days=10)
    table = deployment.container.table
    record, done = type(table).commit, list[int]()

    def once(*arguments: Any, **named: Any) -> None:
        if done:
            raise Unavailable(private="cut off")
        done.append(1)
        record(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(type(table), "commit", once)
        with pytest.raises(Unavailable):
            look(deployment)
    look(deployment)
    assert (noted(deployment, first), noted(deployment, second)) == ([7], [14])


def test_an_old_certificate_beside_one_that_lasts_is_noted_and_is_no_danger(deployment: Deployment) -> None:
    connection = ending(deployment, days=5)
    (old,) = connection.certificates
    new = replace(old, sha256="f" * 64, not_after=deployment.now + timedelta(days=300))
    both = deployment.connection(deployment.organization(None), certificates=(old, new))
    deployment.container.connections.disable(
        deployment.container.connections.get(connection.organization_id, connection.id), deployment.now
    )
    assert look(deployment) == 300
    assert noted(deployment, both) == [7]


def test_only_those_whom_people_can_sign_in_through_are_checked(deployment: Deployment) -> None:
    connection = ending(deployment, days=5)
    deployment.container.organizations.change(connection.organization_id, {"plan": Plan.STANDARD}, deployment.now)
    assert look(deployment) is None
    assert noted(deployment, connection) == []


def test_a_connection_that_was_given_up_does_not_hide_the_next_that_ends(deployment: Deployment) -> None:
    ending(deployment, days=1)
    ending(deployment, days=50)
    found = {}
    for days in (0, 2, 30, 31, 40):
        deployment.clock[0] = NOW + timedelta(days=days)
        found[days] = look(deployment)
    assert found == {0: 1, 2: 0, 30: 0, 31: 19, 40: 10}
