"""Refreshes connections' metadata daily, so that a key rollover at an identity provider locks no user out.

New keys wait for an admin's approval; they are trusted automatically only if the metadata is signed by a key that an
admin pinned. Neither a failure nor a key's removal from the metadata changes the connection.
"""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.connections.access import current_check
from chalicelib.connections.model import Connection
from chalicelib.connections.removed_certificates import needs_person
from chalicelib.connections.service import Connections
from chalicelib.connections.store import connections_with_metadata
from chalicelib.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound, SsoError
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.address import FetchFailed
from chalicelib.idp_metadata.input import fetch_metadata
from chalicelib.idp_metadata.model import MetadataCheck, previously_trusted
from chalicelib.idp_metadata.store import metadata_check_lookup, record_metadata_check
from chalicelib.idp_metadata.values import metadata_values
from chalicelib.saml.certificate import Certificate, CertificateFacts
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.metadata_signature import verify_metadata

MAX_SECONDS_PER_ORGANIZATION: Final = 60.0
"""Per run. A check takes at most 5 seconds for the fetch, plus the processing of a bounded document."""
_PAGE: Final = 25
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class MetadataRefresh:
    """Refreshes metadata, and lets admins approve new keys."""

    table: Table
    configurations: Connections
    monotonic: Callable[[], float] = time.monotonic

    def run(self, now: datetime, has_time: Callable[[], bool]) -> int:
        """Checks every due connection while time remains. Returns the number of checks.

        Remaining connections stay due for the next run; failures don't affect other connections. Organizations take
        turns within a time budget for each, so one customer's slow URLs don't delay other customers.
        """
        looks, spent = 0, dict[str, float]()
        for connection in in_turns(self._due(now)):
            owner = connection.organization_id
            if spent.get(owner, 0.0) >= MAX_SECONDS_PER_ORGANIZATION:
                continue
            if not has_time():
                return looks
            began = self.monotonic()
            self._check_safely(connection, now)
            spent[owner] = spent.get(owner, 0.0) + self.monotonic() - began
            looks += 1
        return looks

    def _due(self, now: datetime) -> list[tuple[Connection, datetime | None]]:
        """Returns every connection with a metadata URL, and the time of its last check."""
        due, after = list[tuple[Connection, datetime | None]](), None
        while True:
            page = self.table.page(connections_with_metadata(), limit=_PAGE, after=after)
            checks = self.last(page.values, now)
            for connection in page.values:
                check = checks.get(connection.id)
                if check is None or check.is_due(now):
                    due.append((connection, check.at if check else None))
            if (after := page.after) is None:
                return due

    def last(self, connections: Sequence[Connection], now: datetime) -> dict[str, MetadataCheck]:
        """Maps connection IDs to the last check of their current metadata URL. At most 100 connections."""
        wanted = [connection for connection in connections if connection.metadata_url is not None]
        found = self.table.read_all([metadata_check_lookup(connection.id, now) for connection in wanted])
        checks = {c.id: current_check(c, check) for c, check in zip(wanted, found, strict=True)}
        return {connection_id: check for connection_id, check in checks.items() if check is not None}

    def look(
        self, connection: Connection, before: MetadataCheck | None, now: datetime
    ) -> tuple[Connection, MetadataCheck]:
        """Checks one connection's metadata now. Returns the connection afterwards, and the check.

        Args:
            before: the last check of its current metadata URL.

        Raises:
            Conflict: `no_metadata_url`.
            Unavailable: AWS did not respond.
        """
        if connection.metadata_url is None:
            raise Conflict("no_metadata_url")
        check = self._check(connection, connection.metadata_url, before, now)
        self.table.write(record_metadata_check(check))
        _log_changes(connection, before, check)
        new = [c for c in check.new_to(connection) if _may_be_trusted(connection, before, c.facts)]
        if connection.metadata_signing_certificate is None or check.code is not None or not new:
            return connection, check
        after = self._trust(connection, new, now)
        check = replace(check, once_trusted=previously_trusted(check, after))
        self.table.write(record_metadata_check(check))
        return after, check

    def approve(
        self, connection: Connection, check: MetadataCheck | None, fingerprints: Collection[str], now: datetime
    ) -> Connection:
        """Trusts certificates that were found, in addition to those already trusted.

        Args:
            check: the last check of its current metadata URL.
            fingerprints: SHA-256 of each, hex, so that admins approve exactly what they saw.

        Raises:
            Invalid: one was not found (`unknown_certificate`), or there would be more than four.
            Stale: the connection was changed concurrently.
            Unavailable: AWS did not respond.
        """
        found = {c.facts.sha256: c for c in (check.found if check else ())}
        errors = tuple(
            FieldError(f"/sha256/{number}", "unknown_certificate", message("fault.field.unknown_certificate"))
            for number, fingerprint in enumerate(fingerprints)
            if fingerprint not in found
        )
        if errors:
            raise Invalid("invalid_request", message("fault.field.unknown_certificate"), errors=errors)
        trusted = {facts.sha256 for facts in connection.certificates}
        new = [found[fingerprint] for fingerprint in fingerprints if fingerprint not in trusted]
        return self._add_certificates(connection, new, now) if new else connection

    def _check_safely(self, connection: Connection, now: datetime) -> None:
        try:
            latest = self.configurations.get(connection.organization_id, connection.id)
            self.look(latest, self.last([latest], now).get(latest.id), now)
        except (NotFound, NotAllowed, Conflict):  # deleted, downgraded or changed since the index was read
            return
        except Exception as error:  # noqa: BLE001 whatever is wrong with one must not keep the others from being read
            private = error.private if isinstance(error, SsoError) else type(error).__name__
            _LOG.error("metadata.refresh_interrupted %s", {"connection_id": connection.id, "private": private})

    def _check(self, connection: Connection, url: str, before: MetadataCheck | None, now: datetime) -> MetadataCheck:
        settings, pinned = self.configurations.settings, connection.metadata_signing_certificate
        try:
            text = fetch_metadata(self.configurations.fetch, url)
            if pinned is not None:
                text = verify_metadata(text, pinned)
            issuer, prefers = connection.identity_provider_issuer, connection.request_binding
            values = metadata_values(text, settings, now, issuer, prefers)
            if not values.certificates:
                raise ImportRefused("no_signing_certificate")  # noqa: TRY301 a look without keys is no good look
        except (ImportRefused, FetchFailed) as error:
            kept = before or MetadataCheck(connection.id, url, now)
            return replace(kept, at=now, code=error.code, message=error.message)
        trusted = {facts.sha256 for facts in connection.certificates}
        named = {certificate.facts.sha256 for certificate in values.certificates}
        moved = values.found.sso_url != connection.identity_provider_url
        return MetadataCheck(
            connection.id,
            url,
            now,
            succeeded_at=now,
            found=tuple(c for c in values.certificates if c.facts.sha256 not in trusted),
            missing=tuple(sorted(trusted - named)),
            sso_url=values.found.sso_url if moved else None,
            once_trusted=previously_trusted(before, connection),
        )

    def _trust(self, connection: Connection, new: Sequence[Certificate], now: datetime) -> Connection:
        try:
            after = self._add_certificates(connection, new, now)
        # more than four, or saved by an admin concurrently: the key waits for approval
        except (Invalid, Conflict) as error:
            _LOG.warning("metadata.signed_key_pending %s", {"connection_id": connection.id, "code": error.code})
            return connection
        _LOG.warning("metadata.signed_key_trusted %s", _facts(connection, new))
        return after

    def _add_certificates(self, connection: Connection, new: Sequence[Certificate], now: datetime) -> Connection:
        texts = list(self.configurations.certificate_texts(connection).values())
        texts += [base64.b64encode(certificate.der).decode() for certificate in new]
        return self.configurations.change(connection, {"x509_certificates": texts}, connection.version, now)


def _may_be_trusted(connection: Connection, before: MetadataCheck | None, facts: CertificateFacts) -> bool:
    """True if a key in signed metadata needs no approval: it was never trusted and removed before, perhaps as
    compromised.

    `previously_trusted` holds the history from before connections had a list of removed certificates.
    """
    return not needs_person(connection, facts) and (before is None or facts.sha256 not in before.once_trusted)


def in_turns(due: Sequence[tuple[Connection, datetime | None]]) -> list[Connection]:
    """Orders connections round-robin by organization, those checked longest ago first."""
    oldest_first = sorted(due, key=lambda each: each[1].timestamp() if each[1] else 0.0)
    turns, placed = dict[str, int](), list[tuple[int, Connection]]()
    for connection, _ in oldest_first:
        turn = turns[connection.organization_id] = turns.get(connection.organization_id, 0) + 1
        placed.append((turn, connection))
    return [connection for _, connection in sorted(placed, key=lambda each: each[0])]


def _log_changes(connection: Connection, before: MetadataCheck | None, check: MetadataCheck) -> None:
    """Logs changes only: a lasting failure and a waiting key are logged once."""
    known = {c.facts.sha256 for c in before.found} if before else set()
    new = [c for c in check.new_to(connection) if c.facts.sha256 not in known]
    if new:
        _LOG.warning("metadata.key_found %s", _facts(connection, new))
    if check.code is not None and (before is None or before.code != check.code):
        facts = {"organization_id": connection.organization_id, "connection_id": connection.id, "code": check.code}
        _LOG.warning("metadata.refresh_failed %s", facts)


def _facts(connection: Connection, certificates: Sequence[Certificate]) -> dict[str, object]:
    return {
        "organization_id": connection.organization_id,
        "connection_id": connection.id,
        "sha256": [certificate.facts.sha256 for certificate in certificates],
    }
