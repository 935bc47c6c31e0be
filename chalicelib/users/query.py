"""Parses the search and the invitation form of the user list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chalicelib.http.browser_session import query_of
from chalicelib.http.framework import Request
from chalicelib.i18n.catalog import t
from chalicelib.identifier import is_id
from chalicelib.sign_in.user_attributes import MAX_NAME_LENGTH
from chalicelib.users.filter import UserFilter
from chalicelib.users.model import Role, UserStatus
from chalicelib.visible_text import has_only_visible_characters

MAX_SEARCH_LENGTH: Final = 254
_EMPTY_INVITATION: Final = {"email": "", "name": "", "role": Role.MEMBER.value}


@dataclass(frozen=True, slots=True)
class UserQuery:
    """A request for the user list.

    Attributes:
        entries: the filter fields as submitted.
        wanted: the filter, from the valid fields.
        faults: field → error.
        after: the last user of the previous page.
    """

    entries: dict[str, str]
    wanted: UserFilter
    faults: dict[str, str]
    after: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as submitted.

    Attributes:
        faults: field → error.
    """

    entries: dict[str, str] = field(default_factory=lambda: dict(_EMPTY_INVITATION))
    faults: dict[str, str] = field(default_factory=dict)


def user_query(request: Request) -> UserQuery:
    """Parses the query string. Invalid fields are reported; an invalid page position means the first page."""
    entries = {name: query_of(request, name).strip() for name in ("who", "role", "status")}
    role, status = entries["role"], entries["status"]
    known = {"role": role in {"", *Role}, "status": status in {"", *UserStatus}}
    wanted = UserFilter(
        who=entries["who"][:MAX_SEARCH_LENGTH],
        role=Role(role) if role and known["role"] else None,
        status=UserStatus(status) if status and known["status"] else None,
    )
    faults = {name: str(t("users.fault.choice")) for name, is_known in known.items() if not is_known}
    after = query_of(request, "after")
    return UserQuery(entries, wanted, faults, after if is_id(after, "usr") else None)


def invitation_in(form: Mapping[str, str]) -> Invitation:
    """Parses the posted form. The service validates the address."""
    entries = {name: form.get(name, "").strip() for name in _EMPTY_INVITATION}
    faults: dict[str, str] = {}
    if entries["name"] and not (
        len(entries["name"]) <= MAX_NAME_LENGTH and has_only_visible_characters(entries["name"])
    ):
        faults["name"] = t("users.fault.name", most=MAX_NAME_LENGTH)
    if entries["role"] not in set(Role):
        faults["role"] = t("users.fault.role")
    return Invitation(entries, faults)
