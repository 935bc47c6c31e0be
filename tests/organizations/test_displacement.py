"""Who verifies a domain owns its addresses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import Action
from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, NotFound, NotSignedIn, Stale, Unavailable
from chalicelib.invitations.model import LinkPurpose
from chalicelib.organizations import displacement
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization, Plan
from chalicelib.organizations.takeover_store import takeover_lookup
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import address_lookup
from tests.support.deployment import PASSWORD, Deployment


def verify(deployment: Deployment, domain: str = "victim.test") -> Organization:
    """A new customer whose domain the deployment's key verifies."""
    return deployment.container.organizations.create(
        name="Victim", plan=Plan.ENTERPRISE, domains=[domain], now=deployment.now
    )


def displaced_in_log(deployment: Deployment, organization: Organization) -> list[str]:
    wanted = AuditFilter(action=Action.USER_DISPLACED)
    found = deployment.container.audit_log.page(organization.id, wanted, deployment.now, limit=100, after=None)
    return [sealed.event.object_id for sealed in found.values]


@pytest.fixture
def squatter_home(deployment: Deployment) -> Organization:
    return deployment.organization("squatter.test")


@pytest.fixture
def squatter(deployment: Deployment, squatter_home: Organization) -> User:
    return deployment.user(squatter_home, "ceo@victim.test", Role.ADMIN)


def test_verifying_a_domain_disables_foreign_users_in_it_ends_their_sessions_and_tells_it(
    deployment: Deployment, squatter_home: Organization, squatter: User
) -> None:
    container = deployment.container
    deployment.user(squatter_home, "boss@squatter.test", Role.ADMIN)
    session = container.passwords.sign_in(squatter.email, PASSWORD, source="192.0.2.1", now=deployment.now)
    invitation = container.links.invite(squatter_home.id, squatter.id, deployment.now)
    verify(deployment)
    found = deployment.reload_user(squatter)
    assert (found.status, found.displaced_at) == (UserStatus.DISABLED, deployment.now)
    with pytest.raises(NotSignedIn):
        container.sessions.find(session.cookie, deployment.now)
    with pytest.raises(NotSignedIn):
        container.passwords.sign_in(squatter.email, PASSWORD, source="192.0.2.1", now=deployment.now)
    with pytest.raises(NotFound):
        container.links.open(invitation.url.rpartition("/")[2], LinkPurpose.INVITATION, deployment.now)
    assert displaced_in_log(deployment, squatter_home) == [squatter.id]


def test_the_change_of_an_organization_displaces_like_its_creation(deployment: Deployment, squatter: User) -> None:
    victim = deployment.organization(None)
    deployment.container.organizations.change(victim.id, {"domains": ["victim.test"]}, deployment.now)
    assert deployment.reload_user(squatter).displaced_at is not None


def test_users_of_the_organization_itself_and_of_other_domains_stay(
    deployment: Deployment, squatter_home: Organization
) -> None:
    victim = deployment.organization(None)
    own = deployment.user(victim, "own@victim.test")
    others = [deployment.user(squatter_home, f"x@{domain}") for domain in ("squatter.test", "sub.victim.test")]
    deployment.container.organizations.change(victim.id, {"domains": ["victim.test"]}, deployment.now)
    assert [deployment.reload_user(user) for user in (own, *others)] == [own, *others]


def test_the_address_is_free_for_its_owner_and_nothing_of_the_old_account_comes_with_it(
    deployment: Deployment, squatter: User
) -> None:
    victim = verify(deployment)
    rightful = deployment.container.users.create(organization_id=victim.id, email=squatter.email, now=deployment.now)
    assert (rightful.role, rightful.password_hash) == (Role.MEMBER, None)
    assert rightful.id != squatter.id
    found = deployment.container.home_realm_discovery.discover(squatter.email, deployment.now)
    assert found.user == rightful


def test_an_organization_may_lose_its_last_admin_this_way_and_its_count_is_right(
    deployment: Deployment, squatter_home: Organization
) -> None:
    container = deployment.container
    made = container.users.create(
        organization_id=squatter_home.id, email="only@victim.test", role=Role.ADMIN, now=deployment.now
    )
    assert container.organizations.get(squatter_home.id).active_admins == 1
    verify(deployment)
    assert container.organizations.get(squatter_home.id).active_admins == 0
    assert deployment.reload_user(made).status is UserStatus.DISABLED


def test_a_displaced_user_is_not_enabled_with_the_address_but_with_another(
    deployment: Deployment, squatter_home: Organization, squatter: User
) -> None:
    victim, users = verify(deployment), deployment.container.users
    with pytest.raises(Conflict) as refused:
        users.change(squatter_home.id, squatter.id, {"status": UserStatus.ACTIVE}, deployment.now)
    assert refused.value.code == "email_domain_taken"
    rightful = users.create(organization_id=victim.id, email=squatter.email, now=deployment.now)
    moved = users.change(
        squatter_home.id, squatter.id, {"email": "ceo@squatter.test", "status": UserStatus.ACTIVE}, deployment.now
    )
    assert (moved.displaced_at, moved.status) == (None, UserStatus.ACTIVE)
    (entry,) = deployment.container.table.read(address_lookup(squatter.email))
    assert entry is not None
    assert entry.user_id == rightful.id


def test_removing_a_displaced_user_leaves_the_addresss_new_owner_alone(
    deployment: Deployment, squatter_home: Organization, squatter: User
) -> None:
    victim, users = verify(deployment), deployment.container.users
    rightful = users.create(organization_id=victim.id, email=squatter.email, now=deployment.now)
    users.change(squatter_home.id, squatter.id, {"name": "Nobody"}, deployment.now)
    users.delete(squatter_home.id, squatter.id, deployment.now)
    assert deployment.container.home_realm_discovery.discover(squatter.email, deployment.now).user == rightful


def test_a_domain_given_up_lets_the_displaced_user_back(
    deployment: Deployment, squatter_home: Organization, squatter: User
) -> None:
    container = deployment.container
    victim = verify(deployment)
    container.organizations.change(victim.id, {"domains": []}, deployment.now)
    back = container.users.change(squatter_home.id, squatter.id, {"status": UserStatus.ACTIVE}, deployment.now)
    assert container.home_realm_discovery.discover(squatter.email, deployment.now).user == back


@pytest.mark.parametrize("by", ["the same change again", "the schedule"])
def test_more_users_than_one_request_displaces_are_displaced_by_the_next(
    deployment: Deployment, squatter_home: Organization, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(displacement, "MAX_DISPLACED", 10)
    monkeypatch.setattr(displacement, "_PAGE", 7)
    squatters = [deployment.user(squatter_home, f"u{number}@victim.test") for number in range(50)]
    victim = verify(deployment)
    left = [user for user in squatters if deployment.reload_user(user).displaced_at is None]
    assert 0 < len(left) <= 40
    for user in left:
        with pytest.raises(NotSignedIn):
            deployment.container.passwords.sign_in(user.email, PASSWORD, source=user.id, now=deployment.now)
    if by == "the schedule":
        deployment.container.cleanup.run(deployment.now, lambda: True)
    else:
        for _ in range(6):
            deployment.container.organizations.change(victim.id, {"domains": ["victim.test"]}, deployment.now)
    assert {deployment.reload_user(user).status for user in squatters} == {UserStatus.DISABLED}
    assert deployment.container.table.read(takeover_lookup("victim.test")) == (None,)
    assert sorted(displaced_in_log(deployment, squatter_home)) == sorted(user.id for user in squatters)


def test_a_user_not_displaced_yet_gives_up_the_address_when_the_owner_takes_it(
    deployment: Deployment, squatter: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(displacement, "MAX_DISPLACED", 0)
    victim = verify(deployment)
    assert deployment.reload_user(squatter).displaced_at is None
    deployment.container.users.create(organization_id=victim.id, email=squatter.email, now=deployment.now)
    assert deployment.reload_user(squatter).status is UserStatus.DISABLED


@pytest.mark.parametrize("allowed", range(1, 7))
def test_a_pass_that_is_cut_off_at_any_write_is_finished_by_the_next(
    deployment: Deployment, squatter_home: Organization, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    monkeypatch.setattr(displacement, "_PAGE", 2)
    squatters = [deployment.user(squatter_home, f"u{number}@victim.test") for number in range(6)]
    victim, write, done = deployment.organization(None), Table.write, list[int]()

    def cut_off(table: Table, *writes: Any) -> None:
        if len(done) == allowed:
            raise Unavailable(private="cut off")
        done.append(1)
        write(table, *writes)

    with monkeypatch.context() as patched:
        patched.setattr(Table, "write", cut_off)
        deployment.container.organizations.change(victim.id, {"domains": ["victim.test"]}, deployment.now)
    deployment.container.cleanup.run(deployment.now, lambda: True)
    assert all(deployment.reload_user(user).displaced_at for user in squatters)
    assert sorted(displaced_in_log(deployment, squatter_home)) == sorted(user.id for user in squatters)


@pytest.mark.usefixtures("atomic_aws")
def test_a_user_made_while_the_domain_is_verified_does_not_slip_through(
    deployment: Deployment, squatter_home: Organization
) -> None:
    container, now = deployment.container, deployment.now

    def squat(number: int) -> str:
        try:
            container.users.create(organization_id=squatter_home.id, email=f"u{number}@victim.test", now=now)
        except Conflict as conflict:
            return conflict.code
        return ""

    with ThreadPoolExecutor(4) as pool:
        squats = [pool.submit(squat, number) for number in range(12)]
        victim = verify(deployment)
        assert {each.result() for each in squats} <= {"", "email_domain_taken"}
    assert container.table.read(domain_lookup("victim.test")) == (victim.id,)
    users = container.users.page(squatter_home.id, limit=100).values
    assert {user.status for user in users} <= {UserStatus.DISABLED}


def test_a_member_changed_meanwhile_is_displaced_all_the_same(
    deployment: Deployment, squatter_home: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    squatters = [deployment.user(squatter_home, f"u{number}@victim.test") for number in range(3)]
    tried, attempt = list[int](), displacement.Displacement._displace_in_one_transaction

    def raced(self: Any, organization_id: str, entries: Any, takeover: Any, now: Any) -> None:
        tried.append(1)
        if len(tried) < 3:
            raise Stale
        attempt(self, organization_id, entries, takeover, now)

    monkeypatch.setattr(displacement.Displacement, "_displace_in_one_transaction", raced)
    verify(deployment)
    assert all(deployment.reload_user(user).displaced_at for user in squatters)


def test_users_of_an_organization_that_is_being_deleted_give_their_addresses_up(
    deployment: Deployment, squatter_home: Organization, squatter: User
) -> None:
    from chalicelib.organizations.store import mark_deleted

    container = deployment.container
    container.table.write(mark_deleted(squatter_home.id, deployment.now))
    victim = verify(deployment)
    rightful = container.users.create(organization_id=victim.id, email=squatter.email, now=deployment.now)
    container.organizations.delete(squatter_home.id, deployment.now)
    assert container.home_realm_discovery.discover(squatter.email, deployment.now).user == rightful
