"""Users: the rules that must hold also when two things happen at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.subjects import Subject, SubjectEntry, bind_subject, subject_lookup
from chalicelib.domain.assertion import NameID
from chalicelib.domain.organization import Organization
from chalicelib.domain.user import Role, User, UserStatus
from chalicelib.errors import Conflict, Invalid, NotFound, SsoError
from chalicelib.services.users import Users
from tests.deployment import Deployment


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
            users.delete(acme.id, user.id)
            return None
        return users.change(acme.id, user.id, change)  # type: ignore[arg-type]

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
        lambda: users.change(acme.id, user.id, {"name": "Ada"}),
        lambda: users.change(acme.id, user.id, {"role": Role.ADMIN}),
    )
    found = users.get(acme.id, user.id)
    assert outcomes == ["", ""]
    assert (found.name, found.role, found.version) == ("Ada", Role.ADMIN, 3)


def test_nobody_joins_an_organization_that_is_being_deleted(deployment: Deployment) -> None:
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
    assert users.change(acme.id, user.id, {"name": "Ada", "role": Role.MEMBER}).epoch == user.epoch
    changed = users.change(acme.id, user.id, {"password": "correct horse battery"})
    assert (changed.epoch, changed.password_hash is not None) == (user.epoch + 1, True)
    assert users.change(acme.id, user.id, {"password": None}).password_hash is None


@pytest.mark.parametrize("password", ["short", "a" * 257, "aaaaaaaaaaaaaaaa", "ada@acme.test1"])
def test_a_password_that_is_easy_to_guess_or_too_long_is_refused(deployment: Deployment, password: str) -> None:
    acme = deployment.organization()
    with pytest.raises(Invalid) as refused:
        deployment.container.users.create(
            organization_id=acme.id, email="ada@acme.test", password=password, now=deployment.now
        )
    assert [error.pointer for error in refused.value.errors] == ["/password"]
    assert password not in str(refused.value) + refused.value.public


@pytest.mark.parametrize("removal", [Users.delete, Users.unlink])
def test_a_name_id_is_free_again_once_its_user_is_gone_or_unlinked(
    deployment: Deployment, removal: Callable[[Users, str, str], None]
) -> None:
    acme = deployment.organization()
    user = deployment.user(acme, "ada@acme.test")
    connection = deployment.connection(acme)
    name_id = NameID("abc", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
    subject = Subject(connection.id, "https://idp.acme.test", name_id)
    table = deployment.container.table
    table.write(*bind_subject(subject, SubjectEntry(acme.id, user.id)))
    removal(deployment.container.users, acme.id, user.id)
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
    same = deployment.container.users.change(acme.id, user.id, {"status": UserStatus.ACTIVE})
    assert same.version == user.version


def test_an_address_that_another_took_is_not_changed_to(deployment: Deployment) -> None:
    acme = deployment.organization()
    ada, bob = deployment.user(acme, "ada@acme.test"), deployment.user(acme, "bob@acme.test")
    with pytest.raises(Conflict) as refused:
        deployment.container.users.change(acme.id, bob.id, {"email": ada.email})
    assert refused.value.code == "email_taken"
    assert deployment.stored(bob).email == "bob@acme.test"
