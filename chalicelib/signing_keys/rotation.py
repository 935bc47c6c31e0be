"""How our own keys are changed so that nobody notices: the next one is known everywhere before it is used, and the one
before still counts when nothing uses it any more.

    current            →  prepare  →  current, next  →  promote  →  current, previous  →  retire  →  current
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from chalicelib.signing_keys.model import DeploymentKeys, KeyPair, KeySet

PROPAGATION_DELAY: Final = timedelta(minutes=15)
"""After it every process has the new set: they read it again every five minutes."""

_MAX_OLDER: Final = 8
"""A secret holds 64 KB; a pair of RSA keys takes 3."""

T = TypeVar("T")


class KeyPurpose(StrEnum):
    """What a set of keys is for."""

    COOKIES = "cookies"
    SIGNING = "signing"
    DECRYPTION = "decryption"
    AUDIT = "audit"


class RotationStep(StrEnum):
    """One step of a rotation; which one comes next follows from what the set holds."""

    PREPARE = "prepare"
    PROMOTE = "promote"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class RotationSchedule:
    """How long a set stays as it is.

    Attributes:
        rest: until the schedule begins a rotation; None if only an operator does, because somebody must know of it.
        known: from prepare to promote.
        overlap: from promote to retire.
    """

    rest: timedelta | None
    known: timedelta
    overlap: timedelta


SCHEDULES: Final = {
    # Idempotency records live a day, sealed cookies ten minutes; an old form asks to be sent again.
    KeyPurpose.COOKIES: RotationSchedule(rest=timedelta(days=90), known=timedelta(hours=1), overlap=timedelta(days=2)),
    # Identity providers read metadata daily, or a person carries the certificate over.
    KeyPurpose.SIGNING: RotationSchedule(rest=None, known=timedelta(days=30), overlap=timedelta(days=7)),
    # An identity provider encrypts to the certificate that it has, for as long as nobody gives it another.
    KeyPurpose.DECRYPTION: RotationSchedule(rest=None, known=timedelta(days=30), overlap=timedelta(days=90)),
    # An event is verified with the key that was current when it happened, for as long as it is kept: 400 days.
    KeyPurpose.AUDIT: RotationSchedule(rest=None, known=timedelta(hours=1), overlap=timedelta(days=430)),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that a set's next change is, and when it may be taken.

    Attributes:
        at: None if nothing but an operator's wish decides.
    """

    step: RotationStep
    at: datetime | None

    def is_due(self, now: datetime) -> bool:
        """Whether the schedule takes it."""
        return self.at is not None and self.at <= now

    def may_be_taken(self, now: datetime) -> bool:
        """Whether an operator may take it: beginning never breaks anything, going on too early does."""
        return self.step is RotationStep.PREPARE or self.is_due(now)


def next_step(keys: KeySet[T], pace: RotationSchedule) -> NextStep:
    """What comes next."""
    if keys.previous is not None:
        return NextStep(RotationStep.RETIRE, keys.changed_at + pace.overlap)
    if keys.next is not None:
        return NextStep(RotationStep.PROMOTE, keys.changed_at + pace.known)
    return NextStep(RotationStep.PREPARE, None if pace.rest is None else keys.changed_at + pace.rest)


def after_step(keys: KeySet[T], step: RotationStep, make: Callable[[], T], now: datetime) -> KeySet[T]:
    """The set when the step was taken. `make` gives a new key; it is called by `PREPARE` only.

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
    """A set in which a stolen key is worth nothing from now on, though what is under way breaks.

    A stolen decryption key goes on to decrypt: it opens assertions and can't make any, and without it nobody signs in
    whose identity provider has no other certificate of ours. A stolen audit key goes on to verify what it made.
    """
    if purpose not in (KeyPurpose.DECRYPTION, KeyPurpose.AUDIT):
        return KeySet(new, changed_at=now)
    # Told of twice, or while a rotation is under way, nobody is locked out: identity providers may have any of them.
    # The next audit key made nothing yet.
    coming = keys.next if purpose is KeyPurpose.DECRYPTION else None
    older = tuple(key for key in (coming, keys.previous, *keys.older) if key is not None)
    return KeySet(new, previous=keys.current, changed_at=now, older=older[:_MAX_OLDER])


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """What identity providers are told, in each the current pair first."""

    signing: tuple[KeyPair, ...]
    decryption: tuple[KeyPair, ...]


def published_keys(keys: DeploymentKeys, now: datetime) -> PublishedKeys:
    """What identity providers are to know of the keys.

    A next pair only when every process must have heard of it: somebody may encrypt to it at once. A signing pair that
    was promoted away as long as a process may still sign with it. A decryption pair never again: it may be stolen.
    """
    signing, decryption = keys.signing, keys.decryption
    late = signing.previous if now - signing.changed_at < PROPAGATION_DELAY else None
    return PublishedKeys(
        signing=_there(signing.current, _propagated_pair(signing, now), late),
        decryption=_there(decryption.current, _propagated_pair(decryption, now)),
    )


def _propagated_pair(keys: KeySet[KeyPair], now: datetime) -> KeyPair | None:
    return keys.next if now - keys.changed_at >= PROPAGATION_DELAY else None


def _there(*pairs: KeyPair | None) -> tuple[KeyPair, ...]:
    return tuple(pair for pair in pairs if pair is not None)
