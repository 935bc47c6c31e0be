from __future__ import annotations

import pytest

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.errors import Conflict, Invalid, Stale
from chalicelib.saml import authn_request
from tests.support.connection_tests import begin, end
from tests.support.deployment import Deployment
from tests.support.identity_provider import Signing, key
from tests.support.round_trip import Idp, identity_provider
from tests.support.wrong_imports import ONE, describe


@pytest.fixture
def live(deployment: Deployment) -> Idp:
    """A connection that a sign-in has proved."""
    idp = identity_provider(deployment)
    idp.sign_in()
    deployment.later(seconds=1)
    return idp


def propose(idp: Idp, **changes: object) -> Connection:
    service, stored = idp.deployment.container.pending_values, idp.reload_connection()
    given = ConnectionChanges(**changes)  # type: ignore[typeddict-item]
    saved = service.propose(stored, given, stored.version, idp.deployment.now)
    idp.deployment.later(seconds=1)
    return saved


def act(idp: Idp, name: str) -> Connection:
    service = idp.deployment.container.pending_values
    saved = getattr(service, name)(idp.reload_connection(), idp.reload_connection().version, idp.deployment.now)
    assert isinstance(saved, Connection)
    idp.deployment.later(seconds=1)
    return saved


NEW_KEY = {"x509_certificates": [key("other").pem]}


def test_proposed_values_leave_those_in_force_alone(live: Idp) -> None:
    before = live.reload_connection()
    propose(live, **NEW_KEY)
    stored = live.reload_connection()
    assert stored.values == before.values
    assert stored.pending is not None
    assert stored.pending.certificates[0].sha256 == key("other").certificate.facts.sha256
    assert stored.pending.url == before.identity_provider_url
    assert stored.status is ConnectionStatus.ACTIVE
    live.sign_in()


def test_untested_values_cannot_be_swapped_in(live: Idp) -> None:
    propose(live, **NEW_KEY)
    with pytest.raises(Conflict) as refused:
        act(live, "apply")
    assert refused.value.code == "test_required"


def test_values_changed_after_their_test_cannot_be_swapped_in(live: Idp) -> None:
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    propose(live, identity_provider_url="https://elsewhere.test/sso")
    with pytest.raises(Conflict):
        act(live, "apply")


def test_proven_values_are_swapped_in_without_a_moment_of_inactivity(live: Idp) -> None:
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    swapped = act(live, "apply")
    assert swapped.status is ConnectionStatus.ACTIVE
    assert swapped.pending is None
    live.sign_in(sign_assertion=Signing(key="other"))


def test_a_sign_in_begun_before_the_swap_is_judged_by_what_is_in_force_then(live: Idp) -> None:
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    start = live.start()
    act(live, "apply")
    live.post(live.says(start, sign_assertion=Signing(key="other")), start.relay_state)


def test_one_click_brings_the_old_values_back_for_thirty_days(live: Idp) -> None:
    old = live.reload_connection().values
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    act(live, "apply")
    back = act(live, "roll_back")
    assert back.values == old
    assert back.status is ConnectionStatus.ACTIVE
    live.sign_in()
    act(live, "roll_back")
    live.deployment.later(days=30)
    with pytest.raises(Conflict) as refused:
        act(live, "roll_back")
    assert refused.value.code == "nothing_to_roll_back"


def test_unverified_values_do_not_come_back_as_verified(live: Idp) -> None:
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    stored = act(live, "apply")
    untested = ConnectionChanges(identity_provider_issuer="https://untested.acme.test")
    service = live.deployment.container.connections
    service.change(service.get(live.organization.id, stored.id), untested, stored.version, live.deployment.now)
    assert act(live, "roll_back").status is ConnectionStatus.ACTIVE
    with pytest.raises(Conflict) as refused:
        act(live, "roll_back")
    assert refused.value.code == "nothing_to_roll_back"


def test_live_pending_and_previous_certificates_all_keep_their_secret(live: Idp) -> None:
    propose(live, **NEW_KEY)
    end(live, begin(live, of_pending=True), sign_assertion=Signing(key="other"))
    act(live, "apply")
    propose(live, x509_certificates=[key("mallory").pem])
    stored = live.reload_connection()
    assert len({values.certificates for values in stored.all_values}) == 3
    live.deployment.restart()
    secrets = live.deployment.container.certificates
    for values in (stored.values, stored.pending, stored.previous):
        assert values is not None
        assert secrets.load(stored.with_values(values))


def test_discarded_values_are_gone(live: Idp) -> None:
    propose(live, **NEW_KEY)
    assert act(live, "discard").pending is None


def test_bad_values_are_refused_field_by_field(live: Idp) -> None:
    with pytest.raises(Invalid) as refused:
        propose(live, identity_provider_url="http://plain.test/sso")
    assert refused.value.errors[0].pointer == "/identity_provider_url"


def test_the_second_of_two_concurrent_admins_is_refused(live: Idp) -> None:
    seen = live.reload_connection().version
    propose(live, **NEW_KEY)
    with pytest.raises(Stale):
        live.deployment.container.pending_values.discard(live.reload_connection(), seen, live.deployment.now)


def test_a_connection_that_a_guest_s_test_proved_is_activated_by_an_admin(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    with pytest.raises(Conflict):
        act(idp, "activate")
    end(idp, begin(idp, may_prove=False))
    assert act(idp, "activate").status is ConnectionStatus.ACTIVE
    assert act(idp, "activate").status is ConnectionStatus.ACTIVE


def signs(idp: Idp) -> bool:
    return "Signature=" in idp.start().url


def test_signing_requests_waits_for_its_test_and_can_be_taken_back(live: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some identity providers refuse what is not signed, some what is: neither may break a live connection at once."""
    monkeypatch.setattr(authn_request, "_signature", lambda *_: "signed")
    propose(live, sign_requests=True)
    assert not signs(live)
    tested = begin(live, of_pending=True)
    assert "Signature=" in tested.url
    end(live, tested)
    act(live, "apply")
    assert signs(live)
    act(live, "roll_back")
    assert not signs(live)


def test_metadata_that_wants_requests_signed_proposes_that_too(live: Idp) -> None:
    propose(live, metadata_xml=describe(ONE, entity_id="https://new.test").replace(
        "<md:IDPSSODescriptor", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true"'
    ))  # fmt: skip
    stored = live.reload_connection()
    assert stored.pending is not None
    assert (stored.pending.sign_requests, stored.sign_requests) == (True, False)
