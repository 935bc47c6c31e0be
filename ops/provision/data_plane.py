"""All that a stage needs and no deployment of the application touches, as values. Nothing here speaks to AWS."""

from __future__ import annotations

from typing import Final

from ops import table
from ops.provision.alarms import alarms
from ops.provision.dashboard import dashboard
from ops.provision.functions import FUNCTIONS
from ops.provision.place import Place
from ops.provision.resource import Resource

LOG_DAYS: Final = 90

FREE_ALARM_METRICS: Final = 10
PRICE_OF_AN_ALARM_METRIC: Final = 0.10
"""US dollars a month, standard resolution, for each beyond the account's free ones."""


def data_plane(place: Place) -> tuple[Resource, ...]:
    """Every resource, in the order in which they are made."""
    return (
        Resource("AWS::DynamoDB::Table", place.table, {**table.SHAPE, **table.PROTECTION}),
        Resource(
            "AWS::SecretsManager::Secret",
            place.keys_secret,
            {"Description": "Gatehouse's own keys: cookies, signing, decryption. Made once, rotated, never replaced."},
            {"HasValue": True, "IsBeingDeleted": False},
        ),
        *(
            Resource("AWS::Logs::LogGroup", function.log_group(place.stage), {"RetentionInDays": LOG_DAYS})
            for function in FUNCTIONS
        ),
        Resource("AWS::SNS::Topic", place.topic, {"DisplayName": f"Gatehouse {place.stage}"}),
        *(alarm.resource(place) for alarm in alarms(place)),
        dashboard(place),
    )


def monthly_cost(place: Place) -> float:
    """US dollars a month for the alarms, where no other alarms use up the account's free ones.

    Everything else here costs nothing until people sign in, but for the secret (docs/operations.md has the table).
    """
    metrics = sum(len(alarm.metrics) for alarm in alarms(place))
    return max(0, metrics - FREE_ALARM_METRICS) * PRICE_OF_AN_ALARM_METRIC
