"""The alarms. Each description names the first step; docs/operations.md has the details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.metrics import Metric as Emitted
from ops.provision import metric
from ops.provision.functions import SCHEDULED, Function
from ops.provision.metric import Metric
from ops.provision.place import APP_NAME, Place
from ops.provision.resource import Resource

_FIVE_MINUTES: Final = 300
_HOUR: Final = 3600
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Alarm:
    """It rings when the value is over `over`, or under `under`, in each of the last `periods`.

    Attributes:
        metrics: by the names they have in `expression`; without one there is a single metric.
        period: in seconds.
        bad_periods: in how many of them it has to be so; None for all.
        silence_rings: no data is as bad as a wrong value.
    """

    name: str
    description: str
    metrics: Mapping[str, Metric]
    over: float | None = None
    under: float | None = None
    expression: str | None = None
    period: int = _FIVE_MINUTES
    periods: int = 1
    bad_periods: int | None = None
    silence_rings: bool = False

    def resource(self, place: Place) -> Resource:
        """As CloudFormation has it."""
        topic = place.arn("sns", place.topic)
        single = self.expression is None
        queries = [m.query(name, self.period, returned=single) for name, m in sorted(self.metrics.items())]
        if not single:
            queries.insert(0, {"Id": "value", "Expression": self.expression, "ReturnData": True})
        properties: dict[str, Any] = {
            "AlarmDescription": self.description,
            "ActionsEnabled": True,
            "AlarmActions": [topic],
            "OKActions": [topic],
            "ComparisonOperator": "GreaterThanThreshold" if self.under is None else "LessThanThreshold",
            "Threshold": float(self.over if self.under is None else self.under),  # type: ignore[arg-type]
            "EvaluationPeriods": self.periods,
            "Metrics": queries,
            "TreatMissingData": "breaching" if self.silence_rings else "notBreaching",
            **({} if self.bad_periods is None else {"DatapointsToAlarm": self.bad_periods}),
        }
        return Resource("AWS::CloudWatch::Alarm", f"{APP_NAME}-{place.stage}-{self.name}", properties)


def alarms(place: Place) -> tuple[Alarm, ...]:
    """All of a stage's alarms."""
    return (*_failures(place), *_sign_ins(place), *_limits(place), *(_missing(place, each) for each in SCHEDULED))


def _failures(place: Place) -> tuple[Alarm, ...]:
    return (
        Alarm(
            "errors",
            "More than 1 % of the requests of five minutes failed. Look at the function's log for level ERROR.",
            {"share": metric.gateway(place, "5XXError", "Average")},
            over=0.01,
        ),
        Alarm(
            "slow",
            "One request in twenty took longer than 2 s, for ten minutes. Look at cold starts and at DynamoDB.",
            {"duration": metric.function(place, "Duration", "p95")},
            over=2000,
            periods=2,
        ),
    )


def _sign_ins(place: Place) -> tuple[Alarm, ...]:
    invalid, foreign = (
        metric.ours(place, Emitted.SIGN_IN_REFUSED, code=code)
        for code in ("saml_signature_invalid", "saml_certificate_mismatch")
    )
    return (
        Alarm(
            "refusals",
            "More than 20 sign-ins of five minutes were refused, one in five or more. Look at SignInRefused by code.",
            {
                "refused": metric.ours(place, Emitted.SIGN_IN_REFUSED),
                "succeeded": metric.ours(place, Emitted.SIGN_IN_SUCCEEDED),
            },
            expression="IF(refused > 20, refused / (refused + FILL(succeeded, 0)), 0)",
            over=0.2,
        ),
        Alarm(
            "signatures",
            "More than 10 signatures of five minutes were wrong: an identity provider rolled its key, or an attack.",
            {"invalid": invalid, "foreign": foreign},
            expression="FILL(invalid, 0) + FILL(foreign, 0)",
            over=10,
        ),
        Alarm(
            "replays",
            "More than 5 responses of five minutes had been used before. Look at the attempts with saml_replayed.",
            {"replays": metric.ours(place, Emitted.REPLAY)},
            over=5,
        ),
        Alarm(
            "password-bypass",
            "A password was taken where single sign-on is demanded: of an exempt admin, or of one who should not be.",
            {"bypasses": metric.ours(place, Emitted.PASSWORD_BYPASS)},
            over=0,
        ),
    )


def _limits(place: Place) -> tuple[Alarm, ...]:
    return (
        Alarm(
            "throttled",
            "Lambda turned requests away. Look at the account's concurrency quota.",
            {"throttles": metric.function(place, "Throttles")},
            over=0,
        ),
        Alarm(
            "table-throttled",
            "DynamoDB turned reads or writes away. Look for a hot partition and at the account's table quota.",
            {name.lower(): metric.table(place, f"{name}ThrottleEvents") for name in ("Read", "Write")},
            expression="FILL(read, 0) + FILL(write, 0)",
            over=0,
        ),
        Alarm(
            "certificate",
            "An identity provider's certificate ends within 14 days. The daily log line names connection and date.",
            {"days": metric.ours(place, Emitted.CERTIFICATE_DAYS_LEFT, "Minimum")},
            under=15,
            period=_DAY,
            periods=2,  # written once a day: between two looks a day may pass, and nothing was renewed by that
            bad_periods=1,
        ),
    )


def _missing(place: Place, scheduled: Function) -> Alarm:
    return Alarm(
        f"{scheduled.handler.replace('_', '-')}-missing",
        f"{scheduled.handler} did not run through for {scheduled.silent_hours} hours. Look at its rule and its log.",
        {
            "runs": metric.function(place, "Invocations", of=scheduled),
            "failures": metric.function(place, "Errors", of=scheduled),
        },
        expression="FILL(runs, 0) - FILL(failures, 0)",
        under=1,
        period=_HOUR,
        periods=scheduled.silent_hours or 1,
        silence_rings=True,
    )
