"""Rejects changes of an account, so that a deployment fails partway."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

Environment = dict[str, Any]
Application = Callable[[Environment, Any], Iterable[bytes]]

_READING: Final = re.compile(r"(Assume|BatchGet|Describe|Get|List|Query)")
_NAMES: Final = re.compile(r"/(restapis|functions|gatewayresponses|domainnames|tags|basepathmappings)/[^/]+")
_TEXT: Final = "This server refuses everything once."
_XML: Final = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{_TEXT}</Message></Error></ErrorResponse>"
_JSON: Final = f'{{"__type": "AccessDeniedException", "message": "{_TEXT}"}}'


def kind_of_change(service: str, method: str, path: str, action: str) -> str | None:
    """Returns the resource that a call changes, whatever its name; None for a call that only reads.

    Args:
        action: where the service names it in the request, else "-".
    """
    if action == "-":
        place = _NAMES.sub(r"/\1/*", path).rstrip("/")
        return None if method == "GET" else f"{service} {method} {place}"
    return None if _READING.match(action) else f"{service} {action}"


def refuse_once(application: Application, file: Path, kind: Callable[[Environment], str | None]) -> Application:
    """Rejects the first call of each kind, and records it in the file, while that file exists.

    Args:
        kind: of the change that a request asks for.
    """

    def serve(environment: Environment, start: Any) -> Iterable[bytes]:
        asked = kind(environment) if file.exists() else None
        if asked is None or asked in file.read_text().splitlines():
            return application(environment, start)
        with file.open("a") as noted:
            noted.write(f"{asked}\n")
        form = environment.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        kind_of_body = "text/xml" if form else "application/json"
        start("403 Forbidden", [("Content-Type", kind_of_body), ("x-amzn-ErrorType", "AccessDeniedException")])
        return [(_XML if form else _JSON).encode()]

    return serve
