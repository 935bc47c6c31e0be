from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, SsoError, Stale
from chalicelib.invitations.model import LinkPurpose
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import change_user, note_sign_in
from tests.support.deployment import Deployment
from tests.support.round_trip import identity_provider

NEW = "another fine password"
INVITATION, RESET = LinkPurpose.INVITATION, LinkPurpose.PASSWORD


@pytest.fixture
def user(deployment: Deployment) -> User:
    return deployment.user(deployment.organization(), "a@acme.test", password_hash=None)


def invite(deployment: Deployment, user: User) -> str:
    url = deployment.container.links.invite(user.organization_id, user.id, deployment.now).url
    start, _, code = url.rpartition("/")
    assert start == "https://sso.example.test/api/invitation"
    return code


def test_a_link_sets_the_password_and_signs_in(deployment: Deployment, user: User) -> None:
    made = deployment.container.links.set_password(invite(deployment, user), INVITATION, NEW, deployment.now)
    found = deployment.container.sessions.find(made.cookie, deployment.now)
    assert (found.user.id, found.session.method) == (user.id, AuthenticationMethod.PASSWORD)
    assert found.user.last_sign_in_at == deployment.now
    assert deployment.container.passwords.sign_in(user.email, NEW, source="192.0.2.1", now=deployment.now).cookie


def test_opening_a_link_does_not_use_it_up(deployment: Deployment, user: User) -> None:
    code = invite(deployment, user)
    for _ in range(3):
        assert deployment.container.links.open(code, INVITATION, deployment.now).user.id == user.id


def test_a_link_works_once(deployment: Deployment, user: User) -> None:
    code = invite(deployment, user)
    deployment.container.links.set_password(code, INVITATION, NEW, deployment.now)
    with pytest.raises(NotFound) as refused:
        deployment.container.links.set_password(code, INVITATION, "yet another password", deployment.now)
    assert refused.value.code == "link_is_void"


@pytest.mark.usefixtures("atomic_aws")
def test_of_two_who_use_a_link_at_once_one_gets_in(deployment: Deployment, user: User) -> None:
    code = invite(deployment, user)

    def used(password: str) -> bool:
        try:
            deployment.container.links.set_password(code, INVITATION, password, deployment.now)
        except SsoError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(used, [f"{NEW} {number}" for number in range(4)])) == 1


def test_a_link_is_void_after_24_hours(deployment: Deployment, user: User) -> None:
    code = invite(deployment, user)
    deployment.later(hours=24)
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


@pytest.mark.parametrize("change", [{"role": Role.ADMIN}, {"status": UserStatus.DISABLED}])
def test_a_link_is_void_once_its_user_changed(deployment: Deployment, user: User, change: dict[str, Any]) -> None:
    code = invite(deployment, user)
    changed = replace(user, epoch=user.epoch + 1, **change)
    deployment.container.table.write(*change_user(changed, before=user))
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


def test_a_link_is_good_for_its_own_purpose_only(deployment: Deployment, user: User) -> None:
    with pytest.raises(NotFound):
        deployment.container.links.open(invite(deployment, user), RESET, deployment.now)


@pytest.mark.parametrize("code", ["", "x", "ü" * 40, "../../x", "a" * 5000])
def test_an_invented_code_opens_nothing(deployment: Deployment, user: User, code: str) -> None:
    invite(deployment, user)
    with pytest.raises(NotFound):
        deployment.container.links.open(code, INVITATION, deployment.now)


def test_a_member_who_must_use_single_sign_on_never_gets_a_password(deployment: Deployment) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    user = deployment.user(organization, "a@acme.test", password_hash=None)
    code = invite(deployment, user)
    with pytest.raises(NotAllowed) as refused:
        deployment.container.links.set_password(code, INVITATION, NEW, deployment.now)
    assert refused.value.code == "sso_required"
    with pytest.raises(NotAllowed):
        deployment.container.links.password_link(organization.id, user.id, deployment.now)
    assert deployment.reload_user(user).password_hash is None


def test_an_unusable_password_leaves_the_link_good(deployment: Deployment, user: User) -> None:
    code = invite(deployment, user)
    with pytest.raises(Invalid):
        deployment.container.links.set_password(code, INVITATION, "short", deployment.now)
    assert deployment.container.links.open(code, INVITATION, deployment.now).user.id == user.id


def test_a_new_password_by_link_ends_every_session(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    old = deployment.container.passwords.sign_in(
        user.email, "correct horse battery", source="192.0.2.1", now=deployment.now
    )
    url = deployment.container.links.password_link(user.organization_id, user.id, deployment.now).url
    deployment.container.links.set_password(url.rpartition("/")[2], RESET, NEW, deployment.now)
    with pytest.raises(NotSignedIn):
        deployment.container.sessions.find(old.cookie, deployment.now)


def test_an_invitation_is_used_up_by_a_sign_in_through_the_identity_provider(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    user = deployment.user(idp.organization, "a@acme.test", password_hash=None)
    before = invite(deployment, user)
    deployment.later(seconds=1)
    idp.sign_in("a@acme.test")
    with pytest.raises(NotFound) as refused:
        deployment.container.links.open(before, INVITATION, deployment.now)
    assert refused.value.code == "link_is_void"
    deployment.later(seconds=1)
    after = invite(deployment, user)
    assert deployment.container.links.open(after, INVITATION, deployment.now).user.id == user.id


def test_a_sign_in_between_opening_an_invitation_and_using_it_wins(
    deployment: Deployment, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    links, code = deployment.container.links, invite(deployment, user)
    deployment.later(seconds=1)
    opened = links.open(code, INVITATION, deployment.now)
    deployment.container.table.write(note_sign_in(user, deployment.now, with_password=False))
    monkeypatch.setattr(type(links), "open", lambda *_: opened)
    with pytest.raises(Stale):
        links.set_password(code, INVITATION, NEW, deployment.now)
    assert deployment.reload_user(user).password_hash is None


def test_a_password_link_outlasts_a_sign_in(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    made = deployment.container.links.password_link(user.organization_id, user.id, deployment.now)
    deployment.later(seconds=1)
    deployment.container.table.write(note_sign_in(user, deployment.now, with_password=False))
    code = made.url.rpartition("/")[2]
    assert deployment.container.links.open(code, RESET, deployment.now).user.id == user.id


def test_a_disabled_user_gets_no_link_and_it_is_said_why(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test", status=UserStatus.DISABLED)
    for make in (deployment.container.links.invite, deployment.container.links.password_link):
        with pytest.raises(Conflict) as refused:
            make(user.organization_id, user.id, deployment.now)
        assert refused.value.code == "user_disabled"


def test_a_link_that_is_made_is_an_event_without_its_code(deployment: Deployment, user: User) -> None:
    made = deployment.container.links.invite(user.organization_id, user.id, deployment.now)
    log = deployment.container.audit_log
    (line, *_), _ = log.lines(user.organization_id, AuditFilter(), deployment.now, after=None)
    assert made.link.id in line
    assert made.url.rpartition("/")[2] not in line + repr(made)


def test_only_a_users_own_organization_can_invite_them(deployment: Deployment, user: User) -> None:
    other = deployment.organization(domain="other.test")
    with pytest.raises(NotFound):
        deployment.container.links.invite(other.id, user.id, deployment.now)
