from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import ConnectionStatus
from chalicelib.connections.store import change_connection
from chalicelib.errors import NotFound, NotSignedIn, SignInRefused, TooManyRequests
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization, Plan, summary_of
from chalicelib.organizations.store import (
    change_organization,
    change_policy,
    organization_lookup,
    put_connection_summary,
)
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in.start import AuthnRedirect
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import attempts_of
from chalicelib.users.model import Role, User
from chalicelib.users.store import address_lookup, user_lookup
from tests.support.deployment import Deployment, new_deployment
from tests.support.identity_provider import Attribute, AuthnStatement, Confirmation, Subject, instant, names
from tests.support.round_trip import Idp, identity_provider


def attempts(idp: Idp) -> tuple[Attempt, ...]:
    return idp.deployment.container.table.page(attempts_of(idp.connection.id, idp.deployment.now), limit=100).values


def expect_refusal(idp: Idp, *arguments: object, **named: object) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        idp.post(*arguments, **named)  # type: ignore[arg-type]
    return caught.value


def user_of(idp: Idp, email: str) -> User | None:
    table = idp.deployment.container.table
    (entry,) = table.read(address_lookup(email))
    if entry is None:
        return None
    (user,) = table.read(user_lookup(entry.organization_id, entry.user_id))
    return user


def organization_now(idp: Idp) -> Organization:
    (organization,) = idp.deployment.container.table.read(organization_lookup(idp.organization.id))
    assert organization is not None
    return organization


def test_a_valid_answer_signs_in_and_keeps_the_deep_link(idp: Idp) -> None:
    member = idp.deployment.user(idp.organization, "member@acme.test")
    outcome = idp.sign_in()
    assert outcome.return_path == "/deep?x=1"
    signed_in = idp.deployment.container.sessions.find(outcome.session.cookie, idp.deployment.now)
    assert signed_in.user.id == member.id
    assert signed_in.session.connection_id == idp.connection.id
    assert signed_in.user.last_sign_in_at == idp.deployment.now


def test_a_requests_cookie_stays_so_that_a_second_post_finds_the_page_that_was_wanted(idp: Idp) -> None:
    assert idp.sign_in().spent_cookie is None


def test_an_unknown_person_of_a_verified_domain_is_created_with_the_default_role(idp: Idp) -> None:
    idp.sign_in("new.person@acme.test")
    user = user_of(idp, "new.person@acme.test")
    assert user is not None
    assert user.role is Role.MEMBER
    assert user.organization_id == idp.organization.id


def test_a_person_created_as_admin_is_counted(deployment: Deployment) -> None:
    idp = identity_provider(deployment, default_role=Role.ADMIN)
    idp.sign_in("one@acme.test")
    idp.sign_in("two@acme.test")
    assert organization_now(idp).active_admins == 2


def test_the_first_sign_in_proves_the_connection(idp: Idp) -> None:
    assert idp.reload_connection().status is ConnectionStatus.READY
    idp.sign_in()
    stored = idp.reload_connection()
    assert stored.status is ConnectionStatus.ACTIVE
    assert stored.last_sign_in_at == idp.deployment.now
    summary = organization_now(idp).connection(idp.connection.id)
    assert summary is not None
    assert summary.status is ConnectionStatus.ACTIVE


def test_a_sign_in_that_began_before_a_change_proves_nothing(idp: Idp) -> None:
    start = idp.start()
    before = idp.reload_connection()
    changed = replace(before, name="Renamed")
    summary = replace(summary_of(changed), version=before.version + 1)
    idp.deployment.container.table.write(
        change_connection(changed, before=before), put_connection_summary(idp.organization.id, summary)
    )
    idp.deployment.later(seconds=31)
    assert isinstance(idp.post(idp.says(start), start.relay_state), SignedInByAssertion)
    assert idp.reload_connection().status is ConnectionStatus.READY


def test_the_same_answer_posted_twice_is_a_replay_with_and_without_its_cookie(idp: Idp) -> None:
    start = idp.start()
    answer = idp.says(start)
    assert isinstance(idp.post(answer, start.relay_state), SignedInByAssertion)
    assert expect_refusal(idp, answer, start.relay_state).code == "saml_replayed"
    assert expect_refusal(idp, answer, start.relay_state, cookies={}).code == "saml_replayed"


def test_a_used_assertion_in_another_envelope_is_a_replay(idp: Idp) -> None:
    first = idp.start()
    answer = idp.says(first)
    idp.post(answer, first.relay_state)
    again = replace(answer, response_id="_another", in_response_to=None)
    assert expect_refusal(idp, again, first.relay_state).code == "saml_replayed"


def test_an_answer_that_never_ends_is_taken_once_like_any_other(deployment: Deployment) -> None:
    idp, never = identity_provider(deployment, allow_idp_initiated=True), "9999-12-31T23:59:59.9999999Z"
    said = idp.says(None)
    endless = replace(
        said,
        confirmations=(replace(said.confirmations[0], not_on_or_after=never),),
        conditions=None if said.conditions is None else replace(said.conditions, not_on_or_after=never),
    )
    assert isinstance(idp.post(endless), SignedInByAssertion)
    deployment.later(hours=2)
    assert expect_refusal(idp, endless).code == "saml_replayed"


def test_one_request_gets_one_answer(idp: Idp) -> None:
    start = idp.start()
    idp.post(idp.says(start), start.relay_state)
    assert expect_refusal(idp, idp.says(start, "other@acme.test"), start.relay_state).code == "saml_replayed"
    assert user_of(idp, "other@acme.test") is None


@pytest.mark.usefixtures("atomic_aws")
def test_of_simultaneous_posts_of_one_answer_exactly_one_signs_in(idp: Idp) -> None:
    start = idp.start()
    answer = idp.says(start)
    outcomes: list[str] = []

    def post() -> None:
        try:
            idp.post(answer, start.relay_state)
        except SignInRefused as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("signed in")

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saml_replayed"] * 5 + ["signed in"]


def test_another_browser_gets_nothing(idp: Idp) -> None:
    start = idp.start()
    assert expect_refusal(idp, idp.says(start), start.relay_state, cookies={}).code == "saml_no_request"


def test_a_stolen_answer_does_not_fit_the_request_of_the_thief(idp: Idp) -> None:
    victims, thiefs = idp.start(), idp.start()
    assert expect_refusal(idp, idp.says(victims), thiefs.relay_state).code == "saml_request_mismatch"


def test_an_answer_posted_to_another_connection_is_refused(deployment: Deployment, idp: Idp) -> None:
    other = identity_provider(deployment, deployment.organization("globex.test"))
    start = idp.start()
    assert (
        expect_refusal(idp, idp.says(start), start.relay_state, to=other.connection.id).code
        == "saml_destination_mismatch"
    )


def test_a_request_whose_time_is_over_is_named_so(idp: Idp) -> None:
    start = idp.start()
    idp.deployment.later(minutes=10)
    late = idp.says(start)
    assert late.conditions is not None
    later = instant(900)
    answer = replace(
        late,
        issued_at=instant(600),
        assertion_issued_at=instant(600),
        confirmations=(replace(late.confirmations[0], not_on_or_after=later),),
        conditions=replace(late.conditions, not_on_or_after=later),
    )
    assert expect_refusal(idp, answer, start.relay_state).code == "saml_request_expired"


class TestUnsolicited:
    def test_it_starts_our_own_round_trip_which_then_signs_in(self, idp: Idp) -> None:
        started = idp.post(idp.says(None), "/reports")
        assert isinstance(started, AuthnRedirect)
        idp.jar[started.cookie_name] = started.cookie_value
        outcome = idp.post(idp.says(started), started.relay_state)
        assert isinstance(outcome, SignedInByAssertion)
        assert outcome.return_path == "/reports"
        assert outcome.spent_cookie == started.cookie_name

    def test_it_leads_home_when_its_relay_state_would_leave_the_site(self, idp: Idp) -> None:
        started = idp.post(idp.says(None), "https://evil.example/")
        assert isinstance(started, AuthnRedirect)
        assert started.request.return_path == "/"

    def test_it_is_never_converted_twice_in_a_row(self, idp: Idp) -> None:
        started = idp.post(idp.says(None), None)
        assert isinstance(started, AuthnRedirect)
        jar = {started.cookie_name: started.cookie_value}
        assert expect_refusal(idp, idp.says(None), None, cookies=jar).code == "saml_request_mismatch"
        assert expect_refusal(idp, idp.says(None), started.relay_state, cookies={}).code == "saml_request_mismatch"

    def test_it_is_refused_where_no_browser_can_be_sent_on(self, idp: Idp) -> None:
        assert expect_refusal(idp, idp.says(None), None, navigating=False).code == "saml_no_request"

    def test_one_that_fails_a_check_is_refused_with_its_own_code(self, idp: Idp) -> None:
        assert expect_refusal(idp, idp.says(None, "eve@evil.test"), None).code == "email_domain_not_allowed"
        assert expect_refusal(idp, idp.says(None, sign_assertion=None), None).code == "saml_unsigned"

    def test_it_signs_in_where_the_connection_allows_it_but_proves_nothing(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, allow_idp_initiated=True)
        outcome = idp.post(idp.says(None), "/reports")
        assert isinstance(outcome, SignedInByAssertion)
        assert outcome.return_path == "/reports"
        assert idp.reload_connection().status is ConnectionStatus.READY
        assert attempts(idp)[0].idp_initiated

    def test_it_signs_in_once_only(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, allow_idp_initiated=True)
        answer = idp.says(None)
        idp.post(answer, None)
        assert expect_refusal(idp, answer, None).code == "saml_replayed"

    def test_a_used_one_cannot_come_back_under_its_longer_confirmation(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, allow_idp_initiated=True)
        answer = idp.says(None)
        (short,) = answer.confirmations
        assert answer.conditions is not None
        answer = replace(
            answer,
            confirmations=(replace(short, not_on_or_after=instant(60)), replace(short, not_on_or_after=instant(6000))),
            conditions=replace(answer.conditions, not_on_or_after=instant(6000)),
        )
        idp.post(answer, None)
        deployment.later(minutes=30)
        assert expect_refusal(idp, answer, None).code == "saml_replayed"


class TestWhoMayComeIn:
    def test_a_stranger_s_domain_is_refused(self, idp: Idp) -> None:
        start = idp.start()
        assert (
            expect_refusal(idp, idp.says(start, "carol@globex.test"), start.relay_state).code
            == "email_domain_not_allowed"
        )
        assert user_of(idp, "carol@globex.test") is None

    @pytest.mark.parametrize("email", ["a@sub.acme.test", "a@acme.test.evil.test", "a@notacme.test"])
    def test_a_verified_domain_covers_itself_only(self, idp: Idp, email: str) -> None:
        start = idp.start()
        assert expect_refusal(idp, idp.says(start, email), start.relay_state).code == "email_domain_not_allowed"

    def test_a_user_of_another_organization_cannot_be_asserted(self, deployment: Deployment, idp: Idp) -> None:
        globex = deployment.organization("globex.test")
        deployment.user(globex, "carol@globex.test", Role.ADMIN)
        deployment.user(globex, "moved@acme.test")
        for email, code in (
            ("carol@globex.test", "email_domain_not_allowed"),
            ("moved@acme.test", "user_not_provisioned"),
        ):
            start = idp.start()
            assert expect_refusal(idp, idp.says(start, email), start.relay_state).code == code

    def test_a_guest_comes_in_unless_another_organization_owns_the_domain(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, allow_guest_emails=("guest@partner.test", "carol@globex.test"))
        deployment.organization("globex.test")
        idp.sign_in("guest@partner.test")
        start = idp.start()
        assert (
            expect_refusal(idp, idp.says(start, "carol@globex.test"), start.relay_state).code
            == "email_domain_not_allowed"
        )

    def test_no_user_is_created_without_provisioning(self, deployment: Deployment) -> None:
        idp = identity_provider(deployment, jit_provisioning=False)
        start = idp.start()
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "user_not_provisioned"

    def test_a_disabled_user_stays_out(self, deployment: Deployment, idp: Idp) -> None:
        from chalicelib.users.model import UserStatus

        deployment.user(idp.organization, "member@acme.test", status=UserStatus.DISABLED)
        start = idp.start()
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "user_disabled"

    def test_an_answer_without_an_address_names_what_is_missing(self, idp: Idp) -> None:
        start = idp.start()
        answer = idp.says(start, attributes=(), subject=Subject(value="opaque", format=names.PERSISTENT))
        assert expect_refusal(idp, answer, start.relay_state).code == "email_missing"


class TestNameIds:
    def persistent(self, idp: Idp, value: str, email: str) -> SignedInByAssertion:
        return idp.sign_in(email, subject=Subject(value=value, format=names.PERSISTENT))

    def test_a_known_name_id_with_a_new_address_moves_the_address(self, idp: Idp) -> None:
        self.persistent(idp, "p-1", "maiden@acme.test")
        first = user_of(idp, "maiden@acme.test")
        self.persistent(idp, "p-1", "married@acme.test")
        assert user_of(idp, "maiden@acme.test") is None
        second = user_of(idp, "married@acme.test")
        assert first is not None
        assert second is not None
        assert first.id == second.id

    def test_a_known_name_id_cannot_take_another_users_address(self, idp: Idp) -> None:
        self.persistent(idp, "p-1", "one@acme.test")
        self.persistent(idp, "p-2", "two@acme.test")
        start = idp.start()
        answer = idp.says(start, "two@acme.test", subject=Subject(value="p-1", format=names.PERSISTENT))
        assert expect_refusal(idp, answer, start.relay_state).code == "subject_mismatch"

    def test_a_recycled_address_does_not_inherit_the_account(self, idp: Idp) -> None:
        self.persistent(idp, "p-old", "lee@acme.test")
        start = idp.start()
        answer = idp.says(start, "lee@acme.test", subject=Subject(value="p-new", format=names.PERSISTENT))
        assert expect_refusal(idp, answer, start.relay_state).code == "subject_mismatch"

    def test_transient_name_ids_never_bind(self, idp: Idp) -> None:
        for value in ("t-1", "t-2"):
            idp.sign_in("lee@acme.test", subject=Subject(value=value, format=names.TRANSIENT))

    def test_a_name_id_that_repeats_the_address_never_binds(self, idp: Idp) -> None:
        for style in (names.EMAIL, names.UNSPECIFIED, None):
            idp.sign_in("lee@acme.test", subject=Subject(value="Lee@acme.test", format=style))

    def test_a_name_id_that_repeats_the_address_amid_white_space_never_binds(self, idp: Idp) -> None:
        for value in ("lee@acme.test", "lee@acme.test ", "\n    lee@acme.test\n  "):
            idp.sign_in("lee@acme.test", subject=Subject(value=value, format=names.EMAIL))

    def test_a_new_name_is_taken_over_at_the_next_sign_in(self, idp: Idp) -> None:
        for first, last in (("Grace", "Hopper"), ("Renamed", "Person")):
            named = (Attribute(name="firstName", values=(first,)), Attribute(name="lastName", values=(last,)))
            idp.sign_in("lee@acme.test", attributes=(Attribute(name="email", values=("lee@acme.test",)), *named))
            user = user_of(idp, "lee@acme.test")
            assert user is not None
            assert user.name == f"{first} {last}"

    def test_the_same_name_id_of_another_connection_is_another_person(self, deployment: Deployment, idp: Idp) -> None:
        other = identity_provider(deployment, deployment.organization("globex.test"))
        self.persistent(idp, "p-1", "a@acme.test")
        self.persistent(other, "p-1", "b@globex.test")
        first, second = user_of(idp, "a@acme.test"), user_of(other, "b@globex.test")
        assert first is not None
        assert second is not None
        assert first.organization_id != second.organization_id


class TestPolicy:
    def test_another_plan_refuses_although_the_configuration_is_kept(self, idp: Idp) -> None:
        changed = replace(idp.organization, plan=Plan.STANDARD)
        idp.deployment.container.table.write(change_organization(changed, from_version=1))
        start = idp.start()
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "enterprise_plan_required"

    def test_mode_password_switches_single_sign_on_off(self, idp: Idp) -> None:
        policy = LoginPolicy(mode=Mode.PASSWORD)
        idp.deployment.container.table.write(change_policy(idp.organization.id, policy, from_version=1))
        start = idp.start()
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "sso_disabled"

    def test_disabling_counts_at_once_although_the_connection_is_remembered(self, idp: Idp) -> None:
        start = idp.start()
        idp.deployment.later(seconds=1)
        before = idp.reload_connection()
        changed = replace(before, disabled=True)
        summary = replace(summary_of(changed), version=before.version + 1)
        idp.deployment.container.table.write(
            change_connection(changed, before=before), put_connection_summary(idp.organization.id, summary)
        )
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "connection_disabled"

    def test_a_repaired_connection_counts_at_once_although_the_broken_one_is_remembered(self, idp: Idp) -> None:
        before = idp.reload_connection()
        table = idp.deployment.container.table
        broken = replace(before, identity_provider_issuer="https://wrong.test")
        table.write(
            change_connection(broken, before=before),
            put_connection_summary(idp.organization.id, replace(summary_of(broken), version=2)),
        )
        start = idp.start()
        idp.deployment.later(seconds=1)
        assert expect_refusal(idp, idp.says(start), start.relay_state).code == "saml_issuer_mismatch"
        idp.deployment.later(seconds=1)
        table.write(
            change_connection(before, before=replace(broken, version=2)),
            put_connection_summary(idp.organization.id, replace(summary_of(before), version=3)),
        )
        assert isinstance(idp.post(idp.says(start), start.relay_state), SignedInByAssertion)

    def test_a_connection_deleted_in_between_is_not_found(self, idp: Idp) -> None:
        """Its certificates are gone with it, although the connection is still remembered."""
        start = idp.start()
        version = idp.reload_connection().version
        idp.deployment.container.connections.delete(
            idp.deployment.container.connections.get(idp.organization.id, idp.connection.id),
            version,
            idp.deployment.now,
        )
        with pytest.raises(NotFound):
            idp.post(idp.says(start), start.relay_state)

    def test_what_an_admin_saved_counts_for_the_next_sign_in(self, idp: Idp) -> None:
        idp.start()
        changes = ConnectionChanges(identity_provider_url="https://moved.test/sso")
        service = idp.deployment.container.connections
        service.change(
            service.get(idp.organization.id, idp.connection.id),
            changes,
            idp.reload_connection().version,
            idp.deployment.now,
        )
        start = idp.start()
        assert start.url.startswith("https://moved.test/sso?")
        idp.post(idp.says(start), start.relay_state)
        assert idp.reload_connection().status is ConnectionStatus.ACTIVE

    def test_a_deleted_organization_refuses_every_sign_in(self, idp: Idp) -> None:
        from chalicelib.organizations.store import mark_deleted

        outcome = idp.sign_in()
        start = idp.start()
        idp.deployment.container.table.write(mark_deleted(idp.organization.id, idp.deployment.now))
        with pytest.raises(NotFound):
            idp.post(idp.says(start), start.relay_state)
        with pytest.raises(NotSignedIn):
            idp.deployment.container.sessions.find(outcome.session.cookie, idp.deployment.now)


def test_a_session_ends_when_the_identity_provider_says_so(idp: Idp) -> None:
    outcome = idp.sign_in(authn=AuthnStatement(session_not_on_or_after=instant(600)))
    assert outcome.session.session.expires_at == idp.deployment.now + timedelta(seconds=600)
    idp.deployment.later(seconds=600)
    with pytest.raises(NotSignedIn):
        idp.deployment.container.sessions.find(outcome.session.cookie, idp.deployment.now)


def test_every_attempt_is_kept_with_its_result_and_code(idp: Idp) -> None:
    start = idp.start()
    late = Confirmation(recipient=idp.says(start).destination, not_on_or_after=instant(-900))
    refusal = expect_refusal(idp, idp.says(start, confirmations=(late,)), start.relay_state)
    assert refusal.attempt is not None
    idp.deployment.later(seconds=1)
    idp.post(idp.says(start), start.relay_state)
    succeeded, failed = attempts(idp)
    assert (succeeded.result, succeeded.code, succeeded.email) == (AttemptResult.SUCCEEDED, None, "member@acme.test")
    assert (failed.id, failed.result, failed.code) == (refusal.attempt.id, AttemptResult.REFUSED, refusal.code)
    assert failed.request_id == succeeded.request_id == start.request.id


def test_a_refusal_leaves_no_session_and_no_user(idp: Idp) -> None:
    start = idp.start()
    expect_refusal(idp, idp.says(start, "new@acme.test", sign_assertion=None), start.relay_state)
    assert user_of(idp, "new@acme.test") is None


def test_refusals_are_counted_by_source_and_never_hold_up_a_valid_answer() -> None:
    with new_deployment(refusals_per_minute=3) as deployment:
        idp = identity_provider(deployment)
        start = idp.start()
        bad = idp.says(start, sign_assertion=None)
        for _ in range(3):
            expect_refusal(idp, bad, start.relay_state, source="192.0.2.66")
        with pytest.raises(TooManyRequests) as caught:
            idp.post(bad, start.relay_state, source="192.0.2.66")
        assert 0 < caught.value.retry_after <= 60
        assert len(attempts(idp)) == 3
        assert expect_refusal(idp, bad, start.relay_state, source="192.0.2.7").code == "saml_unsigned"
        assert isinstance(idp.post(idp.says(start), start.relay_state, source="192.0.2.66"), SignedInByAssertion)


def test_processes_whose_copies_grow_old_do_not_all_write_the_connections_time_at_once(deployment: Deployment) -> None:
    idp = identity_provider(deployment, proven=True)
    deployment.user(idp.organization, "member@acme.test")
    idp.sign_in()
    deployment.later(seconds=55)
    processes = []
    for _ in range(4):
        deployment.restart()
        deployment.container.connection_cache.get(idp.connection.id, deployment.now)
        processes.append(deployment.container)
    before = idp.reload_connection().last_sign_in_at
    deployment.later(seconds=10)
    for process in processes:
        deployment.container = process
        idp.sign_in()
    assert idp.reload_connection().last_sign_in_at == before
    deployment.later(seconds=30)
    idp.sign_in()
    assert idp.reload_connection().last_sign_in_at == deployment.now


def test_a_sign_in_whose_connection_another_one_is_writing_goes_on_without_its_time(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp = identity_provider(deployment, proven=True)
    deployment.user(idp.organization, "member@acme.test")
    client = deployment.container.table._client
    call, tries = client.transact_write_items, list[list[bool]]()

    def busy(**arguments: Any) -> Any:
        connection = ["'CONN'" in str(item.get("Update")) for item in arguments["TransactItems"]]
        tries.append(connection)
        if any(connection):
            reasons = [{"Code": "TransactionConflict" if here else "None"} for here in connection]
            answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise client.exceptions.TransactionCanceledException(answer, "TransactWriteItems")
        return call(**arguments)

    monkeypatch.setattr(client, "transact_write_items", busy)
    assert idp.sign_in().return_path == "/deep?x=1"
    assert len(tries) == 2
