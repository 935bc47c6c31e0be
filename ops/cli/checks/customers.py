"""Problems that stop customers from signing in, now or soon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.saml.certificate import ExpiryStatus
from ops.cli.checks.finding import CheckContext, CheckResult, ok, warning
from ops.cli.commands.certificates import ending_first
from ops.cli.output import Values

_ADVICE: Final = "Ask the customer's IT for the next certificate, then `certificate add`."


def check_certificates(patient: CheckContext) -> Iterator[CheckResult]:
    """Lists all identity providers' certificates by expiry, and marks those that expire within 60 days.

    An expired one is a warning too: we take it (`CertificateFacts.has_expired`), but the identity provider is about to
    use another, or the connection is unattended.
    """
    rows = ending_first(patient.connections, patient.container)
    marked = [row for row in rows if row["age"] != ExpiryStatus.OK.value]
    for row in marked:
        yield warning("certificate", _line(row), _ADVICE)
    yield ok("certificates", f"{len(rows)} trusted, {len(rows) - len(marked)} with more than 60 days")


def check_tests(patient: CheckContext) -> Iterator[CheckResult]:
    """Lists connections whose last test failed."""
    broken = [(o, c) for o, c in patient.connections if c.last_test is not None and not c.last_test.has_passed]
    for organization, connection in broken:
        test = connection.last_test
        detail = f"{organization.name}: {connection.id} failed with {test.code if test else ''}"
        yield warning("test", detail, f"`attempt show {test.attempt_id if test else ''}` shows what was wrong.")
    if not broken:
        yield ok("tests", "no connection's last test failed")


def _line(row: Values) -> str:
    days = row["days_left"]
    when = f"ended {-days} days ago" if days < 0 else f"ends in {days} days"
    return f"{row['organization']}: {row['connection_id']}, {row['sha256'][:16]}… {when} ({row['not_after']:%Y-%m-%d})"
