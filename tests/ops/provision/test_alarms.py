"""Alarms ring when they must. CloudWatch's metric math is small enough to be evaluated here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.metrics import NAMESPACE, Metric, embed_metrics
from ops.provision.functions import SCHEDULED
from tests.support.cloudformation import Resolved

PROD = Resolved("prod")
ALARMS: dict[str, dict[str, Any]] = {
    alarm["AlarmName"].removeprefix("gatehouse-prod-"): alarm
    for alarm in PROD.of_type("AWS::CloudWatch::Alarm").values()
}
LOUD: list[tuple[str, dict[str, float]]] = [
    ("errors", {"failed": 3, "requests": 200}),
    ("errors", {"failed": 3, "requests": 3}),
    ("slow", {"duration": 2001}),
    ("refusals", {"refused": 21, "succeeded": 79}),
    ("refusals", {"refused": 21}),
    ("signatures", {"invalid": 11}),
    ("signatures", {"foreign": 6, "invalid": 5}),
    ("replays", {"replays": 6}),
    ("password-bypass", {"bypasses": 1}),
    ("throttled", {"throttles": 1}),
    ("table-throttled", {"write": 1}),
    ("table-throttled", {"read": 1, "write": 0, "used": 90}),
    ("certificate", {"days": 14}),
    ("certificate", {"days": -3}),
    ("refresh-metadata-missing", {"runs": 1, "failures": 1}),
    ("rotate-keys-missing", {"runs": 1, "failures": 1}),
    ("cleanup-orphans-missing", {"runs": 1, "failures": 1}),
    ("digest-audit-log-missing", {"runs": 1, "failures": 1}),
]
SILENT: list[tuple[str, dict[str, float]]] = [
    ("errors", {"failed": 2, "requests": 2}),
    ("errors", {"failed": 3, "requests": 300}),
    ("errors", {}),
    ("slow", {"duration": 1999}),
    ("refusals", {"refused": 20}),
    ("refusals", {"refused": 21, "succeeded": 85}),
    ("refusals", {"succeeded": 5}),
    ("signatures", {"invalid": 5, "foreign": 5}),
    ("replays", {"replays": 5}),
    ("password-bypass", {}),
    ("throttled", {"throttles": 0}),
    ("table-throttled", {"used": 10}),
    ("table-throttled", {}),
    ("certificate", {"days": 15}),
    ("certificate", {}),
    ("refresh-metadata-missing", {"runs": 1, "failures": 0}),
    ("refresh-metadata-missing", {"runs": 2, "failures": 1}),
]


def _metrics(alarm: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Id"]: each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each}


def _value(alarm: Mapping[str, Any], data: Mapping[str, float]) -> float | None:
    """The alarm's value for one period, from the metrics that have data in it; None for no value."""
    expressions = [each["Expression"] for each in alarm["Metrics"] if "Expression" in each]
    if not expressions:
        (name,) = _metrics(alarm)
        return data.get(name)
    words = {
        "FILL": lambda value, instead: instead if value is None else value,
        "IF": lambda condition, then, otherwise: then if condition else otherwise,
        **dict.fromkeys(_metrics(alarm)),
        **data,
    }
    try:
        return float(eval(expressions[0], {"__builtins__": {}}, words))
    except (TypeError, ZeroDivisionError):  # an operand without data: CloudWatch has no value then
        return None


def _rings(alarm: Mapping[str, Any], data: Mapping[str, float]) -> bool:
    value = _value(alarm, data)
    if value is None:
        return bool(alarm["TreatMissingData"] == "breaching")
    threshold = float(alarm["Threshold"])
    return value < threshold if alarm["ComparisonOperator"] == "LessThanThreshold" else value > threshold


@pytest.mark.parametrize(("name", "data"), LOUD)
def test_it_rings(name: str, data: dict[str, float]) -> None:
    assert _rings(ALARMS[name], data)


@pytest.mark.parametrize(("name", "data"), SILENT)
def test_it_stays_silent(name: str, data: dict[str, float]) -> None:
    assert not _rings(ALARMS[name], data)


@pytest.mark.parametrize("name", ALARMS)
def test_no_alarm_rings_on_a_new_stage(name: str) -> None:
    """Without any data: a new alarm has INSUFFICIENT_DATA, and actions are taken only when the state changes."""
    assert not _rings(ALARMS[name], {})
    assert ALARMS[name]["TreatMissingData"] in ("missing", "notBreaching")


@pytest.mark.parametrize("function", SCHEDULED, ids=lambda each: each.handler)
def test_a_schedule_that_ran_and_runs_no_more_is_reported(function: Any) -> None:
    alarm = ALARMS[f"{function.handler.replace('_', '-')}-missing"]
    assert alarm["TreatMissingData"] == "missing"
    assert alarm["InsufficientDataActions"] == alarm["AlarmActions"]


def test_an_alarm_about_an_expiring_certificate_survives_a_day_without_a_check() -> None:
    assert (ALARMS["certificate"]["EvaluationPeriods"], ALARMS["certificate"]["DatapointsToAlarm"]) == (2, 1)
    assert ALARMS["certificate"]["TreatMissingData"] == "notBreaching"  # once no connection is left it is over


def test_every_alarm_is_tried_here_and_every_scheduled_function_has_one() -> None:
    assert {name for name, _ in LOUD} == ALARMS.keys()
    assert {each.handler.replace("_", "-") + "-missing" for each in SCHEDULED} <= ALARMS.keys()


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_cloudwatch_would_take_it(alarm: dict[str, Any]) -> None:
    """Limits of PutMetricAlarm."""
    (period,) = {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}
    assert period * alarm["EvaluationPeriods"] <= (86_400 if period < 3600 else 604_800)
    assert period % 60 == 0
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_]*", each["Id"]) for each in alarm["Metrics"])
    assert len(alarm["AlarmDescription"]) <= 1024


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_it_tells_the_topic_when_it_rings_and_when_it_is_over(alarm: dict[str, Any]) -> None:
    assert alarm["AlarmActions"] == alarm["OKActions"]
    assert alarm["AlarmActions"][0].endswith(":gatehouse-prod-alarms")


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_exactly_one_of_its_metrics_is_what_it_compares(alarm: dict[str, Any]) -> None:
    assert [each["ReturnData"] for each in alarm["Metrics"]].count(True) == 1


def _watched(stage: str) -> set[str]:
    alarms = Resolved(stage).of_type("AWS::CloudWatch::Alarm").values()
    return {str(metric) for alarm in alarms for metric in _metrics(alarm).values()}


def test_stages_that_share_an_account_share_no_metric() -> None:
    assert _watched("prod")
    assert _watched("prod") & _watched("dev") == set()
    ours, theirs = (Resolved(stage).dashboard()["widgets"] for stage in ("prod", "dev"))
    for mine, others in zip(ours, theirs, strict=True):
        assert [line for line in mine["properties"]["metrics"] if line in others["properties"]["metrics"]] == []


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = str(PROD.dashboard())
    assert [name for name in Metric if f"'{name}'" not in shown] == []


def test_what_is_not_a_count_is_not_summed_up() -> None:
    lines = [line for each in PROD.dashboard()["widgets"] for line in each["properties"]["metrics"]]
    summed = {line[1] for line in lines if len(line) > 2 and line[-1]["stat"] == "Sum"}
    assert summed & {name for name in Metric if name.unit != "Count"} == set()


def test_graphs_lie_beside_and_below_each_other() -> None:
    widgets = PROD.dashboard()["widgets"]
    places = {(each["x"], each["y"]) for each in widgets}
    assert len(places) == len(widgets)
    assert all(each["x"] + each["width"] <= 24 for each in widgets)


def test_every_metric_of_ours_that_is_checked_is_written_with_these_dimensions() -> None:
    watched = [each for alarm in ALARMS.values() for each in _metrics(alarm).values() if each["Namespace"] == NAMESPACE]
    assert len(watched) > 5
    for each in watched:
        written = embed_metrics({Metric(each["MetricName"]): 1}, "prod", datetime.now(UTC))
        (directive,) = written["_aws"]["CloudWatchMetrics"]
        assert sorted(one["Name"] for one in each["Dimensions"]) in [sorted(each) for each in directive["Dimensions"]]
