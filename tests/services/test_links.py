from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.users import change_user
from chalicelib.domain.link import LinkPurpose
from chalicelib.domain.session import AuthenticationMethod
from chalicelib.domain.user import Role, User, UserStatus
from chalicelib.errors import Invalid, NotAllowed, NotFound, NotSignedIn, SsoError
from tests.deployment import Deployment

NEW = "another fine password"
INVITATION, RESET = LinkPurpose.INVITATION, LinkPurpose.PASSWORD


@pytest.fixture
def user(deployment: Deployment) -> User:
    return deployment.user(deployment.organization(), "a@acme.test", password_hash=None)


def invited(deployment: Deployment, user: User) -> str:
    url = deployment.container.links.invite(user.organization_id, user.id, deployment.now)
    start, _, code = url.rpartition("/")
    assert start == "https://sso.example.test/api/invitation"
    return code


def test_a_link_sets_the_password_and_signs_in(deployment: Deployment, user: User) -> None:
    made = deployment.container.links.set_password(invited(deployment, user), INVITATION, NEW, deployment.now)
    found = deployment.container.sessions.find(made.cookie, deployment.now)
    assert (found.user.id, found.session.method) == (user.id, AuthenticationMethod.PASSWORD)
    assert found.user.last_sign_in_at == deployment.now
    assert deployment.container.passwords.sign_in(user.email, NEW, source="192.0.2.1", now=deployment.now).cookie


def test_opening_a_link_does_not_use_it_up(deployment: Deployment, user: User) -> None:
    code = invited(deployment, user)
    for _ in range(3):
        assert deployment.container.links.open(code, INVITATION, deployment.now).user.id == user.id


def test_a_link_works_once(deployment: Deployment, user: User) -> None:
    code = invited(deployment, user)
    deployment.container.links.set_password(code, INVITATION, NEW, deployment.now)
    with pytest.raises(NotFound) as refused:
        deployment.container.links.set_password(code, INVITATION, "yet another password", deployment.now)
    assert refused.value.code == "link_is_void"


@pytest.mark.usefixtures("atomic_aws")
def test_of_two_who_use_a_link_at_once_one_gets_in(deployment: Deployment, user: User) -> None:
    code = invited(deployment, user)

    def used(password: str) -> bool:
        try:
            deployment.container.links.set_password(code, INVITATION, password, deployment.now)
        except SsoError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(used, [f"{NEW} {number}" for number in range(4)])) == 1


def test_a_link_is_void_after_24_hours(deployment: Deployment, user: User) -> None:
    code = invited(deployment, user)
    deployment.later(hours=24)
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


@pytest.mark.parametrize("change", [{"role": Role.ADMIN}, {"status": UserStatus.DISABLED}])
def test_a_link_is_void_once_its_user_changed(deployment: Deployment, user: User, change: dict[str, Any]) -> None:
    code = invited(deployment, user)
    changed = replace(user, epoch=user.epoch + 1, **change)
    deployment.container.table.write(*change_user(changed, before=user))
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


def test_a_link_is_good_for_its_own_purpose_only(deployment: Deployment, user: User) -> None:
    with pytest.raises(NotFound):
        deployment.container.links.open(invited(deployment, user), RESET, deployment.now)


@pytest.mark.parametrize("code", ["", "x", "ü" * 40, "../../x", "a" * 5000])
def test_an_invented_code_opens_nothing(deployment: Deployment, user: User, code: str) -> None:
    invited(deployment, user)
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


def test_a_member_who_must_use_single_sign_on_never_gets_a_password(deployment: Deployment) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    user = deployment.user(organization, "a@acme.test", password_hash=None)
    code = invited(deployment, user)
    with pytest.raises(NotAllowed) as refused:
        deployment.container.links.set_password(code, INVITATION, NEW, deployment.now)
    assert refused.value.code == "sso_required"
    with pytest.raises(NotAllowed):
        deployment.container.links.password_link(organization.id, user.id, deployment.now)
    assert deployment.stored(user).password_hash is None


def test_an_unusable_password_leaves_the_link_good(deployment: Deployment, user: User) -> None:
    code = invited(deployment, user)
    with pytest.raises(Invalid):
        deployment.container.links.set_password(code, INVITATION, "short", deployment.now)
    assert deployment.container.links.open(code, INVITATION, deployment.now).user.id == user.id


def test_a_new_password_by_link_ends_every_session(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    old = deployment.container.passwords.sign_in(
        user.email, "correct horse battery", source="192.0.2.1", now=deployment.now
    )
    url = deployment.container.links.password_link(user.organization_id, user.id, deployment.now)
    deployment.container.links.set_password(url.rpartition("/")[2], RESET, NEW, deployment.now)
    with pytest.raises(NotSignedIn):
        deployment.container.sessions.find(old.cookie, deployment.now)


def test_only_a_users_own_organization_can_invite_them(deployment: Deployment, user: User) -> None:
    other = deployment.organization(domain="other.test")
    with pytest.raises(NotFound):
        deployment.container.links.invite(other.id, user.id, deployment.now)
