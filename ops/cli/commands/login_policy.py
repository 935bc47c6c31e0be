"""Login policies. Setting one here is the last hatch, when no admin of the organization can get in any more."""

from __future__ import annotations

import logging
from typing import Final

from chalicelib.container import Container
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization
from chalicelib.users.store import user_lookup
from ops.cli.arguments import ORGANIZATION_ID
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Record
from ops.cli.queries import organization_with_id

_LOG: Final = logging.getLogger("gatehouse")


def show(options: Options, container: Container) -> Record:
    """An organization's policy."""
    return Record(_values(organization_with_id(container, options.organization)))


def set_policy(options: Options, container: Container) -> Record:
    """Set a policy. Exempt users stay exempt; those who were deleted are left out, so that the hatch always opens."""
    if not options.reason.strip():
        raise ValueError("Say why, with --reason: it is logged, and stays in the audit log.")
    before = organization_with_id(container, options.organization)
    policy = LoginPolicy(Mode(options.mode), options.required_for_admins, _exempt(options, container, before))
    after = container.login_policies.put(before, policy, container.clock(), reason=options.reason)
    facts = {
        "organization_id": after.id,
        "reason": options.reason,
        "mode_before": before.mode.value,
        "mode": after.mode.value,
        "required_for_admins_before": before.policy.required_for_admins,
        "required_for_admins": after.policy.required_for_admins,
    }
    _LOG.warning("login policy set by the operator %s", facts)
    return Record({**_values(after), "reason": options.reason})


def _exempt(options: Options, container: Container, organization: Organization) -> tuple[str, ...]:
    if options.exempt:
        return tuple(dict.fromkeys(options.exempt))
    kept = organization.policy.exempt_user_ids
    found = container.table.read_all([user_lookup(organization.id, user_id) for user_id in kept])
    return tuple(user.id for user in found if user is not None)


def _values(organization: Organization) -> dict[str, object]:
    return {
        "organization_id": organization.id,
        "organization": organization.name,
        "mode": organization.mode,
        "was_chosen": organization.policy.mode is not None,
        "required_for_admins": organization.policy.required_for_admins,
        "exempt_user_ids": list(organization.policy.exempt_user_ids),
        "connections": [{"id": c.id, "status": c.status} for c in organization.connections],
    }


_EXAMPLE_ID: Final = "org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8"

POLICY: Final = CommandGroup(
    "policy",
    "Login policies",
    (
        Command("show", "show an organization's", f"policy show {_EXAMPLE_ID}", show, (ORGANIZATION_ID,)),
        Command(
            "set",
            "set an organization's policy, for example when all its admins are locked out",
            f'policy set {_EXAMPLE_ID} --mode optional --reason "Okta is down, ticket 4711"',
            set_policy,
            (
                ORGANIZATION_ID,
                argument("--mode", required=True, choices=[mode.value for mode in Mode]),
                argument("--reason", required=True, metavar="TEXT", help="the reason; recorded in the audit log"),
                argument(
                    "--required-for-admins",
                    action="store_true",
                    help="require single sign-on for admins too",
                ),
                argument("--exempt", action="append", metavar="USER_ID", help="replaces exempt users; may be repeated"),
            ),
        ),
    ),
)
