"""Test sign-ins of a connection."""

from __future__ import annotations

from typing import Any

from chalicelib.connections.testing_result import ConnectionTestResult
from chalicelib.sign_in.start import AuthnRedirect
from tests.support.round_trip import Idp


def begin(idp: Idp, *, of_pending: bool = False, may_prove: bool = True) -> AuthnRedirect:
    tests = idp.deployment.container.connection_tests
    offer = tests.offer(idp.reload_connection(), idp.deployment.now, of_pending=of_pending, may_prove=may_prove)
    start = tests.begin(idp.connection.id, offer.url.rpartition("/")[2], idp.jar, idp.deployment.now)
    assert start.request.attempt_id == offer.attempt_id
    idp.jar[start.cookie_name] = start.cookie_value
    return start


def end(idp: Idp, start: AuthnRedirect, email: str = "member@acme.test", **changes: Any) -> ConnectionTestResult:
    outcome = idp.post(idp.says(start, email, **changes), start.relay_state)
    assert isinstance(outcome, ConnectionTestResult)
    return outcome
