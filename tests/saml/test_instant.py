from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.saml.instant import format_instant, instant_of
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError
from tests.support.message_text import told


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T12:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00.5Z", datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-02T12:00:00.123456789012Z", datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-02T14:00:00+02:00", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T06:30:00-05:30", datetime(2026, 3, 2, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_is_reported_in_utc(text: str, moment: datetime) -> None:
    told = instant_of(text, "IssueInstant")
    assert told == moment
    assert told.utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "2026-03-02T12:00:00",
        "2026-13-02T12:00:00Z",
        "2026-03-02T12:00:00.1234567890123Z",
        "0001-01-01T00:00:00+12:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-02T12:00:00Z\n",
    ],
)
def test_what_is_not_an_instant_is_malformed_and_named(text: str | None) -> None:
    with pytest.raises(ValidationError) as refused:
        instant_of(text, "IssueInstant")
    assert refused.value.reason is RefusalCode.SAML_MALFORMED
    assert told(refused.value.expected) == "IssueInstant as an instant with its zone"
    assert told(refused.value.received) == text


def test_an_instant_is_written_in_utc_in_whole_seconds() -> None:
    moment = datetime(2026, 3, 2, 14, 0, 1, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert format_instant(moment) == "2026-03-02T12:00:01Z"
