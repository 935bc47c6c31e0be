"""Creates, opens and uses one-time links for invitations and new passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.api_keys.model import secret_hash
from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict, NotFound
from chalicelib.i18n.message import message
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import new_id
from chalicelib.invitations.model import LINK_LIFETIME, Link, LinkPurpose, link_is_void
from chalicelib.invitations.store import create_link, link_lookup, use_link
from chalicelib.login_policy.model import Decision, decide
from chalicelib.organizations.domain_store import require_domain_not_foreign
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.passwords.hashing import hash_password
from chalicelib.passwords.service import refuse_unless_password, require_usable
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession, new_session
from chalicelib.users.email_address import domain_of
from chalicelib.users.events import link_created, user_changed, user_signed_in
from chalicelib.users.model import User, UserStatus
from chalicelib.users.store import change_user, user_lookup


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link with its URL, which is not stored. The caller emails it."""

    link: Link
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A valid link, its user, and the user's permitted sign-in methods."""

    link: Link
    user: User
    organization: Organization
    decision: Decision


@dataclass(frozen=True, slots=True)
class Links:
    """Creates, opens and uses links.

    Attributes:
        base_url: of the deployment; the links start with it.
        product: the product's name, which is not accepted as a password.
    """

    table: AuditedTable
    base_url: str
    product: str = ""

    def invite(
        self, organization_id: str, user_id: str, now: datetime, *, receipt: IdempotencyRecord | None = None
    ) -> NewLink:
        """Creates a link for the user's first sign-in. The caller is responsible for authorization.

        Raises:
            NotFound: no such user.
            Conflict: `user_disabled`, or `email_domain_taken`.
            Unavailable: the store did not answer.
        """
        user, _ = self._active_person(organization_id, user_id)
        free = require_domain_not_foreign(domain_of(user.email), organization_id)
        return self._create(user, LinkPurpose.INVITATION, now, free, receipt=receipt)

    def password_link(self, organization_id: str, user_id: str, now: datetime) -> NewLink:
        """Creates a link for setting a new password.

        Raises:
            NotFound: no such user.
            Conflict: `user_disabled`.
            NotAllowed: the policy permits this user no password.
            Unavailable: the store did not answer.
        """
        user, organization = self._active_person(organization_id, user_id)
        refuse_unless_password(decide(organization, user))
        return self._create(user, LinkPurpose.PASSWORD, now)

    def open(self, code: str, purpose: LinkPurpose, now: datetime) -> OpenedLink:
        """Opens a link without consuming it, because mail scanners open links too.

        Raises:
            NotFound: `link_is_void`: used, expired, unknown, or its user was changed since; for an invitation also if
                the user signed in by another way.
            Unavailable: the store did not answer.
        """
        found = self.find(secret_hash(code), now)
        if found.link.purpose is not purpose:
            raise link_is_void()
        return found

    def find(self, code_sha256: str, now: datetime) -> OpenedLink:
        """Returns the link stored under this hash, if it is valid.

        Raises:
            NotFound: as `open`.
            Unavailable: the store did not answer.
        """
        (link,) = self.table.read(link_lookup(code_sha256, now))
        if link is None:
            raise link_is_void()
        try:
            user, organization = self._active_person(link.organization_id, link.user_id)
        except (NotFound, Conflict) as error:
            raise link_is_void() from error
        if user.epoch != link.epoch or link.is_used_up(user.last_sign_in_at):
            raise link_is_void()
        return OpenedLink(link, user, organization, decide(organization, user))

    def set_password(self, code: str, purpose: LinkPurpose, password: str, now: datetime) -> NewSession:
        """Consumes the link, sets the password, ends every other session and starts one, in one transaction.

        Raises:
            NotFound: `link_is_void`.
            NotAllowed: the policy permits this user no password.
            Invalid: the password is not accepted (pointer `/new_password`); the link stays valid.
            Conflict: `email_domain_taken`.
            Stale: the user was changed, or signed in by another way, concurrently.
            Unavailable: the store did not answer; nothing was written.
        """
        opened = self.open(code, purpose, now)
        refuse_unless_password(opened.decision)
        require_usable(password, opened.user, opened.organization, self.product)
        changed = replace(opened.user, password_hash=hash_password(password), epoch=opened.user.epoch + 1)
        session = new_session(changed, AuthenticationMethod.PASSWORD, now, organization=opened.organization.name)
        events = (
            user_changed(opened.user, changed, Actor(ActorKind.USER, changed.id)),
            user_signed_in(changed.organization_id, changed.id, {"method": "password", "link": purpose.value}),
        )
        used = use_link(opened.link.code_sha256, now)
        free = require_domain_not_foreign(domain_of(changed.email), changed.organization_id)
        changes = change_user(
            changed, before=opened.user, signed_in_at=now, signed_in_with=AuthenticationMethod.PASSWORD
        )
        self.table.commit(
            events,
            used,
            *changes,
            free,
            session.write,
            now=now,
        )
        return session

    def _active_person(self, organization_id: str, user_id: str) -> tuple[User, Organization]:
        user, organization = self.table.read(
            user_lookup(organization_id, user_id), organization_lookup(organization_id)
        )
        if user is None or organization is None:
            raise NotFound
        if user.status is not UserStatus.ACTIVE:
            raise Conflict("user_disabled", message("problem.user_disabled.link", email=user.email))
        return user, organization

    def _create(
        self,
        user: User,
        purpose: LinkPurpose,
        now: datetime,
        *required: Write,
        receipt: IdempotencyRecord | None = None,
    ) -> NewLink:
        code = secrets.token_urlsafe(32)
        link = Link(
            id=new_id("link", now=now),
            code_sha256=secret_hash(code),
            purpose=purpose,
            organization_id=user.organization_id,
            user_id=user.id,
            epoch=user.epoch,
            expires_at=now + LINK_LIFETIME,
        )
        is_invitation = purpose is LinkPurpose.INVITATION
        action = Action.USER_INVITED if is_invitation else Action.USER_PASSWORD_LINK
        settled = [complete(receipt, link.code_sha256)] if receipt else []
        self.table.commit([link_created(action, user, link.id)], create_link(link), *required, *settled, now=now)
        return NewLink(link, f"{self.base_url}/{purpose.value}/{code}")
