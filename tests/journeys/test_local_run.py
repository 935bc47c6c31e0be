"""`make run` itself: what it writes, what it keeps, what it refuses."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from ops.local.launch import LocalRun
from tests.support.customer import call, new_customer
from tests.support.visitor import Visitor

pytestmark = pytest.mark.journey


def _api_status(product: LocalRun) -> int:
    headers = {"Authorization": f"Bearer {product.run['api_key']}"}
    return requests.get(f"{product.base_url}/v1/organizations", headers=headers, timeout=20).status_code


def test_run_json_has_what_a_program_needs_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with LocalRun(folder) as product:
        run = json.loads((folder / "run.json").read_text())
        assert run.keys() == {"base_url", "api_key", "demo_idp", "users"}
        assert run["base_url"] == product.base_url
        assert [(user["email"], user["role"]) for user in run["users"]] == [
            ("admin@acme.test", "admin"),
            ("member@acme.test", "member"),
            ("admin@basic.test", "admin"),
        ]
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("*.json*")} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert requests.get(run["demo_idp"]["metadata_url"], timeout=20).status_code == 200
        assert _api_status(product) == 200
        for user in run["users"]:
            person = Visitor()
            asked = person.submit(person.open(f"{product.base_url}/login"), action="/login", email=user["email"])
            home = person.submit(asked, action="/login/password", password=user["password"])
            assert (home.status, home.url) == (200, f"{product.base_url}/")


def test_a_killed_run_keeps_customers_keys_and_sessions(tmp_path: Path) -> None:
    product = LocalRun(tmp_path / "data")
    person = Visitor()
    with product:
        key = product.run["api_key"]
        made = new_customer(product)
        connection = made.connect()
        email = f"member@{made.domain}"
        answered = person.submit(person.open(connection["login_url"]), form_id="other", user=email)
        assert person.submit(answered, form_id="answer").status == 200
        product.end(signal.SIGKILL)
        with product:
            assert product.run["api_key"] == key
            assert call(product, "GET", f"{made.url}/connections/{connection['id']}")["status"] == "active"
            assert person.open(f"{product.base_url}/v1/session").json["user"]["email"] == email


def test_without_demo_there_is_nothing_but_the_key(tmp_path: Path) -> None:
    with LocalRun(tmp_path / "data", {"GATEHOUSE_DEMO": "0"}) as product:
        assert product.run["users"] == []
        assert call(product, "GET", f"{product.base_url}/v1/organizations")["data"] == []


def test_a_second_run_on_the_same_data_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with LocalRun(tmp_path / "data") as product:
        command = [sys.executable, "-m", "ops.local", "--port", "1", "--data", str(tmp_path / "data"), "--reset"]
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 1
        assert "runs already" in second.stderr
        assert _api_status(product) == 200


def test_a_taken_port_is_said_in_one_sentence(product: LocalRun, tmp_path: Path) -> None:
    port = product.base_url.rpartition(":")[2]
    command = [sys.executable, "-m", "ops.local", "--port", port, "--data", str(tmp_path)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert "make run PORT=" in second.stderr


def test_an_unknown_path_is_the_products_own_404(product: LocalRun) -> None:
    answer = requests.get(f"{product.base_url}/v1/nowhere", timeout=20)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
