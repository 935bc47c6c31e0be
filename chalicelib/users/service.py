"""Creates, finds, changes and deletes users of an organization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypedDict

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action, PendingAuditEvent
from chalicelib.aws.dynamodb import Page
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict, NotFound, Stale, invalid_field
from chalicelib.i18n.message import message
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import is_id, new_id
from chalicelib.login_policy.break_glass import admin_loss
from chalicelib.organizations.displacement import Displacement
from chalicelib.organizations.domain_store import require_domain_not_foreign
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import count_admins, organization_lookup, require_exists
from chalicelib.passwords.hashing import hash_password
from chalicelib.passwords.model import password_fault
from chalicelib.sign_in.subject_store import bindings_of, unbind
from chalicelib.users.admins import admin_ids
from chalicelib.users.email_address import canonical_address, domain_of
from chalicelib.users.events import user_changed, user_created, user_event
from chalicelib.users.filter import UserFilter
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import address_lookup, change_user, create_user, delete_user, user_lookup, users_of

_MAX_RETRIES: Final = 3
_MAX_PAGES: Final = 10
_SEARCHED_AT_ONCE: Final = 200
_MAX_BINDINGS: Final = 40  # two writes each, in a transaction of at most 100


class UserChanges(TypedDict, total=False):
    """The fields to change; absent fields stay. `password` None removes the password."""

    email: str
    name: str | None
    role: Role
    status: UserStatus
    password: str | None


@dataclass(frozen=True, slots=True)
class Users:
    """Creates, finds, changes and deletes users. The caller is responsible for authorization.

    Attributes:
        product: the product's name, which is not accepted as a password.
    """

    table: AuditedTable
    product: str = ""

    def create(
        self,
        *,
        organization_id: str,
        email: str,
        now: datetime,
        role: Role = Role.MEMBER,
        name: str | None = None,
        password: str | None = None,
        receipt: IdempotencyRecord | None = None,
    ) -> User:
        """Creates an active user.

        Raises:
            Invalid: the address or the password is not accepted.
            Conflict: `email_taken`, or `email_domain_taken`.
            NotFound: no such organization.
            Unavailable: the store did not answer.
        """
        address = _address(email)
        user = User(
            id=new_id("usr", now=now),
            organization_id=organization_id,
            email=address,
            role=role,
            status=UserStatus.ACTIVE,
            created_at=now,
            name=name,
            password_hash=self._validate_and_hash(organization_id, password, address),
        )
        settled = [complete(receipt, user.id)] if receipt else []
        free = require_domain_not_foreign(domain_of(address), organization_id)
        admins = _admins(organization_id, int(user.is_active_admin))
        self._record([user_created(user)], *create_user(user), admins, free, *settled, user=user, now=now)
        return user

    def get(self, organization_id: str, user_id: str) -> User:
        """Returns a user of this organization.

        Raises:
            NotFound: no such user.
            Unavailable: the store did not answer.
        """
        if not is_id(user_id, "usr"):
            raise NotFound
        (user,) = self.table.read(user_lookup(organization_id, user_id))
        if user is None:
            raise NotFound
        return user

    def page(self, organization_id: str, *, limit: int, after: str | None = None) -> Page[User]:
        """Lists the organization's users, newest first."""
        return self.table.page(users_of(organization_id), limit=limit, after=after)

    def with_address(self, organization_id: str, email: str) -> User | None:
        """Returns the organization's user with this address, in any spelling.

        Raises:
            Unavailable: the store did not answer.
        """
        address = canonical_address(email)
        if address is None:
            return None
        (entry,) = self.table.read(address_lookup(address))
        if entry is None or entry.organization_id != organization_id:
            return None
        (user,) = self.table.read(user_lookup(organization_id, entry.user_id))
        return user

    def search(self, organization_id: str, wanted: UserFilter, *, limit: int, after: str | None = None) -> Page[User]:
        """Searches users, newest first. Reads up to 2,000 users; `after` continues the search.

        Raises:
            Unavailable: the store did not answer.
        """
        found: list[User] = []
        for _ in range(_MAX_PAGES):
            page = self.page(organization_id, limit=_SEARCHED_AT_ONCE, after=after)
            for user in filter(wanted.admits, page.values):
                if len(found) == limit:
                    return Page(tuple(found), found[-1].id)
                found.append(user)
            after = page.after
            if after is None:
                break
        return Page(tuple(found), after)

    def admins(self, organization: Organization, *, limit: int) -> tuple[User, ...]:
        """Returns active admins, oldest first, whom a member may contact. At most 100."""
        ids = admin_ids(self.table, organization, limit=limit)
        found = self.table.read_all([user_lookup(organization.id, user_id) for user_id in ids])
        return tuple(user for user in found if user is not None and user.is_active_admin)

    def change(self, organization_id: str, user_id: str, changes: UserChanges, now: datetime) -> User:
        """Changes some fields. A new role, status, password or address ends the user's sessions.

        Raises:
            Invalid, Conflict: as `create`; Conflict also `last_admin` and `break_glass_required`.
            NotFound: no such user.
            Stale: concurrent changes exhausted the retries.
            Unavailable: the store did not answer.
        """
        for _ in range(_MAX_RETRIES):
            before = self.get(organization_id, user_id)
            changed = self._apply_changes(before, changes)
            if changed == before:
                return before
            count = int(changed.is_active_admin) - int(before.is_active_admin)
            loses_admin = before.is_active_admin and not (changed.is_active_admin and changed.password_hash)
            admins = admin_loss(self.table, before, count, now) if loses_admin else _admins(organization_id, count)
            writes = [*change_user(changed, before=before), admins]
            if changed.email != before.email or changed.displaced_at != before.displaced_at:
                writes.append(require_domain_not_foreign(domain_of(changed.email), organization_id))
            try:
                self._record([user_changed(before, changed)], *writes, user=changed, now=now)
            except Stale:
                continue
            return replace(changed, version=before.version + 1)
        raise _retries_exhausted()

    def delete(self, organization_id: str, user_id: str, now: datetime) -> None:
        """Deletes a user with their address and identity provider bindings. Their sessions end.

        Raises:
            Conflict: `last_admin`, `break_glass_required`.
            NotFound: no such user.
            Stale: concurrent changes exhausted the retries.
            Unavailable: the store did not answer.
        """
        for _ in range(_MAX_RETRIES):
            user = self.get(organization_id, user_id)
            admins = admin_loss(self.table, user, -1, now) if user.is_active_admin else _admins(organization_id, 0)
            try:
                event = user_event(Action.USER_DELETED, user)
                self.table.commit([event], *delete_user(user), admins, *self._unbind_all(user), now=now)
            except Stale:
                continue
            return
        raise _retries_exhausted()

    def sign_out(self, organization_id: str, user_id: str, now: datetime) -> User:
        """Ends all of the user's sessions.

        Raises:
            NotFound, Stale, Unavailable: as `change`.
        """
        for _ in range(_MAX_RETRIES):
            user = self.get(organization_id, user_id)
            changed = replace(user, epoch=user.epoch + 1)
            try:
                event = user_event(Action.USER_SIGNED_OUT, user)
                self.table.commit([event], *change_user(changed, before=user), now=now)
            except Stale:
                continue
            return replace(changed, version=user.version + 1)
        raise _retries_exhausted()

    def unlink(self, organization_id: str, user_id: str, now: datetime) -> None:
        """Deletes the user's NameID bindings, so that others can be bound.

        Raises:
            NotFound: there is no such user.
            Unavailable: the store did not answer.
        """
        user = self.get(organization_id, user_id)
        self.table.commit([user_event(Action.USER_UNLINKED, user)], *self._unbind_all(user), now=now)

    def _record(self, events: Sequence[PendingAuditEvent], *writes: Write, user: User, now: datetime) -> None:
        """Commits writes that give the user an address. If a user of another organization still has it, in a domain of
        this organization, it is freed first."""
        try:
            self.table.commit(events, *writes, now=now)
        except Conflict as error:
            displacement = Displacement(self.table)
            if error.code != "email_taken" or not displacement.free(user.email, user.organization_id, now):
                raise
            self.table.commit(events, *writes, now=now)

    def _apply_changes(self, before: User, changes: UserChanges) -> User:
        values: dict[str, Any] = {name: changes[name] for name in ("name", "role", "status") if name in changes}
        email = _address(changes["email"]) if "email" in changes else before.email
        if "password" in changes:
            values["password_hash"] = self._validate_and_hash(before.organization_id, changes["password"], email)
        changed = replace(before, email=email, **values)
        if email != before.email or changed.status is UserStatus.ACTIVE:
            changed = replace(changed, displaced_at=None)  # which takes the address, if it is free
        ends = any(
            getattr(changed, name) != getattr(before, name) for name in ("role", "status", "password_hash", "email")
        )
        return replace(changed, epoch=before.epoch + 1) if ends else changed

    def _validate_and_hash(self, organization_id: str, password: str | None, email: str) -> str | None:
        if password is None:
            return None
        (organization,) = self.table.read(organization_lookup(organization_id))
        if fault := password_fault(password, email, (organization.name if organization else "", self.product)):
            detail = fault.message
            raise invalid_field("/password", "unusable_password", detail)
        return hash_password(password)

    def _unbind_all(self, user: User) -> list[Write]:
        bindings = self.table.page(bindings_of(user.organization_id, user.id), limit=_MAX_BINDINGS).values
        return [write for binding in bindings for write in unbind(user.organization_id, binding)]


def _admins(organization_id: str, change: int) -> Write:
    return count_admins(organization_id, change) if change else require_exists(organization_id)


def _address(text: str) -> str:
    address = canonical_address(text)
    if address is None:
        detail = message("problem.field.email")
        raise invalid_field("/email", "invalid_email", detail)
    return address


def _retries_exhausted() -> Stale:
    return Stale(message("problem.stale_user_again"))
