"""Our clock jumps; that of an identity provider stands in tests/attacks/test_times.py."""

from __future__ import annotations

import pytest

from chalicelib.errors import NotSignedIn, SignInRefused
from chalicelib.saml.refusal import RefusalCode
from tests.faults.scene import scene
from tests.support.consistency import contradictions

ABOUT_TIME = {RefusalCode.SAML_EXPIRED, RefusalCode.SAML_NOT_YET_VALID, RefusalCode.SAML_REQUEST_EXPIRED}
JUMPS = [-400 * 24, -24, -1, 1, 24, 400 * 24]


@pytest.mark.parametrize("hours", JUMPS)
def test_a_sign_in_during_a_clock_jump_fails_and_the_next_one_works(hours: int) -> None:
    with scene() as there:
        start = there.idp.start()
        answer = there.idp.says(start)
        there.deployment.later(hours=hours)
        with pytest.raises(SignInRefused) as refused:
            there.idp.post(answer, start.relay_state)
        assert refused.value.reason in ABOUT_TIME
        there.deployment.later(hours=-hours)
        assert contradictions(there.deployment) == []
        assert there.idp.sign_in().session.cookie


def test_a_session_does_not_outlive_its_end_by_a_clock_that_ran_ahead() -> None:
    with scene() as there:
        cookie = there.idp.sign_in().session.cookie
        there.deployment.later(days=400)
        with pytest.raises(NotSignedIn):
            there.deployment.container.sessions.find(cookie, there.deployment.now)
