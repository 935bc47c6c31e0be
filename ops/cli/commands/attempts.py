"""Sign-in attempts: who could not sign in, and why."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from chalicelib.container import Container
from chalicelib.errors import NotFound
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.i18n.message import message
from chalicelib.identifier import new_id
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization
from chalicelib.sign_in.guidance import advice_of
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import Attempt
from chalicelib.users.email_address import canonical_address, domain_of
from chalicelib.users.store import address_lookup
from ops.cli.arguments import LIMIT, moment_before
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Listing, Record, Values
from ops.cli.queries import connection_with_id, every_organization, organization_with_id

_READ_AT_ONCE: Final = 100


def list_all(options: Options, container: Container) -> Listing:
    """Attempts, newest first."""
    since = moment_before(options.since, container.clock()) if options.since else None
    wanted = AttemptFilter(code=options.code or "", who=options.email or "")
    found = (
        attempt
        for organization, connection_id in _places(options, container)
        for attempt in _attempts(container, organization, connection_id, wanted, since, options.limit)
    )
    newest = heapq.nlargest(options.limit, found, key=lambda attempt: attempt.id)
    columns = ("id", "created_at", "result", "code", "email", "claimed_email", "is_test", "connection_id")
    return Listing(columns, [_row(attempt) for attempt in newest])


def show(options: Options, container: Container) -> Record:
    """One attempt with every check."""
    attempt = _find(options, container)
    advice = advice_of(attempt.code, attempt.checks)
    values = {
        **_row(attempt),
        "user_id": attempt.user_id,
        "request_id": attempt.request_id,
        "fixer": advice.fixer if advice else None,
        "checks": [
            {
                "check": check.name,
                "passed": check.passed,
                "expected": tell_in_english(check.expected),
                "received": tell_in_english(check.received),
            }
            for check in attempt.checks
        ],
    }
    return Record(values)


def _find(options: Options, container: Container) -> Attempt:
    for organization, connection_id in _places(options, container):
        try:
            return container.attempts.get(organization, connection_id, options.attempt, container.clock())
        except NotFound:
            continue
    raise NotFound("not_found", message("problem.not_found.attempt", id=options.attempt))


def _places(options: Options, container: Container) -> Iterator[tuple[Organization, str | None]]:
    """Where to look; the connection None where all of the organization's are meant."""
    if options.connection:
        organization, connection = connection_with_id(container, options.connection)
        yield organization, connection.id
    elif owners := [options.organization] if options.organization else _owners(options, container):
        for owner in owners:
            yield organization_with_id(container, owner), None
    else:
        for organization in every_organization(container):
            yield organization, None


def _owners(options: Options, container: Container) -> list[str]:
    """The organizations of a whole address, by its domain and by its account: no others' attempts need be read."""
    email = getattr(options, "email", None)
    address = canonical_address(email) if email else None
    if address is None:
        return []
    domain_owner, entry = container.table.read(domain_lookup(domain_of(address)), address_lookup(address))
    return list(dict.fromkeys(filter(None, (domain_owner, entry.organization_id if entry else None))))


def _attempts(
    container: Container,
    organization: Organization,
    connection_id: str | None,
    wanted: AttemptFilter,
    since: datetime | None,
    limit: int,
) -> Iterator[Attempt]:
    """The newest of each connection. An attempt's ID begins with its time, so a page's end says how far back it is."""
    oldest = new_id("att", now=since)[: len("att_") + 9] if since else ""
    ids = [connection_id] if connection_id else [summary.id for summary in organization.connections]
    for one in ids:
        after: str | None = None
        left = limit
        while left > 0:
            page = container.attempts.search(
                organization, one, wanted, container.clock(), limit=min(left, _READ_AT_ONCE), after=after
            )
            fresh = [attempt for attempt in page.values if since is None or attempt.created_at >= since]
            yield from fresh
            left -= len(page.values)
            after = page.after
            if after is None or after < oldest or len(fresh) < len(page.values):
                break


def _row(attempt: Attempt) -> Values:
    return {
        "id": attempt.id,
        "created_at": attempt.created_at,
        "result": attempt.result,
        "code": attempt.code,
        "email": attempt.email,
        "claimed_email": attempt.claimed_email,
        "is_test": attempt.is_test,
        "idp_initiated": attempt.idp_initiated,
        "organization_id": attempt.organization_id,
        "connection_id": attempt.connection_id,
    }


_CONNECTION: Final = argument("--connection", metavar="ID", help="only attempts of this connection")
_ORGANIZATION: Final = argument("--organization", metavar="ID", help="only attempts of this organization")

ATTEMPT: Final = CommandGroup(
    "attempt",
    "Sign-in attempts; kept 30 days",
    (
        Command(
            "list",
            "list sign-in attempts, newest first",
            "attempt list --since 2h --code saml_audience_mismatch",
            list_all,
            (
                _CONNECTION,
                _ORGANIZATION,
                argument("--email", help="an address, or part of one"),
                argument("--code", help="a refusal code"),
                argument("--since", metavar="WHEN", help="30m, 2h, 7d, or a time such as 2026-11-23T09:00Z"),
                LIMIT,
            ),
        ),
        Command(
            "show",
            "show an attempt with the expected and received value of each check",
            "attempt show att_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            show,
            (
                argument("attempt", metavar="ATTEMPT_ID", help="att_…, as shown on the error page"),
                _CONNECTION,
                _ORGANIZATION,
            ),
        ),
    ),
)
