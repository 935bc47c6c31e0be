from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chalicelib.audit_log.model import RETENTION
from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys.model import LONG_AGO, DeploymentKeys, KeySet
from chalicelib.signing_keys.rotation import (
    PROPAGATION_DELAY,
    SCHEDULES,
    KeyPurpose,
    RotationStep,
    after_step,
    next_step,
    published_keys,
    replace_compromised,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def _pair(name: str) -> KeyPair:
    return KeyPair(name.encode(), name.encode())


OLD, CURRENT, NEXT = map(_pair, ("old", "current", "next"))


def _published(**signing_or_decryption: KeySet[KeyPair]) -> tuple[tuple[KeyPair, ...], tuple[KeyPair, ...]]:
    sets = {"signing": KeySet(CURRENT), "decryption": KeySet(CURRENT), **signing_or_decryption}
    known = published_keys(DeploymentKeys(KeySet(b""), **sets, audit=KeySet(b"")), NOW)
    return known.signing, known.decryption


@pytest.mark.parametrize("purpose", KeyPurpose)
def test_a_whole_rotation_ends_with_the_new_key_alone_and_takes_its_time(purpose: KeyPurpose) -> None:
    pace, numbers = SCHEDULES[purpose], count(2)
    keys, now, taken = KeySet(1, changed_at=NOW), NOW, list[RotationStep]()
    for wait in (timedelta(days=365), pace.known, pace.overlap):
        step = next_step(keys, pace).step
        assert not next_step(keys, pace).is_due(now + min(wait, pace.rest or wait) - MOMENT)
        now += wait
        assert next_step(keys, pace).may_be_taken(now)
        keys = after_step(keys, step, lambda: next(numbers), now)
        assert keys.changed_at == now
        taken.append(step)
    assert taken == [RotationStep.PREPARE, RotationStep.PROMOTE, RotationStep.RETIRE]
    assert keys == KeySet(2, changed_at=now)


def test_what_one_process_makes_another_takes_on_both_sides_of_preparing_and_promoting() -> None:
    keys: KeySet[int] = KeySet(1, changed_at=NOW)
    for step, number in ((RotationStep.PREPARE, 2), (RotationStep.PROMOTE, 0)):
        after = after_step(keys, step, lambda number=number: number, NOW)  # type: ignore[misc]
        assert keys.current in after.all
        assert after.current in keys.all
        keys = after


@pytest.mark.parametrize("purpose", KeyPurpose)
def test_going_on_too_early_is_not_allowed_and_beginning_always_is(purpose: KeyPurpose) -> None:
    pace = SCHEDULES[purpose]
    assert next_step(KeySet(1, changed_at=NOW), pace).may_be_taken(NOW)
    for keys in (KeySet(1, next=2, changed_at=NOW), KeySet(1, previous=0, changed_at=NOW)):
        assert not next_step(keys, pace).may_be_taken(NOW)


@pytest.mark.parametrize("purpose", [KeyPurpose.SIGNING, KeyPurpose.DECRYPTION, KeyPurpose.AUDIT])
def test_the_schedule_never_starts_a_rotation_that_needs_an_announcement(purpose: KeyPurpose) -> None:
    assert not next_step(KeySet(1, changed_at=LONG_AGO), SCHEDULES[purpose]).is_due(NOW)


def test_cookie_keys_without_a_creation_time_rotate_by_schedule() -> None:
    assert next_step(KeySet(1), SCHEDULES[KeyPurpose.COOKIES]).is_due(NOW)


@pytest.mark.parametrize("purpose", KeyPurpose)
def test_every_phase_outlasts_the_time_until_all_processes_know_of_it(purpose: KeyPurpose) -> None:
    assert min(SCHEDULES[purpose].known, SCHEDULES[purpose].overlap) > PROPAGATION_DELAY


def test_nothing_is_promoted_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no next key"):
        after_step(KeySet(1), RotationStep.PROMOTE, lambda: 2, NOW)


@pytest.mark.parametrize(
    ("purpose", "left"),
    [
        (KeyPurpose.COOKIES, {9}),
        (KeyPurpose.SIGNING, {9}),
        (KeyPurpose.DECRYPTION, {9, 0, 1, 2}),
        (KeyPurpose.AUDIT, {9, 0, 1}),
    ],
)
def test_after_a_leak_the_stolen_key_is_gone_but_for_decryption_and_the_audit_log(
    purpose: KeyPurpose, left: set[int]
) -> None:
    after = replace_compromised(KeySet(1, next=2, previous=0), purpose, 9, NOW)
    assert after.current == 9
    assert set(after.all) == left


def test_a_next_pair_is_published_once_every_process_can_know_it() -> None:
    fresh = KeySet(CURRENT, next=NEXT, changed_at=NOW - PROPAGATION_DELAY + MOMENT)
    assert _published(signing=fresh, decryption=fresh) == ((CURRENT,), (CURRENT,))
    known = KeySet(CURRENT, next=NEXT, changed_at=NOW - PROPAGATION_DELAY)
    assert _published(signing=known, decryption=known) == ((CURRENT, NEXT), (CURRENT, NEXT))


def test_a_signing_pair_stays_published_while_a_process_may_still_sign_with_it() -> None:
    assert _published(signing=KeySet(CURRENT, previous=OLD, changed_at=NOW)) == ((CURRENT, OLD), (CURRENT,))
    settled = KeySet(CURRENT, previous=OLD, changed_at=NOW - PROPAGATION_DELAY)
    assert _published(signing=settled) == ((CURRENT,), (CURRENT,))


def test_a_decryption_pair_that_may_be_stolen_is_published_no_more() -> None:
    assert _published(decryption=replace_compromised(KeySet(OLD), KeyPurpose.DECRYPTION, CURRENT, NOW)) == (
        (CURRENT,),
        (CURRENT,),
    )


def test_an_audit_key_verifies_as_long_as_the_events_that_it_marked_are_kept() -> None:
    assert SCHEDULES[KeyPurpose.AUDIT].overlap > RETENTION
