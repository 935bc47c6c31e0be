"""Attempts say who came and which check failed, whatever the refusal was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.transaction import update
from chalicelib.connections.store import connection_key
from chalicelib.errors import SignInRefused
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Plan
from chalicelib.organizations.store import change_organization, change_policy
from chalicelib.saml.check import CheckName
from chalicelib.sign_in.start import AuthnRedirect
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import Attempt
from chalicelib.sign_in_attempts.store import attempt_lookup
from chalicelib.users.model import UserStatus
from tests.support.identity_provider import Attribute, Conditions, Signing, Subject, instant, names
from tests.support.round_trip import Idp

TYPED = "Typed@Acme.Test"


def started(idp: Idp, login_hint: str | None = TYPED) -> AuthnRedirect:
    start = idp.deployment.container.sign_in_start.begin(
        idp.connection.id, idp.jar, idp.deployment.now, return_path="/", login_hint=login_hint
    )
    idp.jar[start.cookie_name] = start.cookie_value
    return start


def refused(idp: Idp, email: str = "member@acme.test", **changes: Any) -> Attempt:
    """The attempt of a sign-in that began with an address typed on our page."""
    start = started(idp)
    with pytest.raises(SignInRefused) as caught:
        idp.post(idp.says(start, email, **changes), start.relay_state)
    recorded = caught.value.attempt
    assert recorded is not None
    (kept,) = idp.deployment.container.table.read(attempt_lookup(idp.connection.id, recorded.id, idp.deployment.now))
    assert kept == recorded
    return kept


PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
AFTER_THE_SIGNATURE: dict[str, dict[str, Any]] = {
    "audience": {"conditions": Conditions(restrictions=(("https://other.test",),))},
    "issuer": {"assertion_issuer": "https://other.test", "response_issuer": None},
    "destination": {"destination": None},
    "times": {"assertion_issued_at": instant(600)},
    "request": {"in_response_to": "_another", "confirmations": ()},
}


@pytest.mark.parametrize("name", AFTER_THE_SIGNATURE)
def test_a_refusal_after_the_signature_names_the_person_that_was_signed(idp: Idp, name: str) -> None:
    attempt = refused(idp, **AFTER_THE_SIGNATURE[name])
    assert (attempt.email, attempt.claimed_email) == ("member@acme.test", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"sign_assertion": None},
        {"sign_assertion": Signing(key="mallory")},
        {"status": (names.RESPONDER, names.AUTHN_FAILED)},
        {
            "attributes": (),
            "subject": Subject(value="x", format=PERSISTENT),
        },
        {"attributes": (Attribute(name="email", values=("one@acme.test", "two@acme.test")),)},
    ],
    ids=["unsigned", "another key", "status", "no address", "two addresses"],
)
def test_where_nothing_that_was_signed_names_one_person_the_typed_address_is_kept(
    idp: Idp, changes: dict[str, Any]
) -> None:
    attempt = refused(idp, **changes)
    assert (attempt.email, attempt.claimed_email) == (None, "typed@acme.test")


@pytest.mark.parametrize("hint", [None, "", "alice", "a@b", "x" * 300 + "@acme.test", "<b>@acme.test"])
def test_a_hint_that_is_not_an_address_names_no_user(idp: Idp, hint: str | None) -> None:
    start = started(idp, hint)
    with pytest.raises(SignInRefused) as caught:
        idp.post(idp.says(start, sign_assertion=None), start.relay_state)
    assert caught.value.attempt is not None
    assert caught.value.attempt.claimed_email is None


def test_a_user_refused_for_the_audience_is_found_by_address(idp: Idp) -> None:
    attempt = refused(idp, **AFTER_THE_SIGNATURE["audience"])
    deployment = idp.deployment
    organization = deployment.container.organizations.get(idp.organization.id)
    found = deployment.container.attempts.search(
        organization, None, AttemptFilter(email="member@acme.test"), deployment.now, limit=25, after=None
    )
    assert [one.id for one in found.values] == [attempt.id]


def disabled_user(idp: Idp) -> None:
    idp.deployment.user(idp.organization, "member@acme.test", status=UserStatus.DISABLED)


def no_accounts(idp: Idp) -> None:
    idp.deployment.container.table.write(update(connection_key(idp.connection.id), {"jit_provisioning": False}))


def standard_plan(idp: Idp) -> None:
    idp.deployment.container.table.write(
        change_organization(replace(idp.organization, plan=Plan.STANDARD), from_version=1)
    )


def passwords_only(idp: Idp) -> None:
    idp.deployment.container.table.write(
        change_policy(idp.organization.id, LoginPolicy(mode=Mode.PASSWORD), from_version=1)
    )


def another_identifier(idp: Idp) -> None:
    idp.sign_in(subject=Subject(value="old", format=PERSISTENT))


PERSONS: dict[str, tuple[Callable[[Idp], None], str, CheckName]] = {
    "user_disabled": (disabled_user, "member@acme.test", CheckName.USER),
    "user_not_provisioned": (no_accounts, "member@acme.test", CheckName.USER),
    "email_domain_not_allowed": (lambda idp: None, "eve@evil.test", CheckName.EMAIL),
    "enterprise_plan_required": (standard_plan, "member@acme.test", CheckName.ORGANIZATION),
    "sso_disabled": (passwords_only, "member@acme.test", CheckName.ORGANIZATION),
    "subject_mismatch": (another_identifier, "member@acme.test", CheckName.SUBJECT),
}


@pytest.mark.parametrize("code", PERSONS)
def test_a_refusal_of_the_person_is_one_failed_check_with_expected_and_received(idp: Idp, code: str) -> None:
    prepare, email, name = PERSONS[code]
    prepare(idp)
    new = Subject(value="new", format=PERSISTENT)
    attempt = refused(idp, email, subject=new)
    assert (attempt.code, attempt.email) == (code, email)
    (failed,) = [check for check in attempt.checks if not check.passed]
    assert failed.name is name
    assert tell_in_english(failed.expected)
    assert tell_in_english(failed.received)
    assert len({check.name for check in attempt.checks}) == len(attempt.checks)


def test_a_used_answer_is_a_failed_check_too(idp: Idp) -> None:
    start = started(idp)
    answer = idp.says(start)
    cookies = dict(idp.jar)
    idp.post(answer, start.relay_state)
    with pytest.raises(SignInRefused) as caught:
        idp.post(answer, start.relay_state, cookies=cookies)
    failed = [check for check in caught.value.checks if not check.passed]
    assert [check.name for check in failed] == [CheckName.REQUEST]
    assert caught.value.code == "saml_replayed"
    assert caught.value.email == "member@acme.test"
