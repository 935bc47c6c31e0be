"""One tree for every failure that a caller may see.

    SsoError                    never raised itself
    ├── Invalid                 what was sent can't be used; carries one entry per bad field
    │   ├── Unreadable          it can't even be read as what it says it is
    │   └── WrongContentType    it says that it is something we don't take
    ├── WrongMethod             the path is there, this method isn't
    ├── NotSignedIn             no session or key, or one that no longer counts
    ├── NotAllowed              known caller, forbidden act
    ├── NotFound                no such object for this caller
    ├── Conflict                the state of the store forbids it
    │   └── Stale               somebody else saved first (If-Match, RFC 9110 section 13.1.1)
    ├── PreconditionMissing     If-Match is required here (RFC 6585 section 3)
    ├── TooManyRequests         wait, then try again (RFC 6585 section 4)
    ├── SignInRefused           a SAML response that gets no session
    └── Unavailable             AWS did not answer; nothing was done

Chalice turns ordinary exceptions into its own 500 before middleware sees them; only children of
`ChaliceUnhandledError` travel on. HTTP statuses are no business of this file: `http/problem_details.py` has the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chalice.app import ChaliceUnhandledError

if TYPE_CHECKING:
    from chalicelib.connections.model import Provider
    from chalicelib.i18n.message import Message
    from chalicelib.saml.assertion import Assertion, SignedSubject
    from chalicelib.saml.check import Check
    from chalicelib.saml.refusal import RefusalCode
    from chalicelib.sign_in_attempts.model import Attempt


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field of a body.

    Attributes:
        pointer: JSON pointer (RFC 6901) to the field, "" for the whole body.
        code: stable, snake_case.
        detail: what to change; a message wherever a page may show it.
    """

    pointer: str
    code: str
    detail: str | Message


class SsoError(ChaliceUnhandledError):
    """The root; raise one of its children.

    Args:
        code: stable, snake_case; `http/problem_types.py` has its title and explanation.
        public: what the caller is told; a message wherever a page may show it. Never a secret, never what was sent.
        private: what the log is told besides.
    """

    def __init__(self, code: str, public: str | Message, *, private: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.public = public
        self.private = private


class Invalid(SsoError):
    """What was sent can't be used as it is."""

    def __init__(
        self, code: str, public: str | Message, *, errors: tuple[FieldError, ...] = (), private: str | None = None
    ) -> None:
        super().__init__(code, public, private=private)
        self.errors = errors


class Unreadable(Invalid):
    """The body can't be read as what it says it is."""


class WrongContentType(Invalid):
    """The body is of a kind that this path doesn't take."""


class WrongMethod(SsoError):
    """The path exists, with other methods only (RFC 9110 section 15.5.6)."""

    def __init__(self, method: str, allowed: tuple[str, ...], code: str = "method_not_allowed") -> None:
        super().__init__(code, f"{method} isn't possible here. Possible: {', '.join(allowed)}.")
        self.allowed = allowed


class NotSignedIn(SsoError):
    """No session or API key, or one that no longer counts."""


class NotAllowed(SsoError):
    """The caller is known and may not do this."""


class NotFound(SsoError):
    """No such object, as far as this caller may know."""

    def __init__(self, code: str = "not_found", public: str = "There is nothing here.") -> None:
        super().__init__(code, public)


class Conflict(SsoError):
    """The present state forbids it."""


class Stale(Conflict):
    """Somebody else saved after the caller last read."""


class PreconditionMissing(SsoError):
    """A write that needs If-Match came without."""


class TooManyRequests(SsoError):
    """Wait `retry_after` seconds, then try again."""

    def __init__(self, code: str, public: str, *, retry_after: int) -> None:
        super().__init__(code, public)
        self.retry_after = retry_after


class SignInRefused(SsoError):
    """A SAML response that gets no session.

    Args:
        reason: the contract's refusal code.
        private: for the log and the admin's attempt list; never shown to a stranger.
        checks: everything that was checked, with expected and received values.
        assertion_id: the verified assertion's ID where only the binding to a request failed, so that a caller can tell
            a replay from a lost cookie.
        age_seconds: how long ago the verified assertion was made, by its own clock; negative where that is ahead.
        signed: whom the identity provider named in what it signed, where a rule refused it afterwards.
        assertion: the verified statement, where only the person was refused; shown to testers, stored nowhere.
        email: the address in what was signed.
        attempt: the recorded attempt.
        provider: the connection's, so that the advice can speak its console's language.
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
        super().__init__(reason.value, "The sign-in was refused.", private=private)
        self.reason = reason
        self.checks = checks
        self.assertion_id = assertion_id
        self.age_seconds = age_seconds
        self.signed = signed
        self.assertion = assertion
        self.email = email
        self.attempt = attempt
        self.provider = provider

    def having(self, **changes: Any) -> SignInRefused:
        """A copy with some values changed: a refusal itself stays as it was raised."""
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
    """Something we depend on did not answer. Nothing was done; trying again in `retry_after` seconds may help."""

    def __init__(self, *, private: str, retry_after: int = 5) -> None:
        super().__init__(
            "temporarily_unavailable", "Gatehouse can't answer right now. Nothing was changed.", private=private
        )
        self.retry_after = retry_after
