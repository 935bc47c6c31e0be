from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.errors import SignInRefused
from ops import __main__ as operator
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment
from tests.support.identity_provider import Conditions
from tests.support.round_trip import Idp, identity_provider


def _fail(idp: Idp, email: str) -> None:
    start = idp.start()
    with pytest.raises(SignInRefused):
        idp.post(idp.says(start, email, assertion_issuer="https://other.test"), start.relay_state)


def _two_customers(deployment: Deployment) -> tuple[Idp, Idp]:
    first = identity_provider(deployment, deployment.organization("acme.test"))
    second = identity_provider(deployment, deployment.organization("beta.test"))
    return first, second


def test_attempts_of_all_customers_come_newest_first(deployment: Deployment, run: Run) -> None:
    first, second = _two_customers(deployment)
    first.sign_in("one@acme.test")
    deployment.later(seconds=1)
    second.sign_in("two@beta.test")
    rows = run("attempt", "list")["data"]
    assert [row["email"] for row in rows] == ["two@beta.test", "one@acme.test"]
    assert [row["email"] for row in run("attempt", "list", "--limit", "1")["data"]] == ["two@beta.test"]


def test_attempts_may_be_chosen_by_code_time_connection_and_address(deployment: Deployment, run: Run) -> None:
    first, second = _two_customers(deployment)
    first.sign_in("one@acme.test")
    _fail(second, "two@beta.test")
    deployment.later(hours=3)
    of_code = run("attempt", "list", "--code", "saml_issuer_mismatch")["data"]
    assert [row["connection_id"] for row in of_code] == [second.connection.id]
    assert run("attempt", "list", "--since", "2h")["data"] == []
    assert len(run("attempt", "list", "--since", "4h")["data"]) == 2
    assert len(run("attempt", "list", "--connection", first.connection.id)["data"]) == 1
    assert len(run("attempt", "list", "--email", "ONE@")["data"]) == 1
    of_one = run("attempt", "list", "--email", "one@acme.test")["data"]
    assert [row["result"] for row in of_one] == ["succeeded"]


def test_an_address_is_looked_for_at_its_owner_only(deployment: Deployment, run: Run) -> None:
    first, _ = _two_customers(deployment)
    first.sign_in("one@acme.test")
    deployment.calls.clear()
    run("attempt", "list", "--email", "one@acme.test")
    assert deployment.calls.count("Query") == 1


def test_a_refused_user_is_found_by_the_signed_and_by_the_typed_address(deployment: Deployment, run: Run) -> None:
    first, _ = _two_customers(deployment)
    wrong = Conditions(restrictions=(("https://other.test",),))
    start = first.start()
    with pytest.raises(SignInRefused):
        first.post(first.says(start, "one@acme.test", conditions=wrong), start.relay_state)
    typed = deployment.container.sign_in_start.begin(
        first.connection.id, {}, deployment.now, return_path="/", login_hint="two@acme.test"
    )
    unsigned = first.says(typed, "two@acme.test", sign_assertion=None)
    with pytest.raises(SignInRefused):
        first.post(unsigned, typed.relay_state, cookies={typed.cookie_name: typed.cookie_value})
    (signed,) = run("attempt", "list", "--email", "one@acme.test")["data"]
    (claimed,) = run("attempt", "list", "--email", "two@acme.test")["data"]
    assert (signed["email"], signed["claimed_email"]) == ("one@acme.test", None)
    assert (claimed["email"], claimed["claimed_email"]) == (None, "two@acme.test")
    assert [row["code"] for row in (signed, claimed)] == ["saml_audience_mismatch", "saml_unsigned"]


def test_one_attempt_is_found_without_knowing_whose_it_is_with_all_its_checks(
    deployment: Deployment, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _, second = _two_customers(deployment)
    _fail(second, "two@beta.test")
    (row,) = run("attempt", "list")["data"]
    shown = run("attempt", "show", row["id"])
    failed = [check for check in shown["checks"] if not check["passed"]]
    assert [(c["check"], c["received"]) for c in failed] == [("issuer", "https://other.test")]
    assert shown["fixer"] == "account_admin"
    assert operator.main(["attempt", "show", row["id"]]) == 0
    assert "https://other.test" in capsys.readouterr().out


def test_a_time_that_is_none_and_an_attempt_that_is_not_there_are_named(refused: Callable[..., str]) -> None:
    assert "yesterday" in refused("attempt", "list", "--since", "yesterday")
    assert "att_none" in refused("attempt", "show", "att_none")
