from __future__ import annotations

from collections.abc import Callable

from chalicelib.api_keys.model import secret_hash
from chalicelib.api_keys.store import api_key_lookup
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment


def test_the_list_shows_keys_without_what_opens_anything(run: Run) -> None:
    made = run("key", "create", "--name", "Billing")
    (row,) = run("key", "list")["data"]
    assert (row["id"], row["name"]) == (made["key_id"], "Billing")
    assert made["api_key"] not in str(row)
    assert secret_hash(made["api_key"]) not in str(row)


def test_a_revoked_key_is_gone(deployment: Deployment, run: Run, refused: Callable[..., str]) -> None:
    made = run("key", "create")
    run("key", "revoke", made["key_id"])
    (record,) = deployment.container.table.read(api_key_lookup(secret_hash(made["api_key"])))
    assert record is None
    assert made["key_id"] in refused("key", "revoke", made["key_id"])


def test_a_key_for_an_unknown_organization_is_refused(refused: Callable[..., str]) -> None:
    assert "no such organization" in refused("key", "create", "--organization", "org_nobody")
