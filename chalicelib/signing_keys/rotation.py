"""Key rotation without downtime: every process has the next key before it is used, and the previous key stays valid
until nothing uses it.

    current            →  prepare  →  current, next  →  promote  →  current, previous  →  retire  →  current
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from chalicelib.saml.key_pair import KeyPair, PublishedKeys
from chalicelib.signing_keys.model import DeploymentKeys, KeySet

PROPAGATION_DELAY: Final = timedelta(minutes=15)
"""Time until every process has the new set; processes reload it every five minutes."""

_MAX_OLDER: Final = 8
"""A secret holds 64 KB; one RSA key pair takes 3 KB."""

T = TypeVar("T")


class KeyPurpose(StrEnum):
    """The purpose of a set of keys."""

    COOKIES = "cookies"
    SIGNING = "signing"
    DECRYPTION = "decryption"
    AUDIT = "audit"


class RotationStep(StrEnum):
    """One step of a rotation. The contents of the set determine the next step."""

    PREPARE = "prepare"
    PROMOTE = "promote"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class RotationSchedule:
    """How long a set stays in each state.

    Attributes:
        rest: until the schedule starts a rotation; None if only an operator starts one, because identity providers'
            admins have to act on it.
        known: from prepare to promote.
        overlap: from promote to retire.
    """

    rest: timedelta | None
    known: timedelta
    overlap: timedelta


SCHEDULES: Final = {
    # Idempotency records last a day, sealed cookies ten minutes; an expired form has to be submitted again.
    KeyPurpose.COOKIES: RotationSchedule(rest=timedelta(days=90), known=timedelta(hours=1), overlap=timedelta(days=2)),
    # Identity providers read metadata daily, or an admin copies the certificate by hand.
    KeyPurpose.SIGNING: RotationSchedule(rest=None, known=timedelta(days=30), overlap=timedelta(days=7)),
    # An identity provider encrypts to the certificate that it has until an admin replaces it.
    KeyPurpose.DECRYPTION: RotationSchedule(rest=None, known=timedelta(days=30), overlap=timedelta(days=90)),
    # An event is verified with the key that was current when it was written, for as long as it is kept: 400 days.
    KeyPurpose.AUDIT: RotationSchedule(rest=None, known=timedelta(hours=1), overlap=timedelta(days=430)),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """A set's next step, and when it may be taken.

    Attributes:
        at: None if only an operator takes the step.
    """

    step: RotationStep
    at: datetime | None

    def is_due(self, now: datetime) -> bool:
        """True if the schedule takes the step now."""
        return self.at is not None and self.at <= now

    def may_be_taken(self, now: datetime) -> bool:
        """True if an operator may take the step: starting a rotation is always safe, promoting or retiring too early
        isn't.
        """
        return self.step is RotationStep.PREPARE or self.is_due(now)


def next_step(keys: KeySet[T], pace: RotationSchedule) -> NextStep:
    """Returns the next step."""
    if keys.previous is not None:
        return NextStep(RotationStep.RETIRE, keys.changed_at + pace.overlap)
    if keys.next is not None:
        return NextStep(RotationStep.PROMOTE, keys.changed_at + pace.known)
    return NextStep(RotationStep.PREPARE, None if pace.rest is None else keys.changed_at + pace.rest)


def after_step(keys: KeySet[T], step: RotationStep, make: Callable[[], T], now: datetime) -> KeySet[T]:
    """Returns the set after the step. `make` generates a key; only `PREPARE` calls it.

    Raises:
        ValueError: the set has no key to promote.
    """
    match step:
        case RotationStep.PREPARE:
            return KeySet(keys.current, next=make(), changed_at=now)
        case RotationStep.PROMOTE:
            if keys.next is None:
                raise ValueError("There is no next key.")
            return KeySet(keys.next, previous=keys.current, changed_at=now)
        case RotationStep.RETIRE:
            return KeySet(keys.current, changed_at=now)


def replace_compromised(keys: KeySet[T], purpose: KeyPurpose, new: T, now: datetime) -> KeySet[T]:
    """Returns a set in which the compromised key can no longer be used for forgery. Requests in progress fail.

    A compromised decryption key still decrypts: it can't forge assertions, and without it no user could sign in whose
    identity provider has no other certificate. A compromised audit key still verifies what it signed.
    """
    if purpose not in (KeyPurpose.DECRYPTION, KeyPurpose.AUDIT):
        return KeySet(new, changed_at=now)
    # Safe to repeat, and safe during a rotation: identity providers may use any of these keys. The next audit key has
    # signed nothing yet.
    coming = keys.next if purpose is KeyPurpose.DECRYPTION else None
    older = tuple(key for key in (coming, keys.previous, *keys.older) if key is not None)
    return KeySet(new, previous=keys.current, changed_at=now, older=older[:_MAX_OLDER])


def published_keys(keys: DeploymentKeys, now: datetime) -> PublishedKeys:
    """Returns the keys to publish in metadata.

    A next pair is published only once every process must have it, because identity providers may encrypt to it at once.
    A demoted signing pair is published while a process may still sign with it. A demoted decryption pair isn't: it may
    be compromised.
    """
    signing, decryption = keys.signing, keys.decryption
    late = signing.previous if now - signing.changed_at < PROPAGATION_DELAY else None
    return PublishedKeys(
        signing=_present(signing.current, _propagated_pair(signing, now), late),
        decryption=_present(decryption.current, _propagated_pair(decryption, now)),
    )


def _propagated_pair(keys: KeySet[KeyPair], now: datetime) -> KeyPair | None:
    return keys.next if now - keys.changed_at >= PROPAGATION_DELAY else None


def _present(*pairs: KeyPair | None) -> tuple[KeyPair, ...]:
    return tuple(pair for pair in pairs if pair is not None)
