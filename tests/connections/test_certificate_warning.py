"""Warnings about a certificate's dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.connections.certificate_warning import warnings_for
from chalicelib.i18n.catalog import in_english
from chalicelib.saml.certificate import CertificateFacts

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "codes"),
    [
        (NOW - timedelta(days=400), 365, ["expired"]),
        (NOW - timedelta(days=365), 365, ["expired"]),
        (NOW + timedelta(seconds=1), 365, ["not_yet_valid"]),
        (NOW, 60, ["expires_soon"]),
        (NOW, 61, []),
    ],
)
def test_odd_dates_are_reported(start: datetime, days: int, codes: list[str]) -> None:
    facts = CertificateFacts("00" * 32, "CN=a", "CN=a", start, start + timedelta(days=days), "RSA 2048")
    warnings = warnings_for(facts, NOW)
    assert [warning.code for warning in warnings] == codes
    assert all(warning.sha256 == facts.sha256 and in_english(warning.message) for warning in warnings)
