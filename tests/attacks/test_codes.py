"""Every refusal code with a response that produces it, and no other code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.transaction import update
from chalicelib.connections.store import connection_key
from chalicelib.errors import SsoError
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Plan
from chalicelib.organizations.store import change_organization, change_policy
from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.acs_context import AcsRequest
from chalicelib.users.model import UserStatus
from tests.support.deployment import new_deployment
from tests.support.identity_provider import (
    ACS_URL,
    Attribute,
    Changes,
    Conditions,
    Encryption,
    Signing,
    Subject,
    instant,
    names,
)
from tests.support.round_trip import Idp, identity_provider

Produce = Callable[[Idp], object]


@pytest.fixture
def idp() -> Iterator[Idp]:
    with new_deployment() as deployment:
        yield identity_provider(deployment)


def with_changes(**changes: Any) -> Produce:
    """A good answer with named changes."""

    def produce(idp: Idp) -> object:
        start = idp.start()
        return idp.post(idp.says(start, **changes), start.relay_state)

    return produce


def with_confirmation(**changes: Any) -> Produce:
    def produce(idp: Idp) -> object:
        start = idp.start()
        good = idp.says(start)
        return idp.post(replace(good, confirmations=(replace(good.confirmations[0], **changes),)), start.relay_state)

    return produce


def after(prepare: Callable[[Idp], object], **changes: Any) -> Produce:
    """A good answer to a request that was made before something else happened."""

    def produce(idp: Idp) -> object:
        start = idp.start()
        prepare(idp)
        idp.deployment.later(seconds=31)
        return idp.post(idp.says(start, **changes), start.relay_state)

    return produce


def raw(form_value: str) -> Produce:
    def produce(idp: Idp) -> object:
        posted = AcsRequest(idp.connection.id, UnverifiedResponse(form_value), None, {}, "192.0.2.7", navigating=True)
        return idp.deployment.container.assertion_consumer.consume(posted, idp.deployment.now)

    return produce


def twice(idp: Idp) -> object:
    start = idp.start()
    answer = idp.says(start)
    idp.post(answer, start.relay_state)
    return idp.post(answer, start.relay_state)


def from_another_browser(idp: Idp) -> object:
    start = idp.start()
    return idp.post(idp.says(start), start.relay_state, cookies={})


def to_another_request(idp: Idp) -> object:
    return idp.post(idp.says(idp.start()), idp.start().relay_state)


def too_late(idp: Idp) -> object:
    start = idp.start()
    idp.deployment.later(minutes=10)
    good = idp.says(start, issued_at=instant(600), assertion_issued_at=instant(600))
    assert good.conditions is not None
    end = instant(900)
    conditions = replace(good.conditions, not_on_or_after=end)
    confirmation = replace(good.confirmations[0], not_on_or_after=end)
    return idp.post(replace(good, conditions=conditions, confirmations=(confirmation,)), start.relay_state)


def another_subject(idp: Idp) -> object:
    idp.sign_in("lee@acme.test", subject=Subject(value="p-1", format=names.PERSISTENT))
    return idp.sign_in("lee@acme.test", subject=Subject(value="p-2", format=names.PERSISTENT))


def change_item(**values: Any) -> Callable[[Idp], object]:
    def change(idp: Idp) -> None:
        idp.deployment.container.table.write(update(connection_key(idp.connection.id), values))

    return change


def standard_plan(idp: Idp) -> None:
    idp.deployment.container.table.write(
        change_organization(replace(idp.organization, plan=Plan.STANDARD), from_version=1)
    )


def passwords_only(idp: Idp) -> None:
    policy = LoginPolicy(mode=Mode.PASSWORD)
    idp.deployment.container.table.write(change_policy(idp.organization.id, policy, from_version=1))


def disabled_member(idp: Idp) -> None:
    idp.deployment.user(idp.organization, "member@acme.test", status=UserStatus.DISABLED)


def swapped_secret(idp: Idp) -> None:
    """The secret no longer is what the connection's item says."""
    certificates = [
        {"sha256": "0" * 64, "subject": "", "issuer": "", "not_before": instant(), "not_after": instant(), "key": ""}
    ]
    change_item(certificates=certificates, version=2)(idp)


ROWS: dict[RefusalCode, Produce] = {
    RefusalCode.SAML_MALFORMED: raw("not base64!"),
    RefusalCode.SAML_TOO_LARGE: raw("A" * 300_000),
    RefusalCode.SAML_UNSIGNED: with_changes(sign_assertion=None),
    RefusalCode.SAML_SIGNATURE_INVALID: with_changes(
        changes=Changes(octets=lambda octets: octets.replace(b"member@acme.test", b"admin0@acme.test"))
    ),
    RefusalCode.SAML_CERTIFICATE_MISMATCH: with_changes(sign_assertion=Signing(key="mallory")),
    RefusalCode.SAML_WEAK_ALGORITHM: with_changes(sign_assertion=Signing(algorithm=names.RSA_SHA1, digest=names.SHA1)),
    RefusalCode.SAML_ISSUER_MISMATCH: with_changes(assertion_issuer="https://other.test", response_issuer=None),
    RefusalCode.SAML_AUDIENCE_MISMATCH: with_changes(conditions=Conditions(restrictions=(("https://other.test",),))),
    RefusalCode.SAML_DESTINATION_MISMATCH: with_changes(destination=ACS_URL),
    RefusalCode.SAML_RECIPIENT_MISMATCH: with_confirmation(recipient=ACS_URL),
    RefusalCode.SAML_NOT_YET_VALID: with_changes(assertion_issued_at=instant(600)),
    RefusalCode.SAML_EXPIRED: with_confirmation(not_on_or_after=instant(-600)),
    RefusalCode.SAML_REPLAYED: twice,
    RefusalCode.SAML_NO_REQUEST: from_another_browser,
    RefusalCode.SAML_REQUEST_MISMATCH: to_another_request,
    RefusalCode.SAML_REQUEST_EXPIRED: too_late,
    RefusalCode.SAML_STATUS_NOT_SUCCESS: with_changes(
        status=("urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
    ),
    RefusalCode.SAML_DECRYPTION_FAILED: with_changes(encryption=Encryption(key="mallory")),
    RefusalCode.SAML_SUBJECT_MISSING: with_changes(subject=None, confirmations=()),
    RefusalCode.SUBJECT_MISMATCH: another_subject,
    RefusalCode.EMAIL_MISSING: with_changes(attributes=(Attribute(name="email", values=("nobody",)),)),
    RefusalCode.EMAIL_AMBIGUOUS: with_changes(
        attributes=(Attribute(name="email", values=("one@acme.test", "two@acme.test")),)
    ),
    RefusalCode.EMAIL_DOMAIN_NOT_ALLOWED: lambda idp: idp.sign_in("eve@evil.test"),
    RefusalCode.USER_NOT_PROVISIONED: after(change_item(jit_provisioning=False)),
    RefusalCode.USER_DISABLED: after(disabled_member),
    RefusalCode.CONNECTION_NOT_CONFIGURED: after(change_item(identity_provider_url=None)),
    RefusalCode.CONNECTION_DISABLED: after(change_item(disabled=True)),
    RefusalCode.ENTERPRISE_PLAN_REQUIRED: after(standard_plan),
    RefusalCode.SSO_DISABLED: after(passwords_only),
    RefusalCode.TEMPORARILY_UNAVAILABLE: after(swapped_secret),
}


@pytest.mark.parametrize("code", ROWS)
def test_the_code_is_produced_and_no_session_is_created(idp: Idp, code: RefusalCode) -> None:
    with pytest.raises(SsoError) as caught:
        ROWS[code](idp)
    assert caught.value.code == code.value


def test_there_is_no_other_code() -> None:
    assert set(ROWS) == set(RefusalCode)
