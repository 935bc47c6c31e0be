"""Items of the daily look at certificates.

CONN#{connection_id} / NOTICE#{sha256}   the last notice of a certificate, kept 400 days
SCHEDULE / CERTIFICATES                  the day of the last look that came to its end
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from chalicelib.aws.condition import absent_or_expired, at_least
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Key, is_expired, seconds
from chalicelib.aws.transaction import Write, put
from chalicelib.connections.expiry_notice import CertificateNotice
from chalicelib.errors import Conflict

RETENTION: Final = timedelta(days=400)
_LAST_RUN: Final = Key("SCHEDULE", "CERTIFICATES")


def last_run_lookup() -> Lookup[date]:
    """The day of the last look."""
    return Lookup(_LAST_RUN, lambda item: date.fromisoformat(item["day"]))


def record_run(day: date) -> Write:
    """The look of this day is done."""
    return put(_LAST_RUN, {"day": day.isoformat()})


def notice_lookup(notice: CertificateNotice, now: datetime) -> Lookup[int]:
    """The days of the last notice of this certificate."""
    return Lookup(_key(notice), lambda item: None if is_expired(item, now) else int(item["days"]))


def record_notice(notice: CertificateNotice, now: datetime) -> Write:
    """Each notice once, also when two runs meet."""
    said = Conflict("conflict", "This was noted already.")
    item = {"days": notice.days, "expires_at": seconds(now + RETENTION)}
    return put(_key(notice), item, absent_or_expired(now) | at_least("days", notice.days + 1), said)


def _key(notice: CertificateNotice) -> Key:
    return Key(f"CONN#{notice.connection.id}", f"NOTICE#{notice.certificate.sha256}")
