"""Fetches of metadata are counted by source and caller together; schedules aren't counted."""

from __future__ import annotations

import pytest

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.errors import TooManyRequests
from chalicelib.idp_metadata.metered_fetch import FREE_FETCHES
from chalicelib.request_context import RequestContext, bind
from tests.support.deployment import Deployment
from tests.support.metadata_site import site_of
from tests.support.wrong_imports import ONE, URL, describe


def fetches(deployment: Deployment, source: str | None, actor: Actor, count: int) -> int:
    """How many of so many fetches are let through."""
    done = 0
    with bind(RequestContext(source=source, actor=actor)):
        for _ in range(count):
            try:
                deployment.container.imports.parse(URL, None, deployment.now)
            except TooManyRequests:
                return done
            done += 1
    return done


def test_only_the_same_source_and_caller_wait_after_sixty(deployment: Deployment) -> None:
    site_of(deployment).pages[URL] = describe(ONE).encode()
    guest, other = Actor(ActorKind.SETUP_LINK, "link_a"), Actor(ActorKind.SETUP_LINK, "link_b")
    assert fetches(deployment, "192.0.2.1", guest, FREE_FETCHES + 5) == FREE_FETCHES
    assert fetches(deployment, "192.0.2.2", guest, 1) == 1
    assert fetches(deployment, "192.0.2.1", other, 1) == 1
    assert fetches(deployment, "192.0.2.1", Actor(ActorKind.API_KEY, "key_a"), 1) == 1
    deployment.later(hours=2)
    assert fetches(deployment, "192.0.2.1", guest, 1) == 1


def test_the_schedule_is_not_counted(deployment: Deployment) -> None:
    site_of(deployment).pages[URL] = describe(ONE).encode()
    schedule = Actor(ActorKind.SCHEDULE)
    assert fetches(deployment, None, schedule, FREE_FETCHES + 5) == FREE_FETCHES + 5


def test_what_is_pasted_is_not_counted(deployment: Deployment) -> None:
    with bind(RequestContext(source="192.0.2.1")), pytest.MonkeyPatch.context() as patched:
        patched.setattr("chalicelib.rate_limits.service.Limits.reserve", lambda *_: pytest.fail("counted"))
        assert deployment.container.imports.parse(describe(ONE), None, deployment.now).issuer
