"""Every error that a caller may see, in one tree.

    SsoError                    root; never raised itself
    ├── Invalid                 the input is unusable; one entry per invalid field
    │   ├── Unreadable          the body can't be parsed as its content type
    │   └── WrongContentType    the content type isn't supported
    ├── WrongMethod             the path exists, but not for this method
    ├── NotSignedIn             no session or API key, or an invalid one
    ├── NotAllowed              the caller is authenticated but not authorized
    ├── NotFound                no such object for this caller
    ├── Conflict                the current state doesn't allow the operation
    │   └── Stale               the object changed after the caller read it (If-Match, RFC 9110 section 13.1.1)
    ├── PreconditionMissing     If-Match is required here (RFC 6585 section 3)
    ├── TooManyRequests         retry later (RFC 6585 section 4)
    ├── SignInRefused           a rejected SAML response
    └── Unavailable             AWS did not respond; nothing was done

`http/problem_details.py` has the HTTP status of each class; `http/framework.py` takes an error from a handler to the
middleware.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chalicelib.i18n.message import Message, message

if TYPE_CHECKING:
    from chalicelib.connections.model import Provider
    from chalicelib.saml.assertion import Assertion, SignedSubject
    from chalicelib.saml.check import Check
    from chalicelib.saml.refusal import RefusalCode
    from chalicelib.sign_in_attempts.model import Attempt


@dataclass(frozen=True, slots=True)
class FieldError:
    """One invalid field of a request body.

    Attributes:
        pointer: JSON pointer (RFC 6901) to the field, "" for the whole body.
        code: stable, snake_case.
        detail: how to fix it.
    """

    pointer: str
    code: str
    detail: Message


class SsoError(Exception):
    """The root of the tree. Raise a subclass.

    Args:
        code: stable, snake_case; `http/problem_types.py` has its title and explanation.
        public: the text for the caller; by default that of the code in the catalog `problem`. Never contains a secret.
        private: additional detail for the log only.
    """

    def __init__(self, code: str, public: Message | None = None, *, private: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.public = public or Message(f"problem.{code}")
        self.private = private


class Invalid(SsoError):
    """The input is unusable."""

    def __init__(
        self,
        code: str,
        public: Message | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        private: str | None = None,
    ) -> None:
        super().__init__(code, public, private=private)
        self.errors = errors


def invalid_field(pointer: str, code: str, detail: Message) -> Invalid:
    """A body or query with one invalid field."""
    return Invalid("invalid_request", detail, errors=(FieldError(pointer, code, detail),))


class Unreadable(Invalid):
    """The body can't be parsed as its content type."""


class WrongContentType(Invalid):
    """The path doesn't accept this content type."""


class WrongMethod(SsoError):
    """The path exists, but not for this method (RFC 9110 section 15.5.6)."""

    def __init__(
        self, method: str, allowed: tuple[str, ...], code: str = "method_not_allowed", public: Message | None = None
    ) -> None:
        possible = ", ".join(allowed)
        super().__init__(code, public or message("problem.method_not_allowed", method=method, allowed=possible))
        self.allowed = allowed


class NotSignedIn(SsoError):
    """The request has no session or API key, or an invalid one."""


class NotAllowed(SsoError):
    """The caller is authenticated but not authorized."""


class NotFound(SsoError):
    """The object doesn't exist, or isn't visible to this caller."""

    def __init__(self, code: str = "not_found", public: Message | None = None) -> None:
        super().__init__(code, public)


class Conflict(SsoError):
    """The current state doesn't allow the operation."""


class Stale(Conflict):
    """The object changed after the caller last read it."""

    def __init__(self, public: Message | None = None) -> None:
        super().__init__("stale", public)


class PreconditionMissing(SsoError):
    """A write that requires If-Match was sent without it."""


class TooManyRequests(SsoError):
    """The caller may retry after `retry_after` seconds."""

    def __init__(self, code: str, public: Message | None = None, *, retry_after: int) -> None:
        super().__init__(code, public)
        self.retry_after = retry_after


class SignInRefused(SsoError):
    """A rejected SAML response.

    Args:
        reason: the contract's refusal code.
        private: for the log and the admin's attempt list; never shown on public pages.
        checks: every check that ran, with expected and received values.
        assertion_id: ID of the verified assertion if only the binding to a request failed, so callers can distinguish a
            replay from a lost cookie.
        age_seconds: age of the verified assertion by the identity provider's clock; negative if that clock is ahead.
        signed: the signed subject, if a rule rejected it after verification.
        assertion: the verified assertion, if only the user was rejected; shown to testers, never stored.
        email: the address in the signed assertion.
        attempt: the recorded attempt.
        provider: the connection's provider, for advice in the terms of its console.
    """

    def __init__(
        self,
        reason: RefusalCode,
        *,
        private: str | None = None,
        checks: tuple[Check, ...] = (),
        assertion_id: str | None = None,
        age_seconds: float | None = None,
        signed: SignedSubject | None = None,
        assertion: Assertion | None = None,
        email: str | None = None,
        attempt: Attempt | None = None,
        provider: Provider | None = None,
    ) -> None:
        super().__init__(reason.value, message("problem.sign_in_refused"), private=private)
        self.reason = reason
        self.checks = checks
        self.assertion_id = assertion_id
        self.age_seconds = age_seconds
        self.signed = signed
        self.assertion = assertion
        self.email = email
        self.attempt = attempt
        self.provider = provider

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute once; what an exception itself keeps (its traceback) may change."""
        if name in self._CARRIED and name in self.__dict__:
            raise AttributeError(f"{name} of a refusal can't change; use having()")
        super().__setattr__(name, value)

    def having(self, **changes: Any) -> SignInRefused:
        """Returns a copy with some values changed. Refusals are immutable."""
        kept = {name: getattr(self, name) for name in self._CARRIED}
        return SignInRefused(**kept | changes)

    _CARRIED: Final = (
        "reason",
        "private",
        "checks",
        "assertion_id",
        "age_seconds",
        "signed",
        "assertion",
        "email",
        "attempt",
        "provider",
    )


class Unavailable(SsoError):
    """A dependency did not respond. Nothing was done; the caller may retry after `retry_after` seconds."""

    def __init__(self, *, private: str, retry_after: int = 5) -> None:
        super().__init__("temporarily_unavailable", private=private)
        self.retry_after = retry_after
