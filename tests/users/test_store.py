"""Items of users and addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, Stale
from chalicelib.users.model import AddressEntry, Role, UserStatus
from chalicelib.users.store import address_lookup, change_user, delete_user, note_sign_in, user_lookup, users_of
from tests.support.deployment import Deployment


def test_a_user_comes_back_equal_and_by_address(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    ada = deployment.user(
        acme, "ada@acme.test", Role.ADMIN, name="Ada", last_sign_in_at=deployment.now, epoch=3, version=7
    )
    entry = AddressEntry(ada.email, acme.id, ada.id, Role.ADMIN, UserStatus.ACTIVE, 3)
    assert table.read(user_lookup(acme.id, ada.id), address_lookup(ada.email)) == (ada, entry)
    assert table.read(user_lookup(deployment.organization("x.test").id, ada.id)) == (None,)


def test_a_change_reaches_the_directory_in_the_same_write(deployment: Deployment, table: Table) -> None:
    ada = deployment.user(deployment.organization(), "ada@acme.test")
    changed = replace(ada, role=Role.ADMIN, status=UserStatus.DISABLED, epoch=2, password_hash=None)
    table.write(*change_user(changed, before=ada))
    (entry,) = table.read(address_lookup(ada.email))
    assert entry == AddressEntry(ada.email, ada.organization_id, ada.id, Role.ADMIN, UserStatus.DISABLED, 2)
    assert deployment.reload_user(ada) == replace(changed, version=2)


def test_a_change_is_refused_after_a_concurrent_change(deployment: Deployment, table: Table) -> None:
    ada = deployment.user(deployment.organization(), "ada@acme.test")
    table.write(*change_user(replace(ada, name="A"), before=ada))
    for writes in (change_user(replace(ada, name="B"), before=ada), delete_user(ada)):
        with pytest.raises(Stale):
            table.write(*writes)
    assert deployment.reload_user(ada).name == "A"


def test_a_sign_in_does_not_raise_the_version_and_a_change_does_not_undo_it(
    deployment: Deployment, table: Table
) -> None:
    ada = deployment.user(deployment.organization(), "ada@acme.test")
    table.write(note_sign_in(ada, deployment.now, with_password=True))
    table.write(*change_user(replace(ada, name="Ada"), before=ada))
    found = deployment.reload_user(ada)
    assert (found.name, found.last_sign_in_at, found.last_password_sign_in_at) == (
        "Ada",
        deployment.now,
        deployment.now,
    )


@pytest.mark.parametrize(
    "changes", [{"epoch": 2}, {"status": UserStatus.DISABLED}, {"email": "new@acme.test"}], ids=lambda c: next(iter(c))
)
def test_a_sign_in_of_a_user_who_changed_meanwhile_is_refused(
    deployment: Deployment, table: Table, changes: dict[str, object]
) -> None:
    ada = deployment.user(deployment.organization(), "ada@acme.test")
    table.write(*change_user(replace(ada, **changes), before=ada))  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        table.write(note_sign_in(ada, deployment.now, with_password=False))


def test_a_new_address_is_taken_and_the_old_one_given_up_at_once(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    ada, bob = deployment.user(acme, "ada@acme.test"), deployment.user(acme, "bob@acme.test")
    with pytest.raises(Conflict):
        table.write(*change_user(replace(ada, email=bob.email), before=ada))
    table.write(*change_user(replace(ada, email="new@acme.test"), before=ada))
    old, new = table.read(address_lookup("ada@acme.test"), address_lookup("new@acme.test"))
    assert (old, new and new.user_id) == (None, ada.id)


def test_a_deleted_user_leaves_nothing(deployment: Deployment, table: Table) -> None:
    ada = deployment.user(deployment.organization(), "ada@acme.test")
    table.write(*delete_user(ada))
    assert table.read(user_lookup(ada.organization_id, ada.id), address_lookup(ada.email)) == (None, None)
    assert table.page(users_of(ada.organization_id), limit=1).values == ()
