"""Password sign-in and password change."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.errors import FieldError, Invalid, NotAllowed, NotSignedIn, Stale
from chalicelib.i18n.message import Message, message
from chalicelib.login_policy.discovery import HomeRealmDiscovery
from chalicelib.login_policy.model import Decision, Reason, decide
from chalicelib.metrics import Metric
from chalicelib.organizations.model import Organization
from chalicelib.passwords.hashing import hash_password, needs_rehash, password_matches
from chalicelib.passwords.model import password_fault
from chalicelib.rate_limits.model import network_limit, password_limits, source_limits
from chalicelib.rate_limits.service import Limits
from chalicelib.request_context import current_context, set_actor
from chalicelib.sessions.known_browser import browser_cookie, known_browser
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession, new_session
from chalicelib.sessions.signed_in import SignedInSession
from chalicelib.signing_keys.secrets import DeploymentKeysSecret
from chalicelib.users.events import user_changed, user_signed_in
from chalicelib.users.model import User
from chalicelib.users.store import change_user, note_sign_in


@dataclass(frozen=True, slots=True)
class Passwords:
    """Verifies and changes passwords.

    Attributes:
        tries: free attempts for one source and one address.
        product: the product's name, which is not accepted as a password.
    """

    table: AuditedTable
    discoveries: HomeRealmDiscovery
    limits: Limits
    keys: DeploymentKeysSecret
    tries: int
    product: str = ""

    def sign_in(self, email: str, password: str, *, source: str, now: datetime, browser: str = "") -> NewSession:
        """Signs a user in with address and password, if the policy permits it.

        The attempt is counted before the password is hashed, and the policy is evaluated for the stored user after the
        password was verified. So an attacker learns only that the pair is wrong.

        Args:
            email: canonical.
            source: see `client_network.py`.
            browser: the cookie of a browser that signed in before, see `sessions/known_browser.py`.

        Raises:
            TooManyRequests: wait.
            NotSignedIn: `wrong_credentials`.
            NotAllowed: `user_disabled` or `sso_required`; the password was right.
            Unavailable: the store did not answer; no session was created.
        """
        known = known_browser(self.keys.load(now).cookies.all, email, browser)
        failures = 0 if known else self.limits.failures(network_limit(source, email), now)
        limits = password_limits(source, email, self.tries, known, failures)
        self.limits.reserve(limits, now)
        found = self.discoveries.discover(email, now)
        user, home = found.user, found.organization
        if not password_matches(user.password_hash if user else None, password) or user is None or home is None:
            raise wrong_credentials()
        self.limits.release(limits, now)  # a right password is no guess, whatever the policy decides
        decision = decide(home, user)
        refuse_unless_password(decision)
        user = self._rehash(user, password)
        session = new_session(user, AuthenticationMethod.PASSWORD, now, organization=home.name)
        bypasses = decision.reason in (Reason.EXEMPT, Reason.ADMIN_MAY_CHOOSE)
        event = user_signed_in(user.organization_id, user.id, {"method": "password", "bypasses_sso": bypasses})
        self.table.commit([event], note_sign_in(user, now, with_password=True), session.write, now=now)
        set_actor(ActorKind.USER, user.id, user.organization_id)
        if bypasses:
            current_context().count(Metric.PASSWORD_BYPASS)
        return session

    def browser_cookie(self, email: str, now: datetime) -> str:
        """Returns the value of the known-browser cookie for a browser that has just signed in."""
        return browser_cookie(self.keys.load(now).cookies.current, email, secrets.token_urlsafe(16))

    def change(self, signed_in: SignedInSession, old: str, new: str, *, source: str, now: datetime) -> NewSession:
        """Replaces the user's own password; every session of the user ends, and a new one starts.

        Raises:
            TooManyRequests: wait.
            Invalid: the old password is wrong (pointer `/password`), or the new one is not accepted (`/new_password`).
            NotAllowed: the policy permits this user no password.
            Stale: the user was changed concurrently.
            Unavailable: the store did not answer; the old password stays.
        """
        user = signed_in.user
        refuse_unless_password(decide(signed_in.organization, user))
        limits = source_limits(source, user.email, self.tries)
        self.limits.reserve(limits, now)
        if not password_matches(user.password_hash, old):
            raise bad_password("/password", "wrong_password", message("problem.wrong_password"))
        require_usable(new, user, signed_in.organization, self.product)
        changed = replace(user, password_hash=hash_password(new), epoch=user.epoch + 1)
        session = new_session(changed, AuthenticationMethod.PASSWORD, now, organization=signed_in.organization.name)
        event = user_changed(user, changed, Actor(ActorKind.USER, user.id))
        self.table.commit([event], *change_user(changed, before=user), session.write, now=now)
        self.limits.release(limits, now)
        return session

    def _rehash(self, user: User, password: str) -> User:
        """Rehashes the password with current parameters. If the user was changed concurrently, the next sign-in does
        it."""
        if user.password_hash is None or not needs_rehash(user.password_hash):
            return user
        rehashed = replace(user, password_hash=hash_password(password))
        with contextlib.suppress(Stale):
            self.table.write(*change_user(rehashed, before=user))
        return user


def refuse_unless_password(decision: Decision) -> None:
    """Requires a decision that permits passwords.

    Raises:
        NotAllowed: `user_disabled` or `sso_required`.
    """
    if "password" in decision.methods:
        return
    if decision.reason is Reason.USER_DISABLED:
        raise NotAllowed("user_disabled")
    raise NotAllowed("sso_required")


def require_usable(password: str, user: User, organization: Organization, product: str) -> None:
    """Requires a new password that is acceptable for this user.

    Raises:
        Invalid: pointer `/new_password`, with a message that says what to change.
    """
    if fault := password_fault(password, user.email, (organization.name, product)):
        raise bad_password("/new_password", "unusable_password", fault.message)


def bad_password(pointer: str, code: str, detail: Message) -> Invalid:
    """Returns the error for a password field that is not accepted."""
    return Invalid(code, detail, errors=(FieldError(pointer, code, detail),))


def wrong_credentials() -> NotSignedIn:
    """Returns the same error for a wrong password, an unknown address and a user without a password."""
    return NotSignedIn("wrong_credentials")
