"""One screen for the operator: are people coming in, what is refused, what does AWS say."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.metrics import NAMESPACE
from chalicelib.metrics import Metric as Emitted
from ops.provision import metric
from ops.provision.functions import FUNCTIONS
from ops.provision.metric import Metric
from ops.provision.place import APP_NAME, Place
from ops.provision.resource import Resource

_WIDTH: Final = 8  # of 24 columns
_HEIGHT: Final = 6

_Lines = dict[str, Metric]


def dashboard(place: Place) -> Resource:
    """The dashboard: three graphs to a row, five minutes to a point."""
    graphs = _graphs(place)
    widgets = [
        {
            "type": "metric",
            "x": number % 3 * _WIDTH,
            "y": number // 3 * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {
                "title": title,
                "region": place.region,
                "view": "timeSeries",
                "period": 300,
                "metrics": lines,
            },
        }
        for number, (title, lines) in enumerate(graphs.items())
    ]
    body = {"widgets": widgets}
    return Resource("AWS::CloudWatch::Dashboard", f"{APP_NAME}-{place.stage}", {"DashboardBody": body})


def _graphs(place: Place) -> dict[str, list[list[Any]]]:
    ours: dict[str, _Lines] = {
        "Sign-ins": _labeled_lines(place, Emitted.SIGN_IN_STARTED, Emitted.SIGN_IN_SUCCEEDED, Emitted.SIGN_IN_REFUSED),
        "Password instead of single sign-on, replays": _labeled_lines(place, Emitted.PASSWORD_BYPASS, Emitted.REPLAY),
        "Clocks that differ most, in s; cold starts": {
            Emitted.CLOCK_SKEW: metric.ours(place, Emitted.CLOCK_SKEW, "Maximum"),
            Emitted.COLD_START: metric.ours(place, Emitted.COLD_START),
        },
        "Days that the next certificate has left": {
            "days": metric.ours(place, Emitted.CERTIFICATE_DAYS_LEFT, "Minimum")
        },
        "Requests and failures": {name: metric.gateway(place, name) for name in ("Count", "4XXError", "5XXError")},
        "Duration in ms": {name: metric.function(place, "Duration", name) for name in ("p50", "p95", "p99")},
        "Functions' errors": {each.handler: metric.function(place, "Errors", of=each) for each in FUNCTIONS},
        "Lambda's limits": {
            "throttles": metric.function(place, "Throttles"),
            "at once": metric.function(place, "ConcurrentExecutions", "Maximum"),
        },
        "Table: capacity and throttles": {
            name: metric.table(place, name)
            for name in (
                "ConsumedReadCapacityUnits",
                "ConsumedWriteCapacityUnits",
                "ReadThrottleEvents",
                "WriteThrottleEvents",
            )
        },
    }
    graphs = {title: [each.line(label) for label, each in lines.items()] for title, lines in ours.items()}
    search = (
        f"SEARCH('{{{NAMESPACE},code,stage}} MetricName=\"{Emitted.SIGN_IN_REFUSED}\" stage=\"{place.stage}\"', 'Sum')"
    )
    return {**graphs, "Refused, by code": [[{"expression": search, "id": "codes"}]]}


def _labeled_lines(place: Place, *names: Emitted) -> _Lines:
    return {name: metric.ours(place, name) for name in names}
