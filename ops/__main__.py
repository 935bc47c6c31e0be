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
from chalicelib.errors import SsoError
from ops.api_key import create_key
from ops.customers import new_organization

Result = Mapping[str, str]


def key_create(options: argparse.Namespace, container: Container) -> Result:
    """A new API key, shown this once."""
    return {"api_key": create_key(container, options.name, options.organization)}


def organization_create(options: argparse.Namespace, container: Container) -> Result:
    """A new organization with its first admin, and the link with which that person signs in for the first time."""
    admin = new_organization(container, options.name, Plan(options.plan), options.domain, admin=options.admin)
    link = container.links.invite(admin.organization_id, admin.id, container.clock())
    return {"organization_id": admin.organization_id, "user_id": admin.id, "link": link}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Container], Result] = options.command
    try:
        result = command(options, current())
    except SsoError as error:
        return _complain(f"{error.code}: {error.public}{f' ({error.private})' if error.private else ''}")
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

    key = things.add_parser("key", help="API keys").add_subparsers(required=True, metavar="COMMAND")
    create_key_parser = key.add_parser("create", help="make one; it is shown this once")
    create_key_parser.add_argument("--name", default="Operator", help="to know it again in lists")
    create_key_parser.add_argument("--organization", metavar="ID", help="for this one only, not the deployment")
    create_key_parser.set_defaults(command=key_create)

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
