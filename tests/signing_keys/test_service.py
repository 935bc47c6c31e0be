"""Rotations of the signing keys do not affect sign-ins in progress."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, product
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from chalicelib.container import Container
from chalicelib.errors import SignInRefused, Stale, Unavailable
from chalicelib.http.csrf import token_by_key
from chalicelib.idempotency.service import KeyedRequest
from chalicelib.saml.key_pair import KeyPair
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in.start import AuthnRedirect
from chalicelib.signing_keys import new_key
from chalicelib.signing_keys.model import DeploymentKeys, KeySet
from chalicelib.signing_keys.rotation import PROPAGATION_DELAY, SCHEDULES, KeyPurpose, RotationStep
from chalicelib.signing_keys.service import steps_of
from tests.support.deployment import Deployment
from tests.support.identity_provider import Encryption, key
from tests.support.round_trip import Idp, identity_provider

_NS = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}
_MOMENT = timedelta(seconds=1)


def _pair(name: str) -> KeyPair:
    return KeyPair(key(name).private_pem, key(name).der)


@dataclass
class Stage:
    """A stage whose keys rotate, with processes that know of it late.

    Attributes:
        idp: wants signed requests, and encrypts.
    """

    deployment: Deployment
    idp: Idp

    def process(self) -> Container:
        """A new process, which has loaded the keys as they are now and keeps them."""
        self.deployment.restart()
        self.deployment.container.keys.load(self.deployment.now)
        return self.deployment.container

    def keys(self) -> DeploymentKeys:
        """As they are stored."""
        return self.process().keys.current()[0]

    def steps(self) -> dict[KeyPurpose, RotationStep]:
        """An operator takes every next step."""
        rotation = self.process().key_rotation
        return {purpose: rotation.step(purpose, self.deployment.now) for purpose in KeyPurpose}

    def time_passes(self, purpose_to_span: dict[KeyPurpose, timedelta]) -> None:
        """For the keys alone: what identity providers send is dated."""
        secret = self.process().keys
        keys, version = secret.current()
        for purpose, span in purpose_to_span.items():
            aged = getattr(keys, purpose.value)
            keys = replace(keys, **{purpose.value: replace(aged, changed_at=aged.changed_at - span)})
        secret.replace(keys, instead_of=version)

    def metadata(self, process: Container, use: str) -> set[str]:
        """The names of the keys that this process publishes."""
        root = etree.fromstring(process.sp_metadata.document(self.idp.connection.id, self.deployment.now))
        path = f".//md:KeyDescriptor[@use='{use}']//ds:X509Certificate"
        ders = [base64.b64decode(found.text or "") for found in root.iterfind(path, _NS)]
        return {x509.load_der_x509_certificate(der).subject.rfc4514_string().removeprefix("CN=") for der in ders}

    def start(self, process: Container) -> AuthnRedirect:
        """Starts a sign-in at this process."""
        self.deployment.container = process
        return self.idp.start()

    def finish(self, process: Container, start: AuthnRedirect, encrypted_to: str) -> str:
        """The identity provider's answer is taken by this process; the session's cookie."""
        self.deployment.container = process
        said = self.idp.says(start, encryption=Encryption(key=encrypted_to))
        outcome = self.idp.post(said, start.relay_state)
        assert isinstance(outcome, SignedInByAssertion)
        return outcome.session.cookie


@pytest.fixture
def stage(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Stage:
    numbers = count(1)
    monkeypatch.setattr(new_key, "new_key_pair", lambda name, now: _pair(f"rotated-{name[-10:]}-{next(numbers)}"))
    idp = identity_provider(deployment, sign_requests=True)
    deployment.user(idp.organization, "member@acme.test")
    secret = deployment.container.keys
    old = DeploymentKeys(
        KeySet(bytes(32)), KeySet(_pair("old-signing")), KeySet(_pair("old-decryption")), KeySet(bytes(32))
    )
    secret.replace(
        replace(old, **{p.value: replace(getattr(old, p.value), changed_at=deployment.now) for p in KeyPurpose}),
        instead_of=secret.current()[1],
    )
    return Stage(deployment, idp)


def _signed_by(start: AuthnRedirect, names: set[str]) -> bool:
    """True if an identity provider that has these keys accepts the request."""
    query = urlsplit(start.url).query
    signed, _, _ = query.partition("&Signature=")
    value = base64.b64decode(parse_qs(query)["Signature"][0])
    for name in names:
        public = key(name).private.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        try:
            public.verify(value, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            continue
        return True
    return False


def _overlap(stage: Stage, late: Container, before: set[str]) -> None:
    """Sign-ins begun and answered in either process, encrypted to any key that the identity provider may know."""
    early = stage.process()
    known = before | stage.metadata(late, "encryption") | stage.metadata(early, "encryption")
    for begins, answers, name in product((late, early), (late, early), sorted(known)):
        start = stage.start(begins)
        assert _signed_by(start, stage.metadata(late, "signing"))
        assert _signed_by(start, stage.metadata(early, "signing"))
        cookie = stage.finish(answers, start, name)
        assert answers.sessions.find(cookie, stage.deployment.now).user.email == "member@acme.test"


def test_no_step_of_a_rotation_of_all_keys_breaks_a_sign_in(stage: Stage) -> None:
    early = stage.process()
    begun = stage.start(early)
    cookie = stage.finish(early, stage.start(early), "old-decryption")
    form = token_by_key(early.keys.load(stage.deployment.now).cookies.current, "a browser's secret")
    request = KeyedRequest("caller", "/v1/things", "key", b"{}")
    early.idempotency.once(request, lambda _: "made", lambda found: found, stage.deployment.now)
    taken = []
    for waits in ("rest", "known", "overlap"):
        late = stage.process()
        before = stage.metadata(late, "encryption")
        stage.time_passes({purpose: getattr(SCHEDULES[purpose], waits) or timedelta(0) for purpose in KeyPurpose})
        late = stage.process()
        taken.append(set(stage.steps().values()))
        _overlap(stage, late, before)
        stage.time_passes(dict.fromkeys(KeyPurpose, PROPAGATION_DELAY))
        _overlap(stage, stage.process(), before)
        fresh = stage.process()
        assert fresh.sessions.find(cookie, stage.deployment.now).user.email == "member@acme.test"
        if waits != "overlap":
            stage.idp.jar[begun.cookie_name] = begun.cookie_value
            keys = fresh.keys.load(stage.deployment.now).cookies.all
            assert form in [token_by_key(each, "a browser's secret") for each in keys]
    assert taken == [{RotationStep.PREPARE}, {RotationStep.PROMOTE}, {RotationStep.RETIRE}]
    assert stage.metadata(stage.process(), "signing").isdisjoint({"old-signing"})
    assert stage.keys().cookies.all != (bytes(32),)


def test_a_sign_in_begun_before_a_promotion_ends_after_it(stage: Stage) -> None:
    stage.steps()
    stage.time_passes({purpose: SCHEDULES[purpose].known for purpose in KeyPurpose})
    begun = stage.start(stage.process())
    assert set(stage.steps().values()) == {RotationStep.PROMOTE}
    assert stage.finish(stage.process(), begun, "old-decryption")


def test_the_schedule_rotates_cookies_by_itself_and_pairs_only_once_begun(stage: Stage) -> None:
    year = dict.fromkeys(KeyPurpose, timedelta(days=365))
    rotation = stage.process().key_rotation
    taken = []
    for _ in range(3):
        stage.time_passes(year)
        taken.append(rotation.run(stage.deployment.now))
    assert taken == [((KeyPurpose.COOKIES, step),) for step in RotationStep]
    rotation.step(KeyPurpose.SIGNING, stage.deployment.now)
    for step in (RotationStep.PROMOTE, RotationStep.RETIRE):
        stage.time_passes({KeyPurpose.SIGNING: timedelta(days=365)})
        assert rotation.run(stage.deployment.now) == ((KeyPurpose.SIGNING, step),)
    assert rotation.run(stage.deployment.now) == ()


def test_a_day_without_a_due_step_changes_nothing(stage: Stage) -> None:
    stage.deployment.calls.clear()
    assert stage.deployment.container.key_rotation.run(stage.deployment.now) == ()
    assert stage.deployment.calls == ["GetSecretValue"]


@pytest.mark.parametrize("purpose", KeyPurpose)
def test_a_step_too_early_is_refused_with_the_time_and_changes_nothing(stage: Stage, purpose: KeyPurpose) -> None:
    rotation = stage.process().key_rotation
    rotation.step(purpose, stage.deployment.now)
    stage.time_passes({purpose: SCHEDULES[purpose].known - _MOMENT})
    before = stage.keys()
    with pytest.raises(ValueError, match=f"{stage.deployment.now + _MOMENT:%Y-%m-%d %H:%M}"):
        rotation.step(purpose, stage.deployment.now)
    assert stage.keys() == before


def test_of_two_who_change_the_keys_at_once_one_is_refused_and_the_other_keeps_all(stage: Stage) -> None:
    first, second = stage.process(), stage.process()
    keys, version = second.keys.current()
    first.key_rotation.step(KeyPurpose.COOKIES, stage.deployment.now)
    stored = stage.keys()
    with pytest.raises(Stale):
        second.keys.replace(keys, instead_of=version)
    assert stage.keys() == stored


@pytest.mark.parametrize("operation", ["PutSecretValue", "UpdateSecretVersionStage"])
def test_a_process_killed_between_two_writes_leaves_keys_that_work_and_the_next_try_succeeds(
    stage: Stage, operation: str
) -> None:
    class KilledError(BaseException):
        pass

    def kill(**_: object) -> None:
        raise KilledError

    process, before = stage.process(), stage.keys()
    events = process.keys._client.meta.events
    events.register(f"before-call.secrets-manager.{operation}", kill)
    try:
        with pytest.raises(KilledError):
            process.key_rotation.step(KeyPurpose.COOKIES, stage.deployment.now)
    finally:
        events.unregister(f"before-call.secrets-manager.{operation}", kill)
    assert stage.keys() == before
    assert stage.process().key_rotation.step(KeyPurpose.COOKIES, stage.deployment.now) is RotationStep.PREPARE


def test_however_often_keys_rotate_the_secret_keeps_few_labels(stage: Stage) -> None:
    for _ in range(12):
        stage.process().key_rotation.replace_compromised(KeyPurpose.COOKIES, stage.deployment.now)
    settings = stage.deployment.container.settings
    found = stage.process().keys._client.describe_secret(SecretId=settings.keys_secret)
    labels = [label for labels in found["VersionIdsToStages"].values() for label in labels]
    assert sorted(labels) == ["AWSCURRENT", "AWSPREVIOUS", "gatehouse-arriving"]


def test_stolen_cookie_keys_are_worth_nothing_at_once(stage: Stage) -> None:
    begun = stage.start(stage.process())
    stage.process().key_rotation.replace_compromised(KeyPurpose.COOKIES, stage.deployment.now)
    with pytest.raises(SignInRefused):
        stage.finish(stage.process(), begun, "old-decryption")
    assert stage.finish(stage.process(), stage.start(stage.process()), "old-decryption")


def test_a_stolen_decryption_key_is_published_no_more_and_still_decrypts(stage: Stage) -> None:
    stage.process().key_rotation.replace_compromised(KeyPurpose.DECRYPTION, stage.deployment.now)
    process = stage.process()
    (new,) = stage.metadata(process, "encryption")
    assert new != "old-decryption"
    for name in (new, "old-decryption"):
        assert stage.finish(process, stage.start(process), name)


def test_replacing_a_compromised_key_twice_breaks_no_sign_in(stage: Stage) -> None:
    for _ in range(2):
        stage.process().key_rotation.replace_compromised(KeyPurpose.DECRYPTION, stage.deployment.now)
    process = stage.process()
    (new,) = stage.metadata(process, "encryption")
    for name in (new, "old-decryption"):
        assert stage.finish(process, stage.start(process), name)


def test_a_stolen_key_that_was_to_come_next_decrypts_for_those_who_have_it_already(stage: Stage) -> None:
    stage.process().key_rotation.step(KeyPurpose.DECRYPTION, stage.deployment.now)
    stage.time_passes({KeyPurpose.DECRYPTION: PROPAGATION_DELAY})
    announced = stage.metadata(stage.process(), "encryption")
    assert len(announced) == 2
    stage.process().key_rotation.replace_compromised(KeyPurpose.DECRYPTION, stage.deployment.now)
    process = stage.process()
    assert stage.metadata(process, "encryption") & announced == set()
    for name in announced:
        assert stage.finish(process, stage.start(process), name)


def test_events_stay_ours_through_a_change_and_two_thefts_of_the_audit_key(stage: Stage) -> None:
    rotation, now = stage.process().key_rotation, stage.deployment.now
    stage.deployment.container.users.create(organization_id=stage.idp.organization.id, email="a@acme.test", now=now)
    rotation.step(KeyPurpose.AUDIT, now)
    stage.time_passes({KeyPurpose.AUDIT: SCHEDULES[KeyPurpose.AUDIT].known})
    rotation.step(KeyPurpose.AUDIT, now)
    for number in range(2):
        process = stage.process()
        process.users.create(organization_id=stage.idp.organization.id, email=f"{number}@acme.test", now=now)
        process.key_rotation.replace_compromised(KeyPurpose.AUDIT, now)
    verification = stage.process().audit_log.verify(stage.idp.organization.id, now + timedelta(hours=1))
    assert (verification.count, verification.finish()) == (3, ())


def test_older_keys_go_with_the_previous_one_and_are_few(stage: Stage) -> None:
    for _ in range(12):
        stage.process().key_rotation.replace_compromised(KeyPurpose.AUDIT, stage.deployment.now)
    assert len(stage.keys().audit.all) == 10
    stage.time_passes({KeyPurpose.AUDIT: SCHEDULES[KeyPurpose.AUDIT].overlap})
    assert stage.process().key_rotation.step(KeyPurpose.AUDIT, stage.deployment.now) is RotationStep.RETIRE
    assert len(stage.keys().audit.all) == 1


def test_a_stolen_signing_key_signs_nothing_and_is_not_published(stage: Stage) -> None:
    stage.process().key_rotation.replace_compromised(KeyPurpose.SIGNING, stage.deployment.now)
    process = stage.process()
    assert not _signed_by(stage.start(process), {"old-signing"})
    assert "old-signing" not in stage.metadata(process, "signing")


def test_without_secrets_manager_a_step_is_unavailable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rotation = stage.process().key_rotation
    client = rotation.keys._client
    answer = client.exceptions.InternalServiceError({"Error": {"Code": "InternalServiceError"}}, "any")

    def fail(**_: object) -> None:
        raise answer

    for operation in ("get_secret_value", "put_secret_value", "update_secret_version_stage"):
        with monkeypatch.context() as patched:
            patched.setattr(client, operation, fail)
            with pytest.raises(Unavailable):
                rotation.step(KeyPurpose.COOKIES, stage.deployment.now)


def test_what_comes_next_is_reported_for_every_set(stage: Stage) -> None:
    assert {due.step for due in steps_of(stage.keys()).values()} == {RotationStep.PREPARE}
