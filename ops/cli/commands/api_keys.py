"""API keys."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Final

from chalicelib.api_keys.model import ApiKey, Scope
from chalicelib.container import Container
from chalicelib.errors import NotFound
from chalicelib.i18n.message import message
from chalicelib.moment import parse_moment
from ops.cli.arguments import AFTER, LIMIT
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.commands.signing_keys import SIGNING_KEYS
from ops.cli.output import Listing, Record, Values


def create(options: Options, container: Container) -> Record:
    """A new API key, shown this once."""
    key, secret = container.api_keys.create(
        name=options.name,
        organization_id=options.organization,
        expires_at=options.expires,
        scopes=[Scope(scope) for scope in options.scope or ()],
        now=container.clock(),
    )
    return Record({"key_id": key.id, "api_key": secret, "expires_at": key.expires_at, "scopes": list(key.scopes)})


def list_all(options: Options, container: Container) -> Listing:
    """API keys, newest first; never the keys themselves."""
    page = container.api_keys.page(limit=options.limit, after=options.after)
    columns = ("id", "name", "organization_id", "scopes", "created_at", "expires_at", "last_used_on")
    return Listing(columns, [_row(key) for key in page.values], {"after": page.after} if page.after else {})


def revoke(options: Options, container: Container) -> Record:
    """The next request with the key is refused."""
    try:
        container.api_keys.delete(options.key, container.clock())
    except NotFound:
        raise NotFound("not_found", message("problem.not_found.api_key", id=options.key)) from None
    return Record({"key_id": options.key, "revoked": True})


def _row(key: ApiKey) -> Values:
    names = ("id", "name", "organization_id", "created_at", "expires_at", "last_used_on")
    return {name: getattr(key, name) for name in names} | {"scopes": list(key.scopes)}


def _end(text: str) -> datetime:
    """A date, at whose beginning (UTC) the key ends, or a time with a zone."""
    moment = parse_moment(f"{text}T00:00:00Z" if "T" not in text else text)
    if moment is None:
        raise argparse.ArgumentTypeError(f"a date or a time like 2027-06-30T12:00:00Z, not {text[:40]!r}")
    return moment


KEY: Final = CommandGroup(
    "key",
    "API keys, and our own",
    (
        Command(
            "create",
            "create an API key; it is shown once",
            "key create --name backend",
            create,
            (
                argument("--name", default="Operator", help="its name in lists"),
                argument("--organization", metavar="ID", help="access to this organization only"),
                argument("--expires", type=_end, metavar="TIME", help="a date or an RFC 3339 time; default: never"),
                argument(
                    "--scope",
                    action="append",
                    choices=[scope.value for scope in Scope],
                    help="a permission; may be repeated; default: all",
                ),
            ),
        ),
        Command("list", "list them, newest first", "key list", list_all, (LIMIT, AFTER)),
        Command(
            "revoke",
            "revoke an API key; it is refused from the next request on",
            "key revoke key_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            revoke,
            (argument("key", metavar="KEY_ID", help="key_…, as printed by `key list`"),),
        ),
        *SIGNING_KEYS,
    ),
)
