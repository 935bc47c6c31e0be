"""The one line that a request leaves."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from chalice.app import Chalice

from chalicelib.http import access_log as request_log
from chalicelib.http.json_log import JsonLines
from chalicelib.metrics import Metric
from chalicelib.saml.refusal import RefusalCode
from chalicelib.users.model import Role
from tests.support.api import key_of
from tests.support.browser import Browser
from tests.support.deployment import PASSWORD, Deployment
from tests.support.identity_provider import key as provider_key
from tests.support.identity_provider import send
from tests.support.round_trip import Idp, identity_provider


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """Everything that is logged, read back."""
    found: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = JsonLines().format(record)
            assert "\n" not in text
            found.append(json.loads(text))

    reader, log = Reader(), logging.getLogger("gatehouse")
    log.addHandler(reader)
    yield found
    log.removeHandler(reader)


def requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["message"] == "request"]


def metrics(line: dict[str, Any]) -> dict[str, float]:
    """The line's metrics as CloudWatch reads them."""
    found: dict[str, float] = {}
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
        assert directive["Namespace"] == "Gatehouse"
        for names in directive["Dimensions"]:
            assert all(isinstance(line[name], str) for name in names)
        found |= {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}
    found.pop("ColdStart", None)
    return found


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    return identity_provider(deployment, proven=True)


def acs(browser: Browser, idp: Idp, email: str = "member@acme.test", **changes: Any) -> dict[str, str]:
    """The form that the identity provider's page would post, after a start in this browser."""
    started = browser.get(f"/saml/{idp.connection.id}/login?return_to=/deep")
    assert started.status == 303
    state = parse_qs(urlsplit(started.location).query)["RelayState"][0]
    number = next(n for n in browser.cookies if n.startswith("__Host-gh_")).removeprefix("__Host-gh_")
    answer = replace(idp.says(None, email), in_response_to=f"_{number}", **changes)
    confirmation = replace(answer.confirmations[0], in_response_to=f"_{number}")
    return {"SAMLResponse": send(replace(answer, confirmations=(confirmation,))), "RelayState": state}


def test_each_request_leaves_one_line_with_its_ids(browser: Browser, idp: Idp, lines: list[dict[str, Any]]) -> None:
    form = acs(browser, idp)
    lines.clear()
    answer = browser.post(f"/saml/{idp.connection.id}/acs", **form)
    assert answer.status == 303
    (line,) = lines
    (attempt,) = idp.deployment.container.attempts.page(
        idp.deployment.container.organizations.get(idp.organization.id), None, idp.deployment.now, limit=5, after=None
    ).values
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["attempt_id"], line["connection_id"]) == (attempt.id, idp.connection.id)
    assert line["organization_id"] == idp.organization.id
    assert (line["route"], line["status"]) == ("POST /saml/{connection_id}/acs", 303)
    assert line["duration_ms"] > 0
    assert line["audit"].startswith(f"{idp.organization.id}/")


def test_the_actors_organization_is_logged_unless_the_path_names_another(
    new_browser: Callable[[], Browser], deployment: Deployment, lines: list[dict[str, Any]]
) -> None:
    acme, other = deployment.organization(), deployment.organization(None)
    deployment.user(acme, "ada@acme.test", Role.ADMIN)
    browser = new_browser()
    browser.get("/login")
    browser.post("/login", email="ada@acme.test")
    browser.post("/login/password", email="ada@acme.test", password=PASSWORD)
    browser.get("/admin/users")
    browser.get(f"/v1/organizations/{other.id}/users")
    key_of(deployment, acme.id)("GET", f"/v1/organizations/{acme.id}")
    found = [line.get("organization_id") for line in requests(lines)]
    assert found == [None, None, acme.id, acme.id, other.id, acme.id]


def test_the_first_request_of_a_process_is_a_cold_start(
    browser: Browser, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "_served", [])
    for _ in range(2):
        browser.get("/healthz")
    first, second = requests(lines)
    assert (first["cold_start"], first["ColdStart"]) == (True, 1)
    assert (second["cold_start"], "_aws" in second) == (False, False)


def test_a_sign_in_is_counted_at_its_start_and_at_its_end(
    browser: Browser, idp: Idp, lines: list[dict[str, Any]]
) -> None:
    form = acs(browser, idp)
    browser.post(f"/saml/{idp.connection.id}/acs", **form)
    started, ended = requests(lines)
    assert metrics(started) == {"SignInStarted": 1}
    assert metrics(ended) == {"SignInSucceeded": 1, "ClockSkew": 1}
    assert started["stage"] == idp.deployment.container.settings.stage


def test_a_refusal_is_counted_by_its_code_and_a_replay_besides(
    browser: Browser, idp: Idp, lines: list[dict[str, Any]]
) -> None:
    form = acs(browser, idp)
    cookies = dict(browser.cookies)
    for _ in range(2):
        browser.cookies = dict(cookies)
        answer = browser.post(f"/saml/{idp.connection.id}/acs", **form)
    line = requests(lines)[-1]
    assert answer.status == 403
    assert metrics(line) == {"SignInRefused": 1, "Replay": 1, "ClockSkew": 1}
    assert (line["code"], line["level"]) == ("saml_replayed", "INFO")
    assert line["attempt_id"].startswith("att_")


def test_dimensions_have_few_values(browser: Browser, idp: Idp, lines: list[dict[str, Any]]) -> None:
    for value in ("x", send(idp.says(None)), "PGE+"):
        browser.post(f"/saml/{idp.connection.id}/acs", SAMLResponse=value, RelayState="x" * 20)
    seen = set()
    for line in requests(lines):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            seen |= {name for names in directive["Dimensions"] for name in names}
            assert {metric["Name"] for metric in directive["Metrics"]} <= set(Metric)
            assert {tuple(names) for names in directive["Dimensions"]} <= {("stage",), ("stage", "code")}
            if "SignInRefused" in line:
                assert line["code"] in set(RefusalCode)
    assert seen == {"stage", "code"}


@pytest.mark.parametrize(("role", "bypasses"), [(Role.ADMIN, True), (Role.MEMBER, False)])
def test_a_password_beside_required_single_sign_on_is_counted(
    new_browser: Callable[[], Browser],
    deployment: Deployment,
    lines: list[dict[str, Any]],
    role: Role,
    bypasses: bool,
) -> None:
    acme = deployment.organization()
    deployment.user(acme, "ada@acme.test", role)
    if bypasses:
        deployment.connection(acme)
    browser = new_browser()
    browser.get("/login")
    browser.post("/login", email="ada@acme.test")
    assert browser.post("/login/password", email="ada@acme.test", password=PASSWORD).status == 303
    assert metrics(requests(lines)[-1]) == ({"PasswordBypass": 1} if bypasses else {})


def test_a_bug_leaves_its_type_and_place_and_no_message(
    lines: list[dict[str, Any]], deployment: Deployment, app: Chalice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a secret value")

    monkeypatch.setattr(type(deployment.container.connection_cache), "get", broken)
    Browser(app).get(f"/saml/{deployment.organization().id}/metadata")
    caught = next(line for line in lines if "exception" in line)
    assert caught["exception"] == "ZeroDivisionError"
    assert "test_access_log.py" in caught["where"][-1]
    assert "secret value" not in str(lines)
    assert requests(lines)[-1]["level"] == "ERROR"


def test_what_stands_in_a_path_is_logged_only_if_it_is_an_id(browser: Browser, lines: list[dict[str, Any]]) -> None:
    browser.get("/saml/not-an-id/metadata")
    browser.get("/setup/a.secret.code")
    assert "not-an-id" not in str(lines)
    assert "secret" not in str(lines)
    assert [line["route"] for line in requests(lines)] == ["GET /saml/{connection_id}/metadata", "GET /setup/{code}"]


def test_no_line_of_the_journeys_holds_a_secret_or_an_identity(
    new_browser: Callable[[], Browser], idp: Idp, lines: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that a journey sends or is given is planted here, and looked for in all that was written."""
    deployment, acme = idp.deployment, idp.organization
    browser, container = new_browser(), deployment.container
    planted = [PASSWORD, "wrong-password-typed", "admin@acme.test", "member@acme.test", "stranger@acme.test"]
    deployment.user(acme, "admin@acme.test", Role.ADMIN)

    form = acs(browser, idp)
    planted += [*form.values(), *browser.cookies.values()]
    browser.post(f"/saml/{idp.connection.id}/acs", **form)
    browser.post(f"/saml/{idp.connection.id}/acs", **form)
    planted += browser.cookies.values()
    bad = acs(browser, idp, "stranger@elsewhere.test", assertion_issuer="https://evil.test/stranger@acme.test")
    browser.post(f"/saml/{idp.connection.id}/acs", **bad)
    planted += [*bad.values(), "stranger@elsewhere.test"]

    person = new_browser()
    for email, password in [("admin@acme.test", "wrong-password-typed"), ("admin@acme.test", PASSWORD)]:
        person.get(f"/login?email={email}")
        person.post("/login", email=email)
        person.post("/login/password", email=email, password=password)
    planted += person.cookies.values()
    person.get(f"/admin/sso/{idp.connection.id}")
    person.post(f"/admin/sso/{idp.connection.id}", do="save", provider="okta", x509_certificate=_private_key())
    planted += [_private_key().splitlines()[1], *person.cookies.values()]

    server = key_of(deployment)
    planted.append(server.headers["authorization"].removeprefix("Bearer "))
    root = f"/v1/organizations/{acme.id}"
    made = server("POST", f"{root}/users", {"email": "invited@acme.test", "password": "another planted word"})
    invitation = server("POST", f"{root}/users/{made.json['id']}/invitation").json["url"]
    link = server("POST", f"{root}/setup-links", {"connection_id": idp.connection.id}).json["url"]
    codes = [url.rpartition("/")[2] for url in (invitation, link)]
    planted += ["invited@acme.test", "another planted word", *codes]
    guest = new_browser()
    for url in (invitation, link, f"{link}x", "https://x/api/setup/planted.code.abc"):
        guest.get(url.partition("/api")[2])
    guest.get(link.partition("/api")[2])
    guest.post(link.partition("/api")[2])
    guest.get("/setup")
    planted += [*guest.cookies.values(), "planted.code.abc"]
    test = server("POST", f"{root}/connections/{idp.connection.id}/test").json["url"]
    guest.get(test.partition("/api")[2])
    planted.append(test.rpartition("/")[2])
    server.having(authorization="Bearer gh_planted-key")("GET", f"{root}/users")
    container.audit_log.verify(acme.id, deployment.now).finish()
    planted.append("gh_planted-key")

    written = json.dumps(lines) + capsys.readouterr().out
    seen = {(line["route"], line["status"]) for line in requests(lines)}
    assert {("POST /login/password", 401), ("POST /login/password", 303), ("POST /setup/{code}", 303)} <= seen
    assert {("POST /admin/sso/{connection_id}", 422), ("POST /saml/{connection_id}/acs", 303)} <= seen
    assert [secret for secret in planted if len(secret) > 5 and secret in written] == []
    for line in requests(lines):
        assert line["request_id"].startswith("req_")


def _private_key() -> str:
    return provider_key("acme").private_pem.decode()
