from __future__ import annotations

from collections.abc import Callable

from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment


def test_users_are_listed_without_their_password_hashes(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    deployment.user(organization, "a@acme.test")
    deployment.user(deployment.organization("other.test"), "b@other.test")
    (row,) = run("user", "list", organization.id)["data"]
    assert (row["email"], row["has_password"]) == ("a@acme.test", True)
    assert "argon2" not in str(row)


def test_listing_users_of_an_unknown_organization_fails(refused: Callable[..., str]) -> None:
    assert "org_nobody" in refused("user", "list", "org_nobody")
