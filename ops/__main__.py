"""The operator's command: what has to be there before anybody can sign in or call the API.

It speaks to AWS with the credentials and the region of the environment, and to the deployment that GATEHOUSE_BASE_URL
and GATEHOUSE_STAGE name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError

from chalicelib.container import Container, current
from chalicelib.domain.organization import Plan
from chalicelib.domain.user import Role
from chalicelib.errors import Invalid, SsoError
from ops.key_rotation import add_commands

Result = Mapping[str, str]


def key_create(options: argparse.Namespace, container: Container) -> Result:
    """A new API key, shown this once."""
    _, secret = container.api_keys.create(
        name=options.name, organization_id=options.organization, now=container.clock()
    )
    return {"api_key": secret}


def organization_create(options: argparse.Namespace, container: Container) -> Result:
    """A new organization with its first admin, and the link with which that person signs in for the first time."""
    now = container.clock()
    organization = container.organizations.create(
        name=options.name, plan=Plan(options.plan), domains=options.domain, now=now
    )
    try:
        admin = container.users.create(organization_id=organization.id, email=options.admin, role=Role.ADMIN, now=now)
    except SsoError:
        container.organizations.delete(organization.id, now)
        raise
    link = container.links.invite(organization.id, admin.id, now).url
    return {"organization_id": organization.id, "user_id": admin.id, "link": link}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Container], Result] = options.command
    try:
        result = command(options, current())
    except Invalid as error:
        return _complain(" ".join(field.detail for field in error.errors) or error.public)
    except SsoError as error:
        return _complain(f"{error.public}{f' ({error.private})' if error.private else ''}")
    except (ValueError, BotoCoreError) as error:
        return _complain(str(error))
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in result.items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ops", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    things = parser.add_subparsers(required=True, metavar="THING")

    key = things.add_parser("key", help="API keys, and our own").add_subparsers(required=True, metavar="COMMAND")
    create_key_parser = key.add_parser("create", help="make one; it is shown this once")
    create_key_parser.add_argument("--name", default="Operator", help="to know it again in lists")
    create_key_parser.add_argument("--organization", metavar="ID", help="for this one only, not the deployment")
    create_key_parser.set_defaults(command=key_create)
    add_commands(key)

    organization = things.add_parser("organization", help="customers").add_subparsers(required=True, metavar="COMMAND")
    create = organization.add_parser("create", help="make one with its first admin; prints the admin's one-time link")
    create.add_argument("--name", required=True)
    create.add_argument("--admin", required=True, metavar="EMAIL")
    create.add_argument("--plan", choices=[plan.value for plan in Plan], default=Plan.ENTERPRISE.value)
    create.add_argument("--domain", action="append", default=[], help="counts as verified; may be repeated")
    create.set_defaults(command=organization_create)
    return parser


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
