from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.store import change_policy
from chalicelib.users.model import Role
from ops import __main__ as operator
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment


def test_the_hatch_opens_where_every_exempt_admin_has_gone(deployment: Deployment, run: Run) -> None:
    locked = LoginPolicy(Mode.REQUIRED, required_for_admins=True, exempt_user_ids=("usr_gone",))
    organization = deployment.organization()
    deployment.connection(organization)
    deployment.container.table.write(change_policy(organization.id, locked, from_version=1))
    after = run("policy", "set", organization.id, "--mode", "optional", "--reason", "IdP down")
    assert (after["mode"], after["required_for_admins"], after["exempt_user_ids"]) == ("optional", False, [])
    assert run("policy", "show", organization.id)["mode"] == "optional"


def test_the_reason_is_logged_with_what_changed(
    deployment: Deployment, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    organization = deployment.organization()
    with caplog.at_level(logging.WARNING, "gatehouse"):
        run("policy", "set", organization.id, "--mode", "optional", "--reason", "ticket 4711")
    (record,) = caplog.records
    assert "ticket 4711" in record.getMessage()
    assert organization.id in record.getMessage()
    assert "'mode_before': 'password'" in record.getMessage()


def test_the_reason_stays_in_the_audit_log(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    run("policy", "set", organization.id, "--mode", "optional", "--reason", "ticket 4711")
    lines, _ = deployment.container.audit_log.lines(organization.id, AuditFilter(), deployment.now, after=None)
    assert any('"action":"login_policy.changed"' in line and "ticket 4711" in line for line in lines)


def test_without_a_reason_nothing_is_set(deployment: Deployment, refused: Callable[..., str]) -> None:
    organization = deployment.organization()
    assert "--reason" in refused("policy", "set", organization.id, "--mode", "optional", "--reason", " ")
    with pytest.raises(SystemExit):
        operator.main(["policy", "set", organization.id, "--mode", "optional"])
    assert deployment.container.organizations.get(organization.id).policy.mode is None


def test_exempt_users_stay_exempt_unless_others_are_named(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    one, two = (deployment.user(organization, f"{name}@acme.test", Role.ADMIN) for name in ("one", "two"))
    policy = LoginPolicy(Mode.REQUIRED, exempt_user_ids=(one.id,))
    deployment.container.table.write(change_policy(organization.id, policy, from_version=1))
    arguments = ("policy", "set", organization.id, "--reason", "asked", "--mode")
    assert run(*arguments, "optional")["exempt_user_ids"] == [one.id]
    assert run(*arguments, "optional", "--exempt", two.id)["exempt_user_ids"] == [two.id]


def test_binding_admins_without_a_proven_way_in_is_refused_here_too(
    deployment: Deployment, refused: Callable[..., str]
) -> None:
    organization = deployment.organization()
    said = refused("policy", "set", organization.id, "--mode", "required", "--reason", "x", "--required-for-admins")
    assert "lock every admin out" in said
