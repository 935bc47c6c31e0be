"""Where an admin is told of a certificate that expires within 60 days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.connections.model import Connection
from chalicelib.connections.store import change_connection
from chalicelib.organizations.model import Organization, Plan
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.deployment import Deployment

PAGES = ("/", "/admin/users", "/admin/sso?all=1")


def connected(deployment: Deployment, organization: Organization, days: int, **values: Any) -> Connection:
    """A connection whose certificate ends after so many days."""
    made = deployment.connection(organization, name="Okta", **values)
    facts = replace(made.certificates[0], not_after=deployment.now + timedelta(days=days))
    changed = replace(made, certificates=(facts,))
    deployment.container.table.write(change_connection(changed, before=made))
    return made


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("days", "told"), [(61, False), (59, True), (5, True), (-1, True)])
def test_admins_are_warned_from_60_days_on(
    browser: Browser, deployment: Deployment, path: str, days: int, told: bool
) -> None:
    acme = deployment.organization()
    connection = connected(deployment, acme, days)
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    shown = browser.get(path).text
    assert ("The signing certificate expire" in shown) is told
    assert (f'in the connection <a href="/api/admin/sso/{connection.id}">Okta</a>' in shown) is told


@pytest.mark.parametrize("case", ["a member", "another plan", "switched off"])
def test_a_warning_is_shown_only_to_users_who_can_act_on_it(
    browser: Browser, deployment: Deployment, case: str
) -> None:
    acme = deployment.organization(plan=Plan.STANDARD if case == "another plan" else Plan.ENTERPRISE)
    connected(deployment, acme, 5, disabled=case == "switched off", proven=False)
    deployment.user(acme, "ada@acme.test", Role.MEMBER if case == "a member" else Role.ADMIN)
    sign_in(browser, "ada@acme.test")
    shown = browser.get("/").text
    assert "ada@acme.test" in shown
    assert "certificate expire" not in shown
