"""Users: the rules that must hold also when two things happen at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.errors import Conflict, Invalid, NotFound, SsoError
from chalicelib.i18n.catalog import in_english
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import count_admins
from chalicelib.saml.assertion import NameID
from chalicelib.sign_in.subject_store import Subject, SubjectEntry, bind_subject, subject_lookup
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.service import UserChanges
from tests.support.deployment import Deployment


def _admin(deployment: Deployment, organization: Organization, email: str) -> User:
    return deployment.container.users.create(
        organization_id=organization.id, email=email, role=Role.ADMIN, now=deployment.now
    )


def _together(*acts: Callable[[], object]) -> list[str]:
    """The codes of what went wrong, "" for what didn't."""

    def outcome(act: Callable[[], object]) -> str:
        try:
            act()
        except SsoError as error:
            return error.code
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(outcome, acts))


@pytest.mark.usefixtures("atomic_aws")
@pytest.mark.parametrize("change", [{"role": Role.MEMBER}, {"status": UserStatus.DISABLED}, None])
def test_two_admins_who_demote_each_other_leave_one(deployment: Deployment, change: dict[str, object] | None) -> None:
    users, acme = deployment.container.users, deployment.organization()
    admins = [_admin(deployment, acme, f"admin{number}@acme.test") for number in range(2)]

    def lose(user: User) -> object:
        if change is None:
            users.delete(acme.id, user.id, deployment.now)
            return None
        return users.change(acme.id, user.id, change, deployment.now)  # type: ignore[arg-type]

    assert _together(*(lambda user=user: lose(user) for user in admins)) == ["", "last_admin"]
    left = users.page(acme.id, limit=10).values
    assert [user.is_active_admin for user in left].count(True) == 1
    assert deployment.container.organizations.get(acme.id).active_admins == 1


@pytest.mark.usefixtures("atomic_aws")
def test_of_two_who_take_an_address_at_once_one_gets_it(deployment: Deployment) -> None:
    users, acme = deployment.container.users, deployment.organization()

    def take() -> object:
        return users.create(organization_id=acme.id, email="ada@acme.test", now=deployment.now)

    assert _together(take, take, take) == ["", "email_taken", "email_taken"]
    assert len(users.page(acme.id, limit=10).values) == 1


@pytest.mark.usefixtures("atomic_aws")
def test_changes_of_different_fields_at_once_are_both_kept(deployment: Deployment) -> None:
    users, acme = deployment.container.users, deployment.organization()
    user = users.create(organization_id=acme.id, email="ada@acme.test", now=deployment.now)
    outcomes = _together(
        lambda: users.change(acme.id, user.id, {"name": "Ada"}, deployment.now),
        lambda: users.change(acme.id, user.id, {"role": Role.ADMIN}, deployment.now),
    )
    found = users.get(acme.id, user.id)
    assert outcomes == ["", ""]
    assert (found.name, found.role, found.version) == ("Ada", Role.ADMIN, 3)


def test_no_user_joins_an_organization_that_is_being_deleted(deployment: Deployment) -> None:
    acme = deployment.organization()
    deployment.container.organizations.delete(acme.id, deployment.now)
    for role in Role:
        with pytest.raises(NotFound):
            deployment.container.users.create(
                organization_id=acme.id, email="ada@acme.test", role=role, now=deployment.now
            )


def test_an_unchanged_password_field_ends_nothing_a_new_one_does(deployment: Deployment) -> None:
    users, acme = deployment.container.users, deployment.organization()
    user = users.create(organization_id=acme.id, email="ada@acme.test", now=deployment.now)
    assert users.change(acme.id, user.id, {"name": "Ada", "role": Role.MEMBER}, deployment.now).epoch == user.epoch
    changed = users.change(acme.id, user.id, {"password": "correct horse battery"}, deployment.now)
    assert (changed.epoch, changed.password_hash is not None) == (user.epoch + 1, True)
    assert users.change(acme.id, user.id, {"password": None}, deployment.now).password_hash is None


@pytest.mark.parametrize("password", ["short", "a" * 257, "aaaaaaaaaaaaaaaa", "ada@acme.test1"])
def test_a_password_that_is_easy_to_guess_or_too_long_is_refused(deployment: Deployment, password: str) -> None:
    acme = deployment.organization()
    with pytest.raises(Invalid) as refused:
        deployment.container.users.create(
            organization_id=acme.id, email="ada@acme.test", password=password, now=deployment.now
        )
    assert [error.pointer for error in refused.value.errors] == ["/password"]
    assert password not in str(refused.value) + in_english(refused.value.public)


@pytest.mark.parametrize("removed", [True, False], ids=["removed", "unlinked"])
def test_a_name_id_is_free_again_once_its_user_is_gone_or_unlinked(deployment: Deployment, *, removed: bool) -> None:
    acme = deployment.organization()
    user = deployment.user(acme, "ada@acme.test")
    connection = deployment.connection(acme)
    name_id = NameID("abc", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
    subject = Subject(connection.id, "https://idp.acme.test", name_id)
    table = deployment.container.table
    table.write(*bind_subject(subject, SubjectEntry(acme.id, user.id)))
    users = deployment.container.users
    if removed:
        users.delete(acme.id, user.id, deployment.now)
    else:
        users.unlink(acme.id, user.id, deployment.now)
    assert table.read(subject_lookup(subject)) == (None,)
    other = deployment.user(acme, "bob@acme.test")
    table.write(*bind_subject(subject, SubjectEntry(acme.id, other.id)))


def test_a_users_list_shows_one_organization_only(deployment: Deployment) -> None:
    acme, other = deployment.organization(), deployment.organization("other.test")
    deployment.user(other, "x@other.test")
    mine = deployment.user(acme, "ada@acme.test")
    assert deployment.container.users.page(acme.id, limit=10).values == (mine,)


def test_a_name_that_stays_writes_nothing(deployment: Deployment) -> None:
    acme = deployment.organization()
    user = deployment.user(acme, "ada@acme.test")
    same = deployment.container.users.change(acme.id, user.id, {"status": UserStatus.ACTIVE}, deployment.now)
    assert same.version == user.version


def test_an_address_that_another_took_is_not_changed_to(deployment: Deployment) -> None:
    acme = deployment.organization()
    ada, bob = deployment.user(acme, "ada@acme.test"), deployment.user(acme, "bob@acme.test")
    with pytest.raises(Conflict) as refused:
        deployment.container.users.change(acme.id, bob.id, {"email": ada.email}, deployment.now)
    assert refused.value.code == "email_taken"
    assert deployment.reload_user(bob).email == "bob@acme.test"


class TestBreakGlass:
    """Where single sign-on binds admins too, one who can come in by password stays."""

    def bound(self, deployment: Deployment) -> tuple[Organization, User]:
        acme = deployment.organization()
        _admin(deployment, acme, "other@acme.test")
        exempt = deployment.user(acme, "exempt@acme.test", Role.ADMIN, last_password_sign_in_at=deployment.now)
        deployment.container.table.write(count_admins(acme.id, 1))
        policy = LoginPolicy(mode=Mode.REQUIRED, required_for_admins=True, exempt_user_ids=(exempt.id,))
        deployment.container.login_policies.put(acme, policy, deployment.now)
        return acme, exempt

    @pytest.mark.parametrize("change", [{"role": Role.MEMBER}, {"status": UserStatus.DISABLED}, None])
    def test_the_last_one_cannot_be_lost(self, deployment: Deployment, change: UserChanges | None) -> None:
        acme, exempt = self.bound(deployment)
        users = deployment.container.users

        def lose() -> None:
            if change is None:
                users.delete(acme.id, exempt.id, deployment.now)
            else:
                users.change(acme.id, exempt.id, change, deployment.now)

        with pytest.raises(Conflict) as refused:
            lose()
        assert refused.value.code == "break_glass_required"

    def test_it_may_go_once_admins_may_choose(self, deployment: Deployment) -> None:
        acme, exempt = self.bound(deployment)
        organization = deployment.container.organizations.get(acme.id)
        deployment.container.login_policies.put(organization, LoginPolicy(mode=Mode.REQUIRED), deployment.now)
        deployment.container.users.delete(acme.id, exempt.id, deployment.now)

    def test_other_admins_may_go(self, deployment: Deployment) -> None:
        acme, exempt = self.bound(deployment)
        users = deployment.container.users
        other = next(user for user in users.page(acme.id, limit=10).values if user.id != exempt.id)
        users.delete(acme.id, other.id, deployment.now)
