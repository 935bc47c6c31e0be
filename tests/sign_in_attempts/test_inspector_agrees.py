"""The inspector judges a response as a sign-in does: property-based, over variants of one response."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import SignInRefused
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.inspector import Inspection
from tests.support.deployment import new_deployment
from tests.support.identity_provider import (
    ACS_URL,
    Attribute,
    Conditions,
    Description,
    Encryption,
    Signing,
    Subject,
    instant,
    names,
    send,
)
from tests.support.round_trip import Idp, identity_provider

_sources = itertools.count(1)
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

OF_THE_PERSON = {None, RefusalCode.SAML_REQUEST_MISMATCH, RefusalCode.SUBJECT_MISMATCH}
"""Results of a sign-in with a valid response: it succeeds, or the request or the account prevents it."""
ADDRESSES = ["member@acme.test", "MEMBER@acme.test", "other@acme.test", "", " ", "nobody", "a%b@acme.test"]
VARIANTS: dict[str, st.SearchStrategy[Any]] = {
    "sign_assertion": st.sampled_from(
        [Signing(), None, Signing(key="mallory"), Signing(algorithm=names.RSA_SHA1, digest=names.SHA1)]
    ),
    "encryption": st.sampled_from([None, Encryption(), Encryption(key="mallory")]),
    "destination": st.sampled_from([..., None, ACS_URL]),
    "conditions": st.sampled_from([..., None, Conditions(restrictions=(("https://other.test",),))]),
    "assertion_issuer": st.sampled_from([..., "https://other.test"]),
    "assertion_issued_at": st.sampled_from([..., instant(600), instant(-4_000)]),
    "subject": st.sampled_from([..., None, Subject(value="x", format=_PERSISTENT), Subject(value=" ")]),
    "status": st.sampled_from([..., (names.RESPONDER, names.AUTHN_FAILED)]),
    "attributes": st.lists(st.sampled_from(ADDRESSES), max_size=3).map(
        lambda values: (Attribute(name="email", values=tuple(values)),) if values else ()
    ),
    "in_response_to": st.sampled_from([..., None, "_another"]),
    "response_id": st.sampled_from([..., "1_begins_with_a_digit"]),
}
CHANGES = st.lists(st.sampled_from(sorted(VARIANTS)), max_size=3, unique=True).flatmap(
    lambda chosen: st.fixed_dictionaries({name: VARIANTS[name] for name in chosen})
)


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with new_deployment() as deployment:
        yield identity_provider(deployment)


def signed_in_or_refused(idp: Idp, answer: Description, relay_state: str) -> SignInRefused | None:
    try:
        idp.post(answer, relay_state, source=f"192.0.2.{next(_sources)}")  # refusals are counted by source
    except SignInRefused as refusal:
        return refusal
    return None


def failed(checks: tuple[Check, ...]) -> set[CheckName]:
    return {check.name for check in checks if not check.passed}


def inspected(idp: Idp, answer: Description) -> Inspection:
    return idp.deployment.container.inspector.inspect(idp.connection, str(send(answer)), idp.deployment.now)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_what_the_inspector_says_is_what_a_sign_in_does(idp: Idp, changes: dict[str, Any]) -> None:
    """But for the request, which no paste can belong to: a response that only lacks it signs in where it was asked
    for."""
    idp.jar.clear()
    start = idp.start()
    given_values = {name: value for name, value in changes.items() if value is not ...}
    answer = replace(idp.says(start), **given_values)
    seen = inspected(idp, answer)
    refusal = signed_in_or_refused(idp, answer, start.relay_state)
    code = refusal.reason if refusal else None
    if seen.code is RefusalCode.SAML_NO_REQUEST:
        assert code in OF_THE_PERSON
    elif seen.code is None:
        assert code in OF_THE_PERSON
        assert seen.assertion is not None
        assert seen.assertion.in_response_to is None
    else:
        assert seen.code is code
    if refusal is not None and code not in OF_THE_PERSON:
        assert failed(refusal.checks) - {CheckName.REQUEST} == failed(seen.checks) - {CheckName.REQUEST}


def test_a_number_of_five_thousand_digits_in_pasted_html_is_an_unreadable_response(idp: Idp) -> None:
    pasted = f'<input name="SAMLResponse" value="&#{"1" * 5_000};">'
    seen = idp.deployment.container.inspector.inspect(idp.connection, pasted, idp.deployment.now)
    assert seen.code is RefusalCode.SAML_MALFORMED
