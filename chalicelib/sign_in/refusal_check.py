"""Failed checks of what is judged after the signature: person, organization and connection.

They stand in an attempt like the checks of the response itself: no refusal is shown with passed checks alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.i18n.message import message
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName, Told


def with_failed(checks: Iterable[Check], failed: Iterable[Check]) -> tuple[Check, ...]:
    """The checks with failed ones at the end; a check that failed later doesn't count as passed besides."""
    failed = tuple(failed)
    names = {check.name for check in failed}
    return (*(check for check in checks if check.name not in names), *failed)


def domain_not_allowed(email: str, organization: Organization) -> Check:
    """The address is in no verified domain, and no guest's."""
    domains = ", ".join(domain.domain for domain in organization.domains if domain.verified)
    expected = message("check.email.domains", domains=domains) if domains else message("check.email.guests")
    return _failed(CheckName.EMAIL, expected, email)


def user_missing() -> Check:
    """Nobody has this address, and sign-in creates no accounts."""
    return _failed(CheckName.USER, message("check.user.existing"), message("check.user.missing"))


def user_elsewhere() -> Check:
    """The address belongs to an account that is not this organization's."""
    return _failed(CheckName.USER, message("check.user.existing"), message("check.user.elsewhere"))


def user_removed() -> Check:
    """The account that the identifier was linked with is gone."""
    return _failed(CheckName.USER, message("check.user.existing"), message("check.user.removed"))


def user_disabled() -> Check:
    """An admin has disabled the account."""
    return _failed(CheckName.USER, message("check.user.active"), message("check.user.disabled"))


def two_users(email: str) -> Check:
    """The identifier is linked with one account, and the address belongs to another."""
    return _failed(CheckName.USER, message("check.user.one"), message("check.user.two", email=email))


def identifier_of_another(name_id: str) -> Check:
    """The identifier is linked with another account."""
    return _failed(CheckName.SUBJECT, message("check.subject.unlinked"), name_id)


def another_identifier(name_id: str) -> Check:
    """The account is linked with another identifier."""
    return _failed(CheckName.SUBJECT, message("check.subject.linked"), name_id)


def plan_without_sso(organization: Organization) -> Check:
    """The plan has no single sign-on."""
    return _failed(CheckName.ORGANIZATION, message("check.organization.plan"), organization.plan.value)


def passwords_only() -> Check:
    """The login policy switches single sign-on off."""
    return _failed(
        CheckName.ORGANIZATION, message("check.organization.sso"), message("check.organization.passwords_only")
    )


def connection_incomplete() -> Check:
    """Values of the identity provider are missing."""
    return _failed(CheckName.CONNECTION, message("check.connection.complete"), message("check.connection.incomplete"))


def connection_disabled() -> Check:
    """An admin has disabled the connection."""
    return _failed(CheckName.CONNECTION, message("check.connection.enabled"), message("check.connection.disabled"))


def used_before(message_id: str) -> Check:
    """The request was answered, or the assertion used, before."""
    return _failed(CheckName.REQUEST, message("check.request.unused"), message_id)


def unsolicited(request_id: str | None) -> Check:
    """The response names no request, although one was sent or is needed."""
    expected = request_id or message("check.request.this_browser")
    return _failed(CheckName.REQUEST, expected, message("check.request.unsolicited"))


def _failed(name: CheckName, expected: Told, received: Told) -> Check:
    return Check(name, False, expected, received)
