"""Parses the filter of the attempts list from the query string."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from chalicelib.http.browser_session import query_of
from chalicelib.http.framework import Request
from chalicelib.i18n.catalog import t
from chalicelib.identifier import is_id
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import AttemptResult

FIELDS: Final = ("result", "code", "who", "from", "to")
MAX_SEARCH_LENGTH: Final = 254
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AttemptQuery:
    """A request for the attempts list.

    Attributes:
        entries: the form fields as submitted.
        wanted: the filter, from the valid fields.
        faults: field → error.
        after: the last attempt of the previous page.
    """

    entries: dict[str, str]
    wanted: AttemptFilter
    faults: dict[str, str]
    after: str | None

    @property
    def attempt_id(self) -> str | None:
        """The attempt ID that was searched for, if any."""
        return self.wanted.who if is_id(self.wanted.who, "att") else None


def attempt_query(request: Request) -> AttemptQuery:
    """Parses the query string. Invalid fields are reported; an invalid page position means the first page."""
    entries = {name: query_of(request, name).strip() for name in FIELDS}
    faults: dict[str, str] = {}
    wanted = AttemptFilter(who=entries["who"][:MAX_SEARCH_LENGTH])
    if entries["result"] in set(AttemptResult):
        wanted = replace(wanted, result=AttemptResult(entries["result"]))
    elif entries["result"]:
        faults["result"] = t("attempts.fault.choice")
    if entries["code"] in set(RefusalCode):
        wanted = replace(wanted, code=entries["code"])
    elif entries["code"]:
        faults["code"] = t("attempts.fault.choice")
    wanted = replace(wanted, first=_day(entries, "from", faults), last=_day(entries, "to", faults))
    if wanted.first and wanted.last and wanted.first > wanted.last:
        faults["to"] = t("attempts.fault.order")
    after = query_of(request, "after")
    return AttemptQuery(entries, wanted, faults, after if is_id(after, "att") else None)


def _day(entries: dict[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = entries[name]
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    if text:
        faults[name] = t("attempts.fault.day")
    return None
