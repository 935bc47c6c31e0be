"""The operations of the API as test parameters."""

from __future__ import annotations

import re
from typing import Final

from chalicelib.http.routing import Operation
from chalicelib.organizations.model import Organization
from chalicelib.registry import every_operation

OPERATIONS: Final = every_operation()


def path_of(operation: Operation, organization: Organization) -> str:
    """The operation's path with IDs of the right form; the organization is there."""

    def some_id(found: re.Match[str]) -> str:
        prefix = {"organization": "org", "connection": "conn", "attempt": "att", "user": "usr"}.get(found[1], found[1])
        return organization.id if prefix == "org" else f"{prefix}_{'0' * 32}"

    return re.sub(r"\{(\w+)_id\}", some_id, operation.path)


LISTS: Final = [o for o in OPERATIONS if o.summary.startswith(("List ", "Export "))]
