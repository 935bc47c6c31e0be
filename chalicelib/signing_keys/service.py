"""Rotates the deployment's own keys, on schedule and on an operator's command."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.signing_keys.model import DeploymentKeys, KeySet
from chalicelib.signing_keys.new_key import new_key
from chalicelib.signing_keys.rotation import (
    SCHEDULES,
    KeyPurpose,
    NextStep,
    RotationStep,
    after_step,
    next_step,
    replace_compromised,
)
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """Takes rotation steps. Each is one atomic update of the secret."""

    keys: DeploymentKeysSecret

    def run(self, now: datetime) -> tuple[tuple[KeyPurpose, RotationStep], ...]:
        """Takes every due step. Returns the steps taken.

        Raises:
            Stale: the keys were changed concurrently; the next run continues.
            Unavailable: Secrets Manager did not respond; the next run continues.
        """
        keys, version = self.keys.current()
        due = [(purpose, found.step) for purpose, found in steps_of(keys).items() if found.is_due(now)]
        for purpose, step in due:
            keys = _apply_step(keys, purpose, step, now)
        if due:
            self.keys.replace(keys, instead_of=version)
        for purpose, step in due:
            _LOG.warning("signing_keys.rotated %s", {"purpose": purpose.value, "step": step.value})
        return tuple(due)

    def step(self, purpose: KeyPurpose, now: datetime) -> RotationStep:
        """Takes the next step of one set. Returns the step taken.

        Raises:
            ValueError: it is too early; the message says when it is due.
            Stale: the keys were changed concurrently.
            Unavailable: Secrets Manager did not respond.
        """
        keys, version = self.keys.current()
        due = steps_of(keys)[purpose]
        if not due.may_be_taken(now):
            since = f"{due.at:%Y-%m-%d %H:%M} UTC"
            raise ValueError(f"To {due.step} the {purpose} keys before {since} would break sign-ins.")
        self.keys.replace(_apply_step(keys, purpose, due.step, now), instead_of=version)
        return due.step

    def replace_compromised(self, purpose: KeyPurpose, now: datetime) -> None:
        """Replaces a compromised key immediately, even if requests in progress fail.

        Raises:
            Stale, Unavailable: see `step`.
        """
        keys, version = self.keys.current()
        changed = replace_compromised(_key_set(keys, purpose), purpose, new_key(purpose, now), now)
        self.keys.replace(replace(keys, **{purpose.value: changed}), instead_of=version)


def steps_of(keys: DeploymentKeys) -> dict[KeyPurpose, NextStep]:
    """Returns the next step of each set."""
    return {purpose: next_step(_key_set(keys, purpose), SCHEDULES[purpose]) for purpose in KeyPurpose}


def _apply_step(keys: DeploymentKeys, purpose: KeyPurpose, step: RotationStep, now: datetime) -> DeploymentKeys:
    changed = after_step(_key_set(keys, purpose), step, lambda: new_key(purpose, now), now)
    return replace(keys, **{purpose.value: changed})


def _key_set(keys: DeploymentKeys, purpose: KeyPurpose) -> KeySet[Any]:
    found: KeySet[Any] = getattr(keys, purpose.value)
    return found
