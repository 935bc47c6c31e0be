"""Deletes the data of a deleted organization in idempotent steps, its claims last.

The tombstone stays until the last step, so an interrupted deletion can be resumed. Domains and email addresses are
released last, so no other organization can claim one while data of the deleted organization exists.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.api_keys.model import ApiKey
from chalicelib.api_keys.store import delete_api_key, every_api_key
from chalicelib.aws.dynamodb import Table
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.deleted_store import record_deleted_connection
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import purge_connection
from chalicelib.errors import NotFound, Stale
from chalicelib.organizations.domain_store import release_domain
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import purge_organization
from chalicelib.setup_links.store import purge_setup_link, setup_links_of
from chalicelib.sign_in.subject_store import bindings_of, unbind
from chalicelib.sign_in_attempts.store import attempts_of, purge_attempt
from chalicelib.users.external_id_store import release_external_id
from chalicelib.users.model import User
from chalicelib.users.store import delete_user, users_of

MAX_STEPS: Final = 500
"""Users or attempts deleted per request; API Gateway times out after 29 seconds."""
_BATCH: Final = 25


@dataclass(frozen=True, slots=True)
class OrganizationDeletion:
    """Deletes the data of a deleted organization."""

    table: Table
    certificates: CertificateSecrets
    connections: ConnectionCache

    def resume(self, organization: Organization, now: datetime) -> bool:
        """Continues the deletion. Returns true once everything is deleted.

        Raises:
            Unavailable: AWS did not respond; retry later.
        """
        self._delete_keys(organization.id)
        self._delete_setup_links(organization.id, now)
        left = MAX_STEPS
        for summary in organization.connections:
            self.certificates.delete(summary.id)
            self.table.write(purge_connection(summary.id), record_deleted_connection(summary.id, now))
            self.connections.forget(summary.id)
            left = self._delete_attempts(summary.id, left, now)
        if left == 0 or self._delete_users(organization.id, left) == 0:
            return False
        for domain in organization.domains:
            # an interrupted run released it here, and another organization has claimed it since
            with suppress(NotFound):
                self.table.write(release_domain(domain.domain, organization.id))
        if organization.external_id is not None:
            with suppress(NotFound):
                self.table.write(release_external_id(organization.external_id, organization.id))
        self.table.write(purge_organization(organization.id))
        return True

    def _delete_keys(self, organization_id: str) -> None:
        after: str | None = None
        while True:
            page = self.table.page(every_api_key(), limit=100, after=after)
            for key in page.values:
                if key.organization_id == organization_id:
                    self._delete_key(key)
            if (after := page.after) is None:
                return

    def _delete_key(self, key: ApiKey) -> None:
        try:
            self.table.write(delete_api_key(key))
        except NotFound:  # the index may briefly list a deleted key
            return

    def _delete_setup_links(self, organization_id: str, now: datetime) -> None:
        while found := self.table.page(setup_links_of(organization_id, now), limit=_BATCH).values:
            self.table.write(*(purge_setup_link(link) for link in found))

    def _delete_attempts(self, connection_id: str, left: int, now: datetime) -> int:
        while left:
            found = self.table.page(attempts_of(connection_id, now), limit=min(left, _BATCH)).values
            if not found:
                return left
            self.table.write(*(purge_attempt(connection_id, attempt.id) for attempt in found))
            left -= len(found)
        return 0

    def _delete_users(self, organization_id: str, left: int) -> int:
        while left:
            found = self.table.page(users_of(organization_id), limit=min(left, _BATCH)).values
            if not found:
                return left
            for user in found:
                self._delete_user(user)
            left -= len(found)
        return 0

    def _delete_user(self, user: User) -> None:
        for binding in self.table.page(bindings_of(user.organization_id, user.id), limit=100).values:
            self.table.write(*unbind(user.organization_id, binding))
        with suppress(Stale):  # changed or deleted concurrently; the next page shows whether they still exist
            self.table.write(*delete_user(user))
