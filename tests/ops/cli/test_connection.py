from __future__ import annotations

from collections.abc import Callable

from chalicelib.connections.model import ConnectionStatus
from chalicelib.organizations.model import Plan
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment
from tests.support.round_trip import identity_provider


def test_connections_of_all_customers_are_listed_and_may_be_chosen_by_status(deployment: Deployment, run: Run) -> None:
    active = deployment.connection(deployment.organization())
    ready = deployment.connection(deployment.organization("other.test"), proven=False)
    everything = run("connection", "list")["data"]
    assert {row["id"] for row in everything} == {active.id, ready.id}
    assert [row["id"] for row in run("connection", "list", "--status", "ready")["data"]] == [ready.id]
    of_one = run("connection", "list", "--organization", active.organization_id)["data"]
    assert [row["id"] for row in of_one] == [active.id]


def test_what_is_shown_has_what_the_customer_must_enter_whatever_the_plan(deployment: Deployment, run: Run) -> None:
    connection = deployment.connection(deployment.organization(plan=Plan.STANDARD))
    shown = run("connection", "show", connection.id)
    assert shown["single_sign_on_url"] == f"https://sso.example.test/api/saml/{connection.id}/acs"
    assert shown["sp_entity_id"] == f"https://sso.example.test/api/saml/{connection.id}/metadata"
    assert [c["sha256"] for c in shown["certificates"]] == [connection.certificates[0].sha256]


def test_a_disabled_connection_is_active_again_once_enabled(deployment: Deployment, run: Run) -> None:
    idp = identity_provider(deployment, proven=True)
    assert run("connection", "disable", idp.connection.id)["status"] == "disabled"
    assert idp.reload_connection().status is ConnectionStatus.DISABLED
    assert run("connection", "enable", idp.connection.id)["status"] == "active"


def test_an_unknown_one_is_named(refused: Callable[..., str]) -> None:
    assert "conn_nobody" in refused("connection", "show", "conn_nobody")
