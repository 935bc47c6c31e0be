from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.connections.model import ConnectionStatus
from chalicelib.connections.store import change_connection
from chalicelib.connections.testing_result import ConnectionTestResult
from chalicelib.errors import NotFound, SignInRefused
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Plan, summary_of
from chalicelib.organizations.store import (
    change_organization,
    change_policy,
    organization_lookup,
    put_connection_summary,
)
from chalicelib.sign_in.authn_state import RequestPurpose
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import attempt_lookup
from chalicelib.users.model import UserStatus
from chalicelib.users.store import address_lookup
from tests.support.connection_tests import begin, end
from tests.support.deployment import Deployment
from tests.support.identity_provider import Signing, Subject, key, names
from tests.support.round_trip import Idp, identity_provider


def attempt(idp: Idp, attempt_id: str) -> Attempt:
    (found,) = idp.deployment.container.table.read(attempt_lookup(idp.connection.id, attempt_id, idp.deployment.now))
    assert found is not None
    return found


def save(idp: Idp, **values: Any) -> None:
    """An admin saves the connection."""
    before = idp.reload_connection()
    changed = replace(before, **values)
    note = put_connection_summary(idp.organization.id, replace(summary_of(changed), version=before.version + 1))
    idp.deployment.container.table.write(change_connection(changed, before=before), note)


def test_a_passed_test_verifies_the_connection_and_creates_no_user(idp: Idp) -> None:
    start = begin(idp)
    result = end(idp, start, "new.person@acme.test")
    assert result.attempt.code is None
    assert result.email == "new.person@acme.test"
    stored = idp.reload_connection()
    assert stored.status is ConnectionStatus.ACTIVE
    assert stored.last_test is not None
    assert stored.last_test.has_passed
    table = idp.deployment.container.table
    assert table.read(address_lookup("new.person@acme.test")) == (None,)
    (organization,) = table.read(organization_lookup(idp.organization.id))
    assert organization is not None
    assert organization.connections[0].status is ConnectionStatus.ACTIVE
    kept = attempt(idp, start.request.attempt_id)
    assert (kept.result, kept.is_test, kept.user_id) == (AttemptResult.SUCCEEDED, True, None)


def test_that_it_is_a_test_stands_in_the_sealed_request_alone(idp: Idp) -> None:
    start = begin(idp)
    assert start.request.purpose is RequestPurpose.TEST
    assert "test" not in start.url.lower().replace(".test", "")


def test_the_response_to_a_test_cannot_sign_in_afterwards(idp: Idp) -> None:
    start = begin(idp)
    answer = idp.says(start)
    idp.post(answer, start.relay_state)
    again = idp.post(answer, start.relay_state)
    assert isinstance(again, ConnectionTestResult)
    assert again.attempt.code == "saml_replayed"
    ordinary = idp.start()
    with pytest.raises(SignInRefused) as refused:
        idp.post(answer, ordinary.relay_state)
    assert refused.value.code == "saml_request_mismatch"


def test_the_link_works_once_within_ten_minutes_for_its_own_connection(deployment: Deployment, idp: Idp) -> None:
    tests = deployment.container.connection_tests
    other = identity_provider(deployment, deployment.organization("globex.test"))
    code = tests.offer(idp.reload_connection(), deployment.now).url.rpartition("/")[2]
    with pytest.raises(NotFound):
        tests.begin(other.connection.id, code, {}, deployment.now)
    tests.begin(idp.connection.id, code, {}, deployment.now)
    with pytest.raises(NotFound):
        tests.begin(idp.connection.id, code, {}, deployment.now)
    late = tests.offer(idp.reload_connection(), deployment.now).url.rpartition("/")[2]
    deployment.later(minutes=10)
    with pytest.raises(NotFound):
        tests.begin(idp.connection.id, late, {}, deployment.now)


def test_in_another_browser_the_answer_is_not_a_test_and_no_sign_in(idp: Idp) -> None:
    start = begin(idp)
    with pytest.raises(SignInRefused) as refused:
        idp.post(idp.says(start), start.relay_state, cookies={})
    assert refused.value.code == "saml_no_request"
    assert idp.reload_connection().last_test is None


class TestPassesOnlyIfARealSignInWould:
    def test_the_domain_counts(self, idp: Idp) -> None:
        assert end(idp, begin(idp), "eve@evil.test").attempt.code == "email_domain_not_allowed"
        assert idp.reload_connection().status is ConnectionStatus.READY

    def test_provisioning_counts(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, jit_provisioning=False)
        assert end(idp, begin(idp)).attempt.code == "user_not_provisioned"

    def test_the_user_counts(self, deployment: Deployment, idp: Idp) -> None:
        deployment.user(idp.organization, "member@acme.test", status=UserStatus.DISABLED)
        assert end(idp, begin(idp)).attempt.code == "user_disabled"

    def test_the_plan_counts(self, idp: Idp) -> None:
        start = begin(idp)
        changed = replace(idp.organization, plan=Plan.STANDARD)
        idp.deployment.container.table.write(change_organization(changed, from_version=1))
        assert end(idp, start).attempt.code == "enterprise_plan_required"

    def test_what_only_the_writes_would_notice_counts(self, idp: Idp) -> None:
        idp.sign_in("lee@acme.test", subject=Subject(value="p-1", format=names.PERSISTENT))
        result = end(idp, begin(idp), "lee@acme.test", subject=Subject(value="p-2", format=names.PERSISTENT))
        assert result.attempt.code == "subject_mismatch"

    def test_the_signature_counts(self, idp: Idp) -> None:
        result = end(idp, begin(idp), sign_assertion=None)
        assert result.attempt.code == "saml_unsigned"
        last = idp.reload_connection().last_test
        assert last is not None
        assert (last.has_passed, last.code) == (False, "saml_unsigned")

    def test_a_policy_that_is_off_does_not_hinder_a_test(self, idp: Idp) -> None:
        policy = LoginPolicy(mode=Mode.PASSWORD)
        idp.deployment.container.table.write(change_policy(idp.organization.id, policy, from_version=1))
        assert end(idp, begin(idp)).attempt.code is None


def test_a_draft_cannot_be_tested(deployment: Deployment) -> None:
    idp = identity_provider(deployment, identity_provider_url=None)
    with pytest.raises(SignInRefused) as refused:
        deployment.container.connection_tests.offer(idp.reload_connection(), deployment.now)
    assert refused.value.code == "connection_not_configured"


def test_a_test_that_began_before_a_save_proves_nothing(idp: Idp) -> None:
    start = begin(idp)
    save(idp, name="Renamed")
    idp.deployment.later(seconds=1)
    assert end(idp, start).attempt.code is None
    stored = idp.reload_connection()
    assert stored.status is ConnectionStatus.READY
    assert not stored.has_passed_test(of_pending=False)


def test_a_guest_s_test_passes_and_proves_nothing(idp: Idp) -> None:
    assert end(idp, begin(idp, may_prove=False)).attempt.code is None
    stored = idp.reload_connection()
    assert stored.status is ConnectionStatus.READY
    assert stored.has_passed_test(of_pending=False)


def test_pending_values_are_tested_beside_the_live_ones(idp: Idp) -> None:
    idp.sign_in()
    other = key("other").certificate
    idp.deployment.container.certificates.save(idp.connection, [other], idp.deployment.now)
    live = idp.reload_connection()
    pending = replace(live.values, certificates=(other.facts,))
    save(idp, pending=pending)
    idp.deployment.later(seconds=1)
    start = begin(idp, of_pending=True)
    assert end(idp, start, sign_assertion=Signing(key="other")).attempt.code is None
    stored = idp.reload_connection()
    assert stored.status is ConnectionStatus.ACTIVE
    assert stored.has_passed_test(of_pending=True)
    assert stored.values == live.values
    assert end(idp, begin(idp, of_pending=True)).attempt.code == "saml_certificate_mismatch"
    idp.sign_in()
