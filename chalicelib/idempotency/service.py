"""Idempotency-Key: a repeated request creates only one object."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, Invalid, SsoError, Unavailable
from chalicelib.idempotency.model import LEASE, RETENTION, IdempotencyRecord
from chalicelib.idempotency.store import acquire, in_progress, receipt_lookup, release
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an Idempotency-Key. A key is scoped to one caller and one route."""

    caller_id: str
    route: str
    key: str
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 over caller, route and key, delimited by JSON encoding."""
        return hashlib.sha256(json.dumps([self.caller_id, self.route, self.key]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Executes a request once."""

    table: Table
    keys: DeploymentKeysSecret

    @staticmethod
    def keyed_request(caller_id: str, route: str, key: str | None, body: bytes) -> KeyedRequest | None:
        """Returns the request; None without a key."""
        return None if key is None else KeyedRequest(caller_id, route, key, body)

    def once(
        self,
        request: KeyedRequest | None,
        create: Callable[[IdempotencyRecord | None], T],
        find: Callable[[str], T],
        now: datetime,
    ) -> T:
        """Returns the result of `create`; or, for a request that completed before, the result of `find` for the
        object's ID.

        Args:
            request: None if the request has no key; then it is executed unconditionally.
            create: writes the object and `complete(receipt, …)` in one transaction.

        Raises:
            Invalid: the key was used with a different body.
            Conflict: a request with this key is in progress.
            Unavailable: the store did not respond. The record stays, because the write may have succeeded.
            SsoError: any error of `create` and `find`.
        """
        if request is None:
            return create(None)
        receipt = self._begin(request, now)
        if receipt.object_id is not None:
            return find(receipt.object_id)
        try:
            return create(receipt)
        except Unavailable:
            raise
        except SsoError:
            with contextlib.suppress(Conflict, Unavailable):
                self.table.write(release(receipt))
            raise

    def _begin(self, request: KeyedRequest, now: datetime) -> IdempotencyRecord:
        (found,) = self.table.read(receipt_lookup(request.digest, now))
        macs = self._macs(request.body, now)
        if found is not None:
            if not any(hmac.compare_digest(found.body_mac, mac) for mac in macs):
                raise Invalid("idempotency_key_reused")
            if found.object_id is not None:
                return found
            if found.leased_until > now:
                raise in_progress()
        receipt = IdempotencyRecord(
            digest=request.digest,
            body_mac=macs[0],
            lease=secrets.token_hex(16),
            leased_until=now + LEASE,
            expires_at=now + RETENTION,
        )
        self.table.write(acquire(receipt, instead_of=found, now=now))
        return receipt

    def _macs(self, body: bytes, now: datetime) -> list[str]:
        keys = self.keys.load(now).cookies.all
        return [hmac.new(key, b"idempotency:" + body, hashlib.sha256).hexdigest() for key in keys]
