"""docs/scale.md: what a sign-in asks for is counted anew, and every table is recomputed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib import container
from chalicelib.audit_log.model import RETENTION as EVENTS_KEPT
from chalicelib.errors import SignInRefused
from chalicelib.identifier import new_id
from chalicelib.metrics import Metric
from chalicelib.request_context import RequestContext, bind
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.store import RETENTION as ATTEMPTS_KEPT
from ops.provision.provisioning import PRICE_OF_AN_ALARM_METRIC, alarm_metrics
from tests.support.cloudformation import Resolved
from tests.support.deployment import Deployment
from tests.support.round_trip import Idp, identity_provider
from tests.support.table_meter import Meter

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/scale.md").read_text()
PROSE = " ".join(TEXT.split())
EMAIL = "margaret.heafield.hamilton@acme.test"
READS_OF_A_PARTITION, WRITES_OF_A_PARTITION = 3000, 1000


def _table(first: str) -> list[list[str]]:
    """The cells of the table whose head begins with this cell, without its head."""
    found = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert found, first
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()]


def _number(cell: str) -> float:
    return float(cell.replace(",", ""))


def _shows(cell: str, value: float) -> bool:
    """The cell is the value, rounded to as many digits as it has."""
    digits = len(cell.partition(".")[2])
    return abs(_number(cell) - value) <= 0.5 * 10.0**-digits + 1e-9


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    """A sign-in at another process within the last minute."""
    made = identity_provider(deployment, proven=True)
    deployment.user(made.organization, EMAIL)
    for _ in range(3):
        made.sign_in(EMAIL)
    return made


def _answer(idp: Idp, email: str = EMAIL, **changes: Any) -> Callable[[], object]:
    """The answer to a request that another process began, as it comes from the internet."""
    start = idp.start()
    said = idp.says(start, email, **changes)
    idp.deployment.restart()

    def come() -> object:
        with bind(RequestContext(request_id=new_id("req", now=idp.deployment.now), source="203.0.113.195")):
            return idp.post(said, start.relay_state)

    return come


def test_the_steps_ask_for_what_the_table_says(
    deployment: Deployment, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter(monkeypatch)

    def asked(step: Callable[[], object], *, our_keys: int) -> list[str]:
        before = deployment.calls.count("GetSecretValue")
        units = meter.measure(step)
        return [*map(str, units), str(deployment.calls.count("GetSecretValue") - before - our_keys)]

    deployment.restart()
    steps = {
        "sign-in page": ["0", "0", "0"],
        "submit address": asked(
            lambda: deployment.container.home_realm_discovery.discover(EMAIL, deployment.now), our_keys=0
        ),
        "start": asked(idp.start, our_keys=1),
        "response": asked(_answer(idp), our_keys=1),
    }
    rows = {row[0]: row[1:] for row in _table("step")}
    together = rows.pop("total")
    assert {name: row[1:] for name, row in rows.items()} == steps
    assert together == [str(sum(map(int, column))) for column in zip(*rows.values(), strict=True)]


def test_the_sign_in_page_calls_nothing(deployment: Deployment) -> None:
    container.use(deployment.container)
    before = len(deployment.calls)
    with Client(app) as client:
        assert client.http.get("/login").status_code == 200
    assert len(deployment.calls) == before


def test_the_transaction_is_the_one_of_the_table(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, meter = _answer(idp), Meter(monkeypatch)
    answer()
    assert meter.written == [int(row[1]) for row in _table("item")]
    assert f"address of {len(EMAIL)} characters" in PROSE


def test_new_users_and_refusals_cost_what_is_said(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    created, meter = _answer(idp, "katherine.coleman.johnson@acme.test"), Meter(monkeypatch)
    created()
    assert f"created: {len(meter.written)} items, {sum(meter.written)} units" in PROSE
    meter.written.clear()
    refused = _answer(idp, assertion_issuer="https://others.test")
    with pytest.raises(SignInRefused):
        refused()
    assert f"A refusal: {len(meter.written)} items, {sum(meter.written)} units" in PROSE


def test_the_connections_time_costs_what_is_said(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    idp.deployment.later(seconds=61)
    answer, meter = _answer(idp), Meter(monkeypatch)
    answer()
    assert f"its last sign-in time: {meter.units['CONN']} units" in PROSE
    assert f"{round(10_000 / 60 * meter.units['CONN'])} units a second" in PROSE


def test_a_process_writes_the_connections_time_once_a_minute(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = identity_provider(deployment, proven=True)
    deployment.user(made.organization, EMAIL)
    meter = Meter(monkeypatch)
    wrote = []
    for _ in range(8):
        wrote.append(meter.measure(lambda: made.sign_in(EMAIL), "CONN")[1] > 0)
        deployment.later(seconds=5)
    assert wrote == [True] + [False] * 7


def test_the_hot_keys_are_those_that_a_sign_in_shares(
    deployment: Deployment, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.later(seconds=61)
    deployment.restart()
    meter = Meter(monkeypatch)
    deployment.container.home_realm_discovery.discover(EMAIL, deployment.now)
    _answer(idp)()
    rows = {re.findall(r"`(\w+)#", row[0])[0]: row[1:] for row in _table("partition")}
    own = {"EMAIL", "USED", "SESSION"}
    assert rows.keys() == (meter.reads.keys() | meter.units.keys()) - own
    for kind, (reads, units, most) in rows.items():
        assert (int(reads), int(units)) == (meter.reads[kind], meter.units[kind]), kind
        limits = [READS_OF_A_PARTITION // int(reads)] if int(reads) else []
        limits += [WRITES_OF_A_PARTITION // int(units)] if int(units) else []
        assert _number(most) == min(limits)


def test_the_quotas_are_reached_where_it_is_said() -> None:
    rows = [[_number(cell) for cell in row[1:]] for row in _table("limit (per second unless noted)")]
    assert [full for *_, full in rows] == sorted(full for *_, full in rows)
    for default, one, at_a_thousand, full in rows:
        assert at_a_thousand == pytest.approx(1000 * one)
        assert full == int(default / one)


def test_a_sign_in_is_the_same_in_every_table() -> None:
    requests, reads, units, secrets = _table("step")[-1][1:]
    one = {row[0]: row[2] for row in _table("limit (per second unless noted)")}
    costs = {row[0]: row[2] for row in _table("cost item")}
    assert {one["API Gateway requests"], costs["API Gateway, REST requests"], costs["Lambda, requests"]} == {requests}
    assert {one["read units of a table, quota"], one["read units of a new table"], costs["DynamoDB, read units"]} == {
        reads
    }
    assert {one["write units of a table, quota"], one["write units of a new table"]} == {units}
    assert costs["DynamoDB, write units"] == units
    assert {one["Secrets Manager, GetSecretValue"], costs["Secrets Manager, calls"]} == {secrets}
    assert costs["Lambda, GB-seconds"] == one["Lambda concurrency, warm (140 ms for all four, assumed)"]


def test_the_costs_are_price_times_count() -> None:
    *rows, together = _table("cost item")
    costs = [_number(price) * _number(one) for _, price, one, *_ in rows]
    for (*_, thousand, million), cost in zip(rows, costs, strict=True):
        assert _shows(thousand, cost / 1000)
        assert _shows(million, cost)
    assert _shows(together[3], sum(costs) / 1000)
    assert _shows(together[4], sum(costs))


def test_what_stays_stored_is_size_times_months() -> None:
    event, days, attempt, others = re.findall(
        r"([\d.]+) KB for an event \((\d+) days\) and ([\d.]+) KB for an attempt \((\d+) days\)", PROSE
    )[0]
    months = (float(event) * int(days) + float(attempt) * int(others)) / 30.4
    assert (int(days), int(others)) == (EVENTS_KEPT.days, ATTEMPTS_KEPT.days)
    assert _shows(
        {row[0]: row[2] for row in _table("cost item")}["table and point-in-time recovery, KB-months"], months
    )


def test_an_idle_month_is_summed_up_from_the_alarms_there_are() -> None:
    metrics = alarm_metrics()
    idle = dict(_table("one month without sign-ins"))
    row = f"alarms: {metrics} metrics, ten of them free, {PRICE_OF_AN_ALARM_METRIC:.2f} each"
    assert _shows(idle[row], (metrics - 10) * PRICE_OF_AN_ALARM_METRIC)
    assert _shows(idle["total"], 0.40 + (metrics - 10) * PRICE_OF_AN_ALARM_METRIC)
    own = f"All {len(Metric)}, with each of the {len(RefusalCode)} refusal codes, would cost"
    assert f"{own} {(len(Metric) + len(RefusalCode) - 10) * 0.30:.2f} a month" in PROSE


def test_a_month_of_ten_thousand_organizations_is_summed_up() -> None:
    million = _number(_table("cost item")[-1][4])
    secrets, sign_ins, together = (
        row[1] for row in _table("one month with 10,000 organizations of 200 users, 22 working days")
    )
    assert _shows(secrets, 10_000 * 0.40)
    assert _shows(sign_ins, 10_000 * 200 * 22 / 1e6 * million)
    assert _number(together) == _number(secrets) + _number(sign_ins)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#]+)[^)]*\)|`((?:tests|ops)/[^`]+)`", TEXT))))
def test_a_file_that_it_names_is_there(path: tuple[str, str]) -> None:
    linked, named = path
    assert (ROOT / "docs" / linked).is_file() if linked else (ROOT / named).is_file()


@pytest.mark.parametrize("alarm", sorted(set(re.findall(r"Alarm `([\w-]+)`", TEXT))))
def test_an_alarm_that_it_names_is_there(alarm: str) -> None:
    alarms = Resolved("prod").of_type("AWS::CloudWatch::Alarm").values()
    assert f"gatehouse-prod-{alarm}" in {each["AlarmName"] for each in alarms}


@pytest.mark.parametrize("row", _table("figure"), ids=lambda row: row[0])
def test_every_figure_says_how_it_was_seen(row: list[str]) -> None:
    assert row[2] in {"copy of AWS's page", "second hand", "not verified"}
    assert (row[1] == "–") == (row[2] == "not verified")
