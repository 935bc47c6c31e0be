"""Creates, lists and revokes API keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.api_keys.events import api_key_event
from chalicelib.api_keys.model import ApiKey, Scope, new_key_secret, secret_hash
from chalicelib.api_keys.store import api_key_with_id, create_api_key, delete_api_key, every_api_key
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action
from chalicelib.aws.dynamodb import Page
from chalicelib.errors import FieldError, Invalid, NotFound, invalid_field
from chalicelib.i18n.message import message
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import is_id, new_id
from chalicelib.organizations.store import require_exists

_KEYS_READ_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Creates, lists and revokes API keys."""

    table: AuditedTable

    def create(
        self,
        *,
        name: str,
        now: datetime,
        organization_id: str | None = None,
        expires_at: datetime | None = None,
        scopes: Iterable[Scope] = (),
        receipt: IdempotencyRecord | None = None,
    ) -> tuple[ApiKey, str]:
        """Returns a new key's record and the key itself, which can't be retrieved again.

        Args:
            organization_id: the organization it is limited to; None for the whole deployment.
            expires_at: when it stops working; None for never.
            scopes: what it may do; empty for everything.

        Raises:
            Invalid: the organization doesn't exist, or `expires_at` is in the past.
            Unavailable: the store did not respond.
        """
        if expires_at is not None and expires_at <= now:
            detail = message("problem.field.past")
            raise invalid_field("/expires_at", "invalid_date", detail)
        secret, granted = new_key_secret(), set(scopes)
        key = ApiKey(
            id=new_id("key", now=now),
            name=name,
            secret_sha256=secret_hash(secret),
            created_at=now,
            organization_id=organization_id,
            expires_at=expires_at,
            scopes=tuple(scope for scope in Scope if scope in granted),
        )
        self._record_new(key, receipt, now)
        return key, secret

    def _record_new(self, key: ApiKey, receipt: IdempotencyRecord | None, now: datetime) -> None:
        exists = []
        if key.organization_id is not None:
            if not is_id(key.organization_id, "org"):
                raise _unknown_organization()
            exists = [require_exists(key.organization_id)]
        settled = [complete(receipt, key.id)] if receipt else []
        event = api_key_event(Action.API_KEY_CREATED, key)
        try:
            self.table.commit([event], create_api_key(key), *exists, *settled, now=now)
        except NotFound as error:
            raise _unknown_organization() from error

    def get(self, key_id: str) -> ApiKey:
        """Returns a key's record.

        Raises:
            NotFound: there is no such key.
            Unavailable: the store did not respond.
        """
        if not is_id(key_id, "key"):
            raise NotFound
        found = self.table.page(api_key_with_id(key_id), limit=1).values
        if not found:
            raise NotFound
        return found[0]

    def page(self, *, limit: int, after: str | None = None, organization_id: str | None = None) -> Page[ApiKey]:
        """Lists keys, newest first.

        Args:
            organization_id: keys of this organization only; None for all keys.
        """
        if organization_id is None:
            return self.table.page(every_api_key(), limit=limit, after=after)
        found: list[ApiKey] = []
        while True:
            page = self.table.page(every_api_key(), limit=_KEYS_READ_AT_ONCE, after=after)
            found += [key for key in page.values if key.organization_id == organization_id]
            if len(found) > limit:
                return Page(tuple(found[:limit]), found[limit - 1].id)
            if page.after is None:
                return Page(tuple(found), None)
            after = page.after

    def delete(self, key_id: str, now: datetime) -> None:
        """Revokes a key.

        Raises:
            NotFound: there is no such key.
            Unavailable: the store did not respond; the key is still valid.
        """
        key = self.get(key_id)
        self.table.commit([api_key_event(Action.API_KEY_DELETED, key)], delete_api_key(key), now=now)


def _unknown_organization() -> Invalid:
    detail = message("problem.field.unknown_organization")
    error = FieldError("/organization_id", "unknown_organization", detail)
    return Invalid("invalid_request", detail, errors=(error,))
