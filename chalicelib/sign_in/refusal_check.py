"""The failed checks of what is validated after the signature: user, organization and connection.

An attempt records them like the checks of the response, so that every refusal shows a failed check.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.i18n.message import message
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName, Told


def with_failed(checks: Iterable[Check], failed: Iterable[Check]) -> tuple[Check, ...]:
    """Appends failed checks, and removes the passed check of the same name."""
    failed = tuple(failed)
    names = {check.name for check in failed}
    return (*(check for check in checks if check.name not in names), *failed)


def undecrypted() -> Check:
    """The ciphertext may be another tenant's: the same check as for a broken one."""
    return Check(CheckName.ENCRYPTION, False, message("check.encryption.for_us"), None)


def domain_not_allowed(email: str, organization: Organization) -> Check:
    """The address is in no verified domain and not on the guest list."""
    domains = ", ".join(domain.domain for domain in organization.domains if domain.verified)
    expected = message("check.email.domains", domains=domains) if domains else message("check.email.guests")
    return _failed_check(CheckName.EMAIL, expected, email)


def user_missing() -> Check:
    """No user has this address, and sign-ins don't create users."""
    return _failed_check(CheckName.USER, message("check.user.existing"), message("check.user.missing"))


def user_elsewhere() -> Check:
    """The address belongs to a user of another organization."""
    return _failed_check(CheckName.USER, message("check.user.existing"), message("check.user.elsewhere"))


def user_removed() -> Check:
    """The user linked with the identifier was deleted."""
    return _failed_check(CheckName.USER, message("check.user.existing"), message("check.user.removed"))


def user_disabled() -> Check:
    """An admin disabled the user."""
    return _failed_check(CheckName.USER, message("check.user.active"), message("check.user.disabled"))


def two_users(email: str) -> Check:
    """The identifier is linked with one user, and the address belongs to another."""
    return _failed_check(CheckName.USER, message("check.user.one"), message("check.user.two", email=email))


def identifier_of_another(name_id: Told) -> Check:
    """The identifier is linked with another user."""
    return _failed_check(CheckName.SUBJECT, message("check.subject.unlinked"), name_id)


def another_identifier(name_id: Told) -> Check:
    """The user is linked with another identifier."""
    return _failed_check(CheckName.SUBJECT, message("check.subject.linked"), name_id)


def plan_without_sso(organization: Organization) -> Check:
    """The plan doesn't include single sign-on."""
    return _failed_check(CheckName.ORGANIZATION, message("check.organization.plan"), organization.plan.value)


def passwords_only() -> Check:
    """The login policy disables single sign-on."""
    return _failed_check(
        CheckName.ORGANIZATION, message("check.organization.sso"), message("check.organization.passwords_only")
    )


def connection_incomplete() -> Check:
    """The connection's configuration is incomplete."""
    return _failed_check(
        CheckName.CONNECTION, message("check.connection.complete"), message("check.connection.incomplete")
    )


def connection_disabled() -> Check:
    """An admin disabled the connection."""
    return _failed_check(
        CheckName.CONNECTION, message("check.connection.enabled"), message("check.connection.disabled")
    )


def used_before(message_id: str) -> Check:
    """The request was already answered, or the assertion already used."""
    return _failed_check(CheckName.REQUEST, message("check.request.unused"), message_id)


def unsolicited(request_id: str | None) -> Check:
    """The response has no InResponseTo, although a request was sent or is required."""
    expected = request_id or message("check.request.this_browser")
    return _failed_check(CheckName.REQUEST, expected, message("check.request.unsolicited"))


def _failed_check(name: CheckName, expected: Told, received: Told) -> Check:
    return Check(name, False, expected, received)
