"""The daily metadata refresh takes organizations in turn, and none uses up the time of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.idp_metadata.refresh import MAX_SECONDS_PER_ORGANIZATION, in_turns
from tests.support.deployment import NOW, Deployment
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.wrong_imports import ONE, describe

SLOW, QUICK = "https://slow.test/metadata", "https://quick.test/metadata"


class Clock:
    """Seconds that pass only while a slow address is read."""

    def __init__(self, site: MetadataSite, seconds: float) -> None:
        self.site, self.seconds = site, seconds

    def __call__(self) -> float:
        return self.site.asked.count(SLOW) * self.seconds


def several(deployment: Deployment, *, slow: int, quick: int) -> MetadataSite:
    """One organization with slow addresses, made first, and others with a quick one each."""
    site = site_of(deployment)
    site.pages = {SLOW: describe(ONE).encode(), QUICK: describe(ONE).encode()}
    first = deployment.organization("slow.test")
    for _ in range(slow):
        deployment.connection(first, metadata_url=SLOW, identity_provider_issuer="https://idp.test")
    for number in range(quick):
        other = deployment.organization(f"quick{number}.test")
        deployment.connection(other, metadata_url=QUICK, identity_provider_issuer="https://idp.test")
    return site


def test_one_organizations_slow_addresses_leave_time_for_the_others(deployment: Deployment) -> None:
    site = several(deployment, slow=6, quick=3)
    refresh = replace(deployment.container.metadata_refresh, monotonic=Clock(site, 25.0))
    looks = refresh.run(deployment.now, lambda: len(site.asked) < 5)
    assert looks == 5
    assert site.asked.count(QUICK) == 3


def test_an_organization_that_had_its_share_goes_on_in_the_next_run(deployment: Deployment) -> None:
    site = several(deployment, slow=6, quick=1)
    refresh = replace(deployment.container.metadata_refresh, monotonic=Clock(site, MAX_SECONDS_PER_ORGANIZATION / 2))
    counts = []
    for _ in range(4):
        site.asked.clear()
        refresh.run(deployment.now, lambda: True)
        counts.append((site.asked.count(SLOW), site.asked.count(QUICK)))
        deployment.later(hours=1)
    assert counts == [(2, 1), (2, 0), (2, 0), (0, 0)]


def test_those_not_read_for_longest_come_first_and_each_organization_in_turn(deployment: Deployment) -> None:
    made = [deployment.connection(deployment.organization(f"org{number}.test")) for number in range(3)]
    second = replace(made[0], id="conn_second")
    due = [(made[0], NOW), (second, NOW - timedelta(days=3)), (made[1], NOW - timedelta(days=1)), (made[2], None)]
    assert in_turns(due) == [made[2], second, made[1], made[0]]
