"""A concurrent change between any two calls: the loser gets an error and the store stays consistent."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import product
from typing import Final

import pytest

from chalicelib.errors import NotSignedIn, SsoError
from chalicelib.sign_in.acs import SignedInByAssertion
from tests.faults.scene import OPERATIONS, Operation, OperationFixture, scenes
from tests.support.api import Reply
from tests.support.aws_faults import in_between
from tests.support.consistency import contradictions

Rival = Callable[[OperationFixture], object]


def _patch_user(name: str, **values: object) -> Rival:
    def act(there: OperationFixture) -> object:
        return there.call("PATCH", f"{there.path}/users/{getattr(there, name).id}", values)

    return act


def _connection(method: str, tail: str, body: object = None) -> Rival:
    return lambda there: there.call(method, f"{there.path}/connections/{there.idp.connection.id}{tail}", body)


_STEPS_DOWN: Final = Operation(_patch_user("admin", role="member"), lambda there: True)
OURS: Final = (
    "a member signs in by SSO",
    "somebody new signs in by SSO",
    "a user becomes admin",
    "a user gets another address",
    "a certificate is added",
    "values are proposed",
    "an admin steps down",
)
ENDING: Final[dict[str, Rival]] = {
    "disables the user": _patch_user("member", status="disabled"),
    "deletes the organization": lambda there: there.call("DELETE", there.path),
}
RIVALS: Final[dict[str, Rival]] = ENDING | {
    "removes the user": lambda there: there.call("DELETE", f"{there.path}/users/{there.member.id}"),
    "lets the other admin step down": _patch_user("second", role="member"),
    "switches the connection off": _connection("POST", "/disable"),
    "deletes the connection": _connection("DELETE", ""),
    "saves the connection": _connection("PATCH", "", {"identity_provider_url": "https://other.test/sso"}),
    "changes the plan": lambda there: there.call("PATCH", there.path, {"plan": "standard"}),
    "makes the same user an admin": _patch_user("member", role="admin"),
}


DELETION: Final = "an organization is deleted"
ADDING: Final[dict[str, Rival]] = {
    "creates a connection": lambda there: there.call("POST", f"{there.path}/connections", {"name": "Second"}),
    "takes another domain": lambda there: there.call("PATCH", there.path, {"domains": ["acme.test", "other.test"]}),
}
"""Items that a deletion with an outdated organization would leave behind."""
PAIRS: Final = [*product(OURS, RIVALS), *((DELETION, rival) for rival in ADDING)]


@pytest.mark.parametrize(("ours", "rival"), PAIRS)
def test_the_loser_of_a_race_gets_an_error_and_the_store_stays_consistent(ours: str, rival: str) -> None:
    number = 0
    with scenes() as anew:
        while True:
            number += 1
            there = anew()
            outcome: object = None
            with in_between(there.deployment, number, functools.partial((RIVALS | ADDING)[rival], there)) as calls:
                try:
                    outcome = OPERATIONS.get(ours, _STEPS_DOWN).act(there)
                except SsoError as error:
                    outcome = error
            if calls.struck is None:
                break
            where = f"before call {number}, {calls.struck}"
            assert not isinstance(outcome, Reply) or outcome.status < 500, f"{where}: {outcome}"
            assert contradictions(there.deployment) == [], where
            organization = there.organization
            assert organization is None or organization.active_admins > 0, where
            if isinstance(outcome, SignedInByAssertion) and rival in ENDING and "new" not in ours:
                with pytest.raises(NotSignedIn):
                    there.deployment.container.sessions.find(outcome.session.cookie, there.deployment.now)
    assert number > 1
