from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher

from chalicelib.errors import Conflict, Invalid, NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.passwords import hashing as password_hash
from chalicelib.passwords import service as module
from chalicelib.passwords.hashing import needs_rehash, password_matches
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession
from chalicelib.users.model import Role, UserStatus
from chalicelib.users.store import change_user
from tests.support.deployment import PASSWORD, Deployment

SOURCE = "192.0.2.1"


def sign_in(deployment: Deployment, email: str, password: str = PASSWORD, source: str = SOURCE) -> NewSession:
    return deployment.container.passwords.sign_in(email, password, source=source, now=deployment.now)


def test_the_right_password_gets_a_session_that_counts(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    made = sign_in(deployment, user.email)
    found = deployment.container.sessions.find(made.cookie, deployment.now)
    assert found.user.id == user.id
    assert found.session.method is AuthenticationMethod.PASSWORD
    assert deployment.reload_user(user).last_password_sign_in_at == deployment.now


@pytest.mark.parametrize("email", ["a@acme.test", "nobody@acme.test", "nobody@elsewhere.test", "sso@acme.test"])
def test_a_wrong_password_gets_the_same_answer_whosever_it_is(deployment: Deployment, email: str) -> None:
    organization = deployment.organization()
    deployment.user(organization, "a@acme.test")
    deployment.user(organization, "sso@acme.test", password_hash=None)
    with pytest.raises(NotSignedIn) as refused:
        sign_in(deployment, email, "not the password")
    assert refused.value.code == "wrong_credentials"


def test_an_unknown_address_costs_a_verification_too(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            verified.append(str(hash))
            return super().verify(hash, password)

    hasher = Counting(memory_cost=19_456, time_cost=2, parallelism=1)
    monkeypatch.setattr(password_hash, "_hasher", lambda: hasher)
    with pytest.raises(NotSignedIn):
        sign_in(deployment, "nobody@acme.test")
    assert len(verified) == 1


@pytest.mark.parametrize("mode", [Mode.OPTIONAL, Mode.REQUIRED, Mode.PASSWORD])
def test_whose_domain_another_organization_verified_has_no_password_there(deployment: Deployment, mode: Mode) -> None:
    owner, home = deployment.organization(policy=LoginPolicy(mode)), deployment.organization("home.test")
    deployment.connection(owner)
    squatter = deployment.user(home, "ceo@acme.test", role=Role.ADMIN)
    with pytest.raises(NotSignedIn):
        sign_in(deployment, squatter.email)


def test_a_member_who_must_use_single_sign_on_gets_no_session(deployment: Deployment) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    user = deployment.user(organization, "a@acme.test")
    with pytest.raises(NotAllowed) as refused:
        sign_in(deployment, user.email)
    assert refused.value.code == "sso_required"
    assert deployment.reload_user(user).last_sign_in_at is None


def test_an_admin_may_choose_the_password(deployment: Deployment) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    assert sign_in(deployment, deployment.user(organization, "a@acme.test", Role.ADMIN).email).cookie


@pytest.mark.parametrize("values", [{"status": UserStatus.DISABLED}, {}])
def test_nothing_about_the_account_is_reported_before_the_password_is_right(
    deployment: Deployment, values: dict[str, Any]
) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    deployment.user(organization, "a@acme.test", **values)
    with pytest.raises(NotSignedIn) as refused:
        sign_in(deployment, "a@acme.test", "not the password")
    assert refused.value.code == "wrong_credentials"


def test_a_disabled_user_gets_no_session(deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "a@acme.test", status=UserStatus.DISABLED)
    with pytest.raises(NotAllowed) as refused:
        sign_in(deployment, "a@acme.test")
    assert refused.value.code == "user_disabled"


def test_a_demotion_during_the_verification_wins(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    organization = deployment.organization()
    deployment.connection(organization)
    admin = deployment.user(organization, "a@acme.test", Role.ADMIN)

    def demote_meanwhile(stored: str | None, password: str) -> bool:
        demoted = replace(admin, role=Role.MEMBER, epoch=admin.epoch + 1)
        deployment.container.table.write(*change_user(demoted, before=admin))
        return password_matches(stored, password)

    monkeypatch.setattr(module, "password_matches", demote_meanwhile)
    with pytest.raises(Conflict):
        sign_in(deployment, admin.email)
    assert deployment.reload_user(admin).last_sign_in_at is None


def test_a_right_password_that_the_policy_refuses_is_not_a_guess_and_never_has_to_wait(deployment: Deployment) -> None:
    organization = deployment.organization()
    user = deployment.user(organization, "a@acme.test")
    deployment.connection(organization)
    for _ in range(deployment.container.settings.password_tries + 2):
        with pytest.raises(NotAllowed):
            sign_in(deployment, user.email)


def test_too_many_tries_wait_before_a_password_is_hashed(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.user(deployment.organization(), "a@acme.test")
    for _ in range(deployment.container.settings.password_tries):
        with pytest.raises(NotSignedIn):
            sign_in(deployment, "a@acme.test", "not the password")
    monkeypatch.setattr(module, "password_matches", lambda *_: pytest.fail("it was hashed"))
    with pytest.raises(TooManyRequests):
        sign_in(deployment, "a@acme.test")


def test_a_stranger_can_not_lock_the_owner_out(deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "a@acme.test")
    for _ in range(deployment.container.settings.password_tries):
        with pytest.raises(NotSignedIn):
            sign_in(deployment, "a@acme.test", "not the password", source="198.51.100.7")
    assert sign_in(deployment, "a@acme.test", source=SOURCE).cookie


def test_a_password_hashed_with_old_parameters_is_hashed_again(deployment: Deployment) -> None:
    old = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash(PASSWORD)
    user = deployment.user(deployment.organization(), "a@acme.test", password_hash=old)
    made = sign_in(deployment, user.email)
    stored = deployment.reload_user(user).password_hash
    assert stored is not None
    assert not needs_rehash(stored)
    assert password_matches(stored, PASSWORD)
    assert deployment.container.sessions.find(made.cookie, deployment.now).user.id == user.id


def test_a_changed_password_ends_every_other_session(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    here, there = sign_in(deployment, user.email), sign_in(deployment, user.email)
    signed_in = deployment.container.sessions.find(here.cookie, deployment.now)
    made = deployment.container.passwords.change(
        signed_in, PASSWORD, "another fine password", source=SOURCE, now=deployment.now
    )
    assert deployment.container.sessions.find(made.cookie, deployment.now).user.id == user.id
    for ended in (here, there):
        with pytest.raises(NotSignedIn):
            deployment.container.sessions.find(ended.cookie, deployment.now)
    assert sign_in(deployment, user.email, "another fine password").cookie


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [("wrong", "another fine password", "/password"), (PASSWORD, "short", "/new_password")],
)
def test_a_password_is_changed_only_by_who_knows_it_and_to_a_usable_one(
    deployment: Deployment, old: str, new: str, pointer: str
) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    signed_in = deployment.container.sessions.find(sign_in(deployment, user.email).cookie, deployment.now)
    with pytest.raises(Invalid) as refused:
        deployment.container.passwords.change(signed_in, old, new, source=SOURCE, now=deployment.now)
    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert sign_in(deployment, user.email).cookie


def test_guessing_the_old_password_in_a_stolen_session_is_throttled(deployment: Deployment) -> None:
    user = deployment.user(deployment.organization(), "a@acme.test")
    signed_in = deployment.container.sessions.find(sign_in(deployment, user.email).cookie, deployment.now)
    change = deployment.container.passwords.change
    for _ in range(deployment.container.settings.password_tries):
        with pytest.raises(Invalid):
            change(signed_in, "wrong", "another fine password", source=SOURCE, now=deployment.now)
    with pytest.raises(TooManyRequests):
        change(signed_in, PASSWORD, "another fine password", source=SOURCE, now=deployment.now)
