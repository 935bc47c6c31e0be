"""Pages: `browser_page` and `admin_page` register a handler together with what stands before it.

A handler gets a `Visit`: the browser with its session, already authorized, and the submitted form, whose CSRF token is
checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypedDict, TypeVar

from chalicelib.container import current
from chalicelib.http.admin_access import require_admin
from chalicelib.http.browser_session import (
    MAX_FORM_LENGTH,
    BrowserSession,
    browser_session_of,
    every_field,
    file_of,
    query_of,
)
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import FORM, MULTIPART, request_of

if TYPE_CHECKING:
    from typing import Unpack

    from chalicelib.aws.dynamodb import Lookup

V = TypeVar("V", covariant=True)


@dataclass(frozen=True, slots=True)
class Visit(Generic[V]):
    """A request for a page, or a submitted form.

    Attributes:
        path: the path parameters.
        fields: every value of every field of the form; empty if there is none.
    """

    request: Request
    visitor: V
    path: Mapping[str, str]
    fields: Mapping[str, list[str]]

    def field(self, name: str) -> str:
        """Returns the last value of a field, or ""."""
        return self.fields.get(name, [""])[-1]

    @property
    def form(self) -> Mapping[str, str]:
        """The last value of every field."""
        return {name: values[-1] for name, values in self.fields.items()}

    def query(self, name: str) -> str:
        """Returns a query parameter, or ""."""
        return query_of(self.request, name)

    def file(self, name: str) -> bytes | None:
        """Returns the file uploaded in a field, if any."""
        return file_of(self.request, name)


class PageOptions(TypedDict, total=False):
    """Options of a page.

    Attributes:
        also: what the page needs besides the session, read in the same batch, given the path parameters.
        multipart: the form may contain files.
        max_length: bytes of a form without files.
        own_token: the handler reads the form and checks its CSRF token itself.
    """

    also: Callable[[Mapping[str, str], datetime], Sequence[Lookup[Any]]]
    multipart: bool
    max_length: int
    own_token: bool


Guard: TypeAlias = "Callable[[BrowserSession[Any, Any]], Response | None]"
Handler: TypeAlias = "Callable[[Visit[Any]], Response]"


def browser_page(
    blueprint: Blueprint, method: str, path: str, **options: Unpack[PageOptions]
) -> Callable[[Handler], Callable[..., Response]]:
    """Registers a handler of a page that requires no role."""
    return _register(blueprint, method, path, lambda _visitor: None, options)


def admin_page(
    blueprint: Blueprint, method: str, path: str, *, enterprise: bool = False, **options: Unpack[PageOptions]
) -> Callable[[Handler], Callable[..., Response]]:
    """Registers a handler of a page for admins; others get a page that says who may help.

    Args:
        enterprise: the page requires the enterprise plan.
    """

    return _register(blueprint, method, path, lambda visitor: require_admin(visitor, enterprise=enterprise), options)


def _register(
    blueprint: Blueprint, method: str, path: str, guard: Guard, options: PageOptions
) -> Callable[[Handler], Callable[..., Response]]:
    types = ["*/*"] if method == "GET" else [FORM, MULTIPART] if options.get("multipart") else [FORM]
    reads_form = method == "POST" and not options.get("own_token")

    also = options.get("also")

    def register(handler: Handler) -> Callable[..., Response]:
        @wraps(handler)
        def handle(**parameters: str) -> Response:
            request = request_of(blueprint)
            visitor = browser_session_of(request, also(parameters, current().clock()) if also else ())
            if (refusal := guard(visitor)) is not None:
                return refusal
            longest = options.get("max_length", MAX_FORM_LENGTH)
            fields = every_field(request, visitor, max_length=longest) if reads_form else {}
            return handler(Visit(request, visitor, parameters, fields))

        return blueprint.route(path, methods=[method], content_types=types)(handle)  # type: ignore[no-any-return]

    return register
