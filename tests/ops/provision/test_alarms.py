"""Alarms ring when they must. CloudWatch's metric math is small enough to be spoken here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.metrics import NAMESPACE, Metric, embed_metrics
from ops.provision.alarms import Alarm, alarms
from ops.provision.dashboard import dashboard
from ops.provision.functions import SCHEDULED
from ops.provision.place import Place

PLACE = Place("prod", "111122223333", "eu-west-1")
ALARMS = {alarm.name: alarm for alarm in alarms(PLACE)}
LOUD: list[tuple[str, dict[str, float]]] = [
    ("errors", {"share": 0.011}),
    ("slow", {"duration": 2001}),
    ("refusals", {"refused": 21, "succeeded": 79}),
    ("refusals", {"refused": 21}),
    ("signatures", {"invalid": 11}),
    ("signatures", {"foreign": 6, "invalid": 5}),
    ("replays", {"replays": 6}),
    ("password-bypass", {"bypasses": 1}),
    ("throttled", {"throttles": 1}),
    ("table-throttled", {"write": 1}),
    ("table-throttled", {"read": 1, "write": 0}),
    ("certificate", {"days": 14}),
    ("certificate", {"days": -3}),
    ("refresh-metadata-missing", {}),
    ("refresh-metadata-missing", {"runs": 1, "failures": 1}),
    ("rotate-keys-missing", {}),
    ("cleanup-orphans-missing", {"runs": 1, "failures": 1}),
    ("digest-audit-log-missing", {"runs": 1, "failures": 1}),
]
SILENT: list[tuple[str, dict[str, float]]] = [
    ("errors", {"share": 0.01}),
    ("errors", {}),
    ("slow", {"duration": 1999}),
    ("refusals", {"refused": 20}),
    ("refusals", {"refused": 21, "succeeded": 85}),
    ("refusals", {"succeeded": 5}),
    ("signatures", {"invalid": 5, "foreign": 5}),
    ("replays", {"replays": 5}),
    ("password-bypass", {}),
    ("throttled", {"throttles": 0}),
    ("table-throttled", {}),
    ("certificate", {"days": 15}),
    ("certificate", {}),
    ("refresh-metadata-missing", {"runs": 1}),
    ("refresh-metadata-missing", {"runs": 2, "failures": 1}),
]


def _value(alarm: Alarm, data: Mapping[str, float]) -> float | None:
    """The alarm's value for one period, from the metrics that have data in it; None for no value."""
    if alarm.expression is None:
        (name,) = alarm.metrics
        return data.get(name)
    words = {
        "FILL": lambda value, instead: instead if value is None else value,
        "IF": lambda condition, then, otherwise: then if condition else otherwise,
        **dict.fromkeys(alarm.metrics),
        **data,
    }
    try:
        return float(eval(alarm.expression, {"__builtins__": {}}, words))
    except (TypeError, ZeroDivisionError):  # an operand without data: CloudWatch has no value then
        return None


def _rings(alarm: Alarm, data: Mapping[str, float]) -> bool:
    value = _value(alarm, data)
    if value is None:
        return alarm.silence_rings
    return value < alarm.under if alarm.under is not None else value > (alarm.over or 0)


@pytest.mark.parametrize(("name", "data"), LOUD)
def test_it_rings(name: str, data: dict[str, float]) -> None:
    assert _rings(ALARMS[name], data)


@pytest.mark.parametrize(("name", "data"), SILENT)
def test_it_stays_silent(name: str, data: dict[str, float]) -> None:
    assert not _rings(ALARMS[name], data)


def test_an_alarm_about_an_expiring_certificate_survives_a_day_without_a_check() -> None:
    properties = ALARMS["certificate"].resource(PLACE).properties
    assert (properties["EvaluationPeriods"], properties["DatapointsToAlarm"]) == (2, 1)
    assert properties["TreatMissingData"] == "notBreaching"  # once no connection is left it is over


def test_every_alarm_is_tried_here_and_every_scheduled_function_has_one() -> None:
    assert {name for name, _ in LOUD} == ALARMS.keys()
    assert {each.handler.replace("_", "-") + "-missing" for each in SCHEDULED} <= ALARMS.keys()


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_cloudwatch_would_take_it(alarm: Alarm) -> None:
    """Limits of PutMetricAlarm."""
    longest = 86_400 if alarm.period < 3600 else 604_800
    assert alarm.period * alarm.periods <= longest
    assert alarm.period in (10, 30) or alarm.period % 60 == 0
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_]*", name) for name in alarm.metrics)
    assert len(alarm.description) <= 1024
    assert (alarm.over is None) != (alarm.under is None)


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_it_tells_the_topic_when_it_rings_and_when_it_is_over(alarm: Alarm) -> None:
    properties = alarm.resource(PLACE).properties
    assert properties["AlarmActions"] == properties["OKActions"] == [PLACE.arn("sns", PLACE.topic)]


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_exactly_one_of_its_metrics_is_what_it_compares(alarm: Alarm) -> None:
    queries = alarm.resource(PLACE).properties["Metrics"]
    assert [each["ReturnData"] for each in queries].count(True) == 1
    assert {each["Id"] for each in queries} >= set(alarm.metrics)


def _looked_at(place: Place) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    return {(each.namespace, each.name, each.dimensions) for alarm in alarms(place) for each in alarm.metrics.values()}


def test_stages_that_share_an_account_share_no_metric() -> None:
    other = replace(PLACE, stage="dev")
    assert _looked_at(PLACE)
    assert _looked_at(PLACE) & _looked_at(other) == set()
    ours, theirs = (dashboard(place).properties["DashboardBody"]["widgets"] for place in (PLACE, other))
    for mine, others in zip(ours, theirs, strict=True):
        assert [line for line in mine["properties"]["metrics"] if line in others["properties"]["metrics"]] == []


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = str(dashboard(PLACE).properties)
    assert [name for name in Metric if f"'{name}'" not in shown] == []


def test_what_is_not_a_count_is_not_summed_up() -> None:
    widgets = dashboard(PLACE).properties["DashboardBody"]["widgets"]
    lines = [line for each in widgets for line in each["properties"]["metrics"]]
    summed = {line[1] for line in lines if len(line) > 2 and line[-1]["stat"] == "Sum"}
    assert summed & {name for name in Metric if name.unit != "Count"} == set()


def test_graphs_lie_beside_and_below_each_other() -> None:
    widgets = dashboard(PLACE).properties["DashboardBody"]["widgets"]
    places = {(each["x"], each["y"]) for each in widgets}
    assert len(places) == len(widgets)
    assert all(each["x"] + each["width"] <= 24 for each in widgets)


def test_every_metric_of_ours_that_is_checked_is_written_with_these_dimensions() -> None:
    looked_at = [each for alarm in ALARMS.values() for each in alarm.metrics.values() if each.namespace == NAMESPACE]
    assert len(looked_at) > 5
    for each in looked_at:
        (directive,) = embed_metrics({Metric(each.name): 1}, "prod", datetime.now(UTC))["_aws"]["CloudWatchMetrics"]
        assert [name for name, _ in each.dimensions] in directive["Dimensions"]
