"""The deeds that services record, one function for each kind of change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.actor import Actor, ActorKind
from chalicelib.domain.api_key import ApiKey
from chalicelib.domain.audit_event import DEPLOYMENT, Action, Deed, Facts, moment_text
from chalicelib.domain.audit_facts import (
    api_key_facts,
    connection_facts,
    difference,
    organization_facts,
    policy_facts,
    setup_link_facts,
    user_facts,
)
from chalicelib.domain.connection import Connection, ConnectionStatus
from chalicelib.domain.login_policy import binds_members
from chalicelib.domain.organization import Organization
from chalicelib.domain.user import User, UserStatus

if TYPE_CHECKING:
    from chalicelib.domain.certificate_notice import CertificateNotice
    from chalicelib.domain.setup_link import SetupLink


def organization_deed(action: Action, organization: Organization) -> Deed:
    """Something that concerns a whole organization; what it is like goes with its creation and its deletion."""
    facts = organization_facts(organization)
    before = facts if action is Action.ORGANIZATION_DELETED else None
    after = facts if action is Action.ORGANIZATION_CREATED else None
    return Deed(action, organization.id, organization.id, before, after)


def organization_changed(before: Organization, after: Organization) -> tuple[Deed, ...]:
    """New values of an organization, or a new policy; and, as an event of its own, that nobody must use single sign-on
    any more."""
    deeds = []
    if organization_facts(before) != organization_facts(after) or before.policy == after.policy:
        told = difference(organization_facts(before), organization_facts(after))
        deeds.append(Deed(Action.ORGANIZATION_CHANGED, after.id, after.id, *told))
    if before.policy != after.policy:
        told = difference(policy_facts(before.policy), policy_facts(after.policy))
        deeds.append(Deed(Action.POLICY_CHANGED, after.id, after.id, *told))
    if binds_members(before) and not binds_members(after):
        deeds.append(Deed(Action.POLICY_REQUIRED_LOST, after.id, after.id))
    return tuple(deeds)


def for_reason(deeds: tuple[Deed, ...], reason: str | None) -> tuple[Deed, ...]:
    """The deeds with somebody's words why, on the first."""
    if reason is None:
        return deeds
    first, *others = deeds
    return (replace(first, after={**(first.after or {}), "reason": reason}), *others)


def user_created(user: User, actor: Actor | None = None) -> Deed:
    """A new user."""
    return Deed(Action.USER_CREATED, user.organization_id, user.id, None, user_facts(user), actor)


def user_changed(before: User, after: User, actor: Actor | None = None) -> Deed:
    """New values of a user. That a password was replaced is told, neither of the two is."""
    old, new = user_facts(before), user_facts(after)
    if before.password_hash != after.password_hash:
        old, new = old | {"password": None}, new | {"password": "set" if after.password_hash else "taken away"}
    return Deed(Action.USER_CHANGED, after.organization_id, after.id, *difference(old, new), actor)


def user_deed(action: Action, user: User) -> Deed:
    """Something done to a user that changes none of their values, or their deletion."""
    before = user_facts(user) if action is Action.USER_DELETED else None
    return Deed(action, user.organization_id, user.id, before)


def user_displaced(user: User, domain: str) -> Deed:
    """Another organization verified the domain of the user's address. Which one is not told: this is the log of the
    organization that lost the user."""
    before: Facts = {"email": user.email, "role": user.role.value, "status": user.status.value}
    after: Facts = {"status": UserStatus.DISABLED.value, "domain": domain}
    return Deed(Action.USER_DISPLACED, user.organization_id, user.id, before, after)


def link_made(action: Action, user: User, link_id: str) -> Deed:
    """A one-time link was made for a user."""
    return Deed(action, user.organization_id, user.id, None, {"link_id": link_id})


def user_linked(connection: Connection, user_id: str) -> Deed:
    """From now on the identity provider's name ID stands for this user."""
    after: Facts = {"connection_id": connection.id}
    return Deed(Action.USER_LINKED, connection.organization_id, user_id, None, after, by_provider(connection))


def signed_in(organization_id: str, user_id: str, after: Facts) -> Deed:
    """A sign-in; the user is who acts."""
    actor = Actor(ActorKind.USER, user_id)
    return Deed(Action.SIGN_IN_SUCCEEDED, organization_id, user_id, None, after, actor)


def connection_created(connection: Connection) -> Deed:
    """A new connection."""
    facts = connection_facts(connection)
    return Deed(Action.CONNECTION_CREATED, connection.organization_id, connection.id, None, facts)


def connection_changed(before: Connection, after: Connection) -> tuple[Deed, ...]:
    """New values of a connection; and, as an event of its own, that it is not active any more."""
    told = difference(connection_facts(before), connection_facts(after))
    return (Deed(Action.CONNECTION_CHANGED, after.organization_id, after.id, *told), *_loss(before, after.status.value))


def connection_deleted(connection: Connection) -> tuple[Deed, ...]:
    """A connection that goes."""
    facts = connection_facts(connection)
    deed = Deed(Action.CONNECTION_DELETED, connection.organization_id, connection.id, facts)
    return (deed, *_loss(connection, "deleted"))


def connection_proven(connection: Connection) -> Deed:
    """A sign-in or a test worked with the values in force: the connection is active from now on."""
    told = {"status": connection.status.value}, {"status": ConnectionStatus.ACTIVE.value}
    return Deed(Action.CONNECTION_PROVEN, connection.organization_id, connection.id, *told, by_provider(connection))


def connection_tested(connection: Connection, facts: Facts) -> Deed:
    """How a test sign-in ended."""
    return Deed(Action.CONNECTION_TESTED, connection.organization_id, connection.id, None, facts)


def certificate_expiring(notice: CertificateNotice) -> Deed:
    """A trusted certificate will end."""
    connection, facts = notice.connection, notice.certificate
    told: Facts = {"sha256": facts.sha256, "not_after": moment_text(facts.not_after), "days": notice.days}
    action = Action.CONNECTION_CERTIFICATE_EXPIRING
    return Deed(action, connection.organization_id, connection.id, None, told)


def setup_link_deed(action: Action, link: SetupLink) -> Deed:
    """Something that happened to a setup link; opening it and giving it up are its guest's doing."""
    by_guest = action in (Action.SETUP_LINK_OPENED, Action.SETUP_LINK_FINISHED)
    actor = Actor(ActorKind.SETUP_LINK, link.id) if by_guest else None
    return Deed(action, link.organization_id, link.id, None, setup_link_facts(link), actor)


def api_key_deed(action: Action, key: ApiKey) -> Deed:
    """A key that was made or revoked: in the log of its organization, else in the deployment's."""
    facts = api_key_facts(key)
    told = (None, facts) if action is Action.API_KEY_CREATED else (facts, None)
    return Deed(action, key.organization_id or DEPLOYMENT, key.id, *told)


def by_provider(connection: Connection) -> Actor:
    """What an identity provider's word does."""
    return Actor(ActorKind.IDENTITY_PROVIDER, connection.id)


def _loss(before: Connection, status: str) -> tuple[Deed, ...]:
    """Every loss of `active` is an event: members may use passwords from now on."""
    if before.status is not ConnectionStatus.ACTIVE or status == ConnectionStatus.ACTIVE.value:
        return ()
    told = {"status": before.status.value}, {"status": status}
    return (Deed(Action.CONNECTION_ACTIVE_LOST, before.organization_id, before.id, *told),)
