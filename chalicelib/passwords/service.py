"""Passwords: signing in with one, and changing one's own."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.events import user_changed, user_signed_in
from chalicelib.errors import FieldError, Invalid, NotAllowed, NotSignedIn, Stale
from chalicelib.login_policy.discovery import HomeRealmDiscovery
from chalicelib.login_policy.model import Decision, Reason, decide
from chalicelib.metrics import Metric
from chalicelib.organizations.model import Organization
from chalicelib.passwords.hashing import hash_password, needs_rehash, password_matches
from chalicelib.passwords.model import password_fault
from chalicelib.rate_limits.model import password_limits, source_limits
from chalicelib.rate_limits.service import Limits
from chalicelib.request_context import current_context, set_actor
from chalicelib.sessions.known_browser import browser_cookie, known_browser
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import NewSession, SignedInSession, new_session
from chalicelib.signing_keys.secrets import DeploymentKeysSecret
from chalicelib.users.model import User
from chalicelib.users.store import change_user, note_sign_in


@dataclass(frozen=True, slots=True)
class Passwords:
    """Checks and changes passwords.

    Attributes:
        tries: free ones for one source and one address.
        product: the product's name, which is no password.
    """

    table: AuditedTable
    discoveries: HomeRealmDiscovery
    limits: Limits
    keys: DeploymentKeysSecret
    tries: int
    product: str = ""

    def sign_in(self, email: str, password: str, *, source: str, now: datetime, browser: str = "") -> NewSession:
        """A session for whoever has this address and this password, where the policy lets passwords in.

        The try is counted before the password is hashed, and the policy is decided on the stored user after the
        password was checked: what a stranger may learn is that the pair is wrong, nothing else.

        Args:
            email: canonical.
            source: see `client_network.py`.
            browser: the cookie of a browser in which somebody signed in before, see `sessions/known_browser.py`.

        Raises:
            TooManyRequests: wait.
            NotSignedIn: `wrong_credentials`.
            NotAllowed: `user_disabled` or `sso_required`; the password was right.
            Unavailable: the store did not answer; nobody is signed in.
        """
        known = known_browser(self.keys.load(now).cookies.all, email, browser)
        limits = password_limits(source, email, self.tries, known)
        self.limits.reserve(limits, now)
        found = self.discoveries.discover(email, now)
        user, home = found.user, found.organization
        if not password_matches(user.password_hash if user else None, password) or user is None or home is None:
            raise wrong_credentials()
        self.limits.release(limits, now)  # who knows the password guesses nothing, whatever the policy says
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
        """The value of the cookie by which a browser is known that has just signed in."""
        return browser_cookie(self.keys.load(now).cookies.current, email, secrets.token_urlsafe(16))

    def change(self, signed_in: SignedInSession, old: str, new: str, *, source: str, now: datetime) -> NewSession:
        """Replace one's own password; every session of the user ends, and this new one begins.

        Raises:
            TooManyRequests: wait.
            Invalid: the old password is wrong (pointer `/password`), or the new one can't be used (`/new_password`).
            NotAllowed: the policy allows this user no password.
            Stale: the user changed at the same time.
            Unavailable: the store did not answer; the old password holds.
        """
        user = signed_in.user
        refuse_unless_password(decide(signed_in.organization, user))
        limits = source_limits(source, user.email, self.tries)
        self.limits.reserve(limits, now)
        if not password_matches(user.password_hash, old):
            raise bad_password("/password", "wrong_password", "This is not your current password.")
        require_usable(new, user, signed_in.organization, self.product)
        changed = replace(user, password_hash=hash_password(new), epoch=user.epoch + 1)
        session = new_session(changed, AuthenticationMethod.PASSWORD, now, organization=signed_in.organization.name)
        event = user_changed(user, changed, Actor(ActorKind.USER, user.id))
        self.table.commit([event], *change_user(changed, before=user), session.write, now=now)
        self.limits.release(limits, now)
        return session

    def _rehash(self, user: User, password: str) -> User:
        """Hashed with today's parameters; one who was changed at the same moment gets it at the next sign-in."""
        if user.password_hash is None or not needs_rehash(user.password_hash):
            return user
        rehashed = replace(user, password_hash=hash_password(password))
        with contextlib.suppress(Stale):
            self.table.write(*change_user(rehashed, before=user))
        return user


def refuse_unless_password(decision: Decision) -> None:
    """Nothing if the policy lets a password in.

    Raises:
        NotAllowed: `user_disabled` or `sso_required`.
    """
    if "password" in decision.methods:
        return
    if decision.reason is Reason.USER_DISABLED:
        raise NotAllowed("user_disabled", "Your account is switched off. Ask an admin of your organization.")
    raise NotAllowed("sso_required", "Your organization uses single sign-on. Your password does not work here.")


def require_usable(password: str, user: User, organization: Organization, product: str) -> None:
    """Nothing if the user of this organization may have this new password.

    Raises:
        Invalid: pointer `/new_password`, with the sentence that says what to change.
    """
    if fault := password_fault(password, user.email, (organization.name, product)):
        raise bad_password("/new_password", "unusable_password", fault.sentence)


def bad_password(pointer: str, code: str, detail: str) -> Invalid:
    """One of the password fields can't be used."""
    return Invalid(code, detail, errors=(FieldError(pointer, code, detail),))


def wrong_credentials() -> NotSignedIn:
    """One sentence for a wrong password, an unknown address and a user without a password."""
    return NotSignedIn("wrong_credentials", "The e-mail address or the password is wrong.")
