"""DynamoDB items of the daily certificate check.

CONN#{connection_id} / NOTICE#{sha256}   the last notice of a certificate, kept 400 days
SCHEDULE / CERTIFICATES                  the day of the last completed check
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
from chalicelib.i18n.message import message

RETENTION: Final = timedelta(days=400)
_LAST_RUN: Final = Key("SCHEDULE", "CERTIFICATES")


def last_run_lookup() -> Lookup[date]:
    """Looks up the day of the last completed check."""
    return Lookup(_LAST_RUN, lambda item: date.fromisoformat(item["day"]))


def record_run(day: date) -> Write:
    """Records that the check of this day is complete."""
    return put(_LAST_RUN, {"day": day.isoformat()})


def notice_lookup(notice: CertificateNotice, now: datetime) -> Lookup[int]:
    """Looks up the days of the last notice for this certificate."""
    return Lookup(_key(notice), lambda item: None if is_expired(item, now) else int(item["days"]))


def record_notice(notice: CertificateNotice, now: datetime) -> Write:
    """Records a notice, once even when two runs overlap."""
    said = Conflict("conflict", message("problem.conflict.noted"))
    item = {"days": notice.days, "expires_at": seconds(now + RETENTION)}
    return put(_key(notice), item, absent_or_expired(now) | at_least("days", notice.days + 1), said)


def _key(notice: CertificateNotice) -> Key:
    return Key(f"CONN#{notice.connection.id}", f"NOTICE#{notice.certificate.sha256}")
