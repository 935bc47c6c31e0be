"""Signing in at the running product through the demo identity provider, answers right and wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from ops.local.launch import LocalRun
from tests.support.customer import Customer, new_customer
from tests.support.visitor import Seen, Visitor

pytestmark = pytest.mark.journey


@pytest.fixture
def customer(product: LocalRun) -> Customer:
    return new_customer(product)


@pytest.fixture
def person() -> Visitor:
    return Visitor()


def _answer(person: Visitor, connection: dict[str, Any], email: str, scenario: str = "correct") -> Seen:
    """The page that would post the identity provider's answer."""
    asked = person.open(connection["login_url"])
    return person.submit(asked, form_id="other", user=email, scenario=scenario)


def _post(person: Visitor, answered: Seen, url: str | None = None) -> Seen:
    form = answered.form(form_id="answer")
    origin = "/".join(answered.url.split("/")[:3])
    return person.post(url or str(form.get("action")), urlencode(dict(form.form_values())), origin=origin)


def _signed_in(product: LocalRun, person: Visitor) -> str | None:
    session = person.open(f"{product.base_url}/v1/session")
    return str(session.json["user"]["email"]) if session.status == 200 else None


def test_a_member_signs_in_and_from_then_on_the_password_is_refused(
    product: LocalRun, customer: Customer, person: Visitor
) -> None:
    member = customer.user("member", password="a long enough password")
    connection = customer.connect()
    home = _post(person, _answer(person, connection, member))
    assert (home.status, home.url) == (200, f"{product.base_url}/")
    assert _signed_in(product, person) == member

    other = Visitor()
    asked = other.open(f"{product.base_url}/login")
    led_to = other.submit(asked, action="/login", email=member)
    assert led_to.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("cancelled", "saml_status_not_success"),
        ("unsigned", "saml_unsigned"),
        ("other_signer", "saml_certificate_mismatch"),
        ("altered", "saml_signature_invalid"),
        ("expired", "saml_expired"),
        ("not_yet_valid", "saml_not_yet_valid"),
        ("wrong_audience", "saml_audience_mismatch"),
        ("wrong_recipient", "saml_recipient_mismatch"),
        ("wrong_issuer", "saml_issuer_mismatch"),
        ("wrong_request", "saml_request_mismatch"),
    ],
)
def test_each_fault_of_an_answer_is_refused_with_its_own_code(
    product: LocalRun, customer: Customer, person: Visitor, scenario: str, code: str
) -> None:
    refused = _post(person, _answer(person, customer.connect(), f"m@{customer.domain}", scenario))
    assert refused.status == 403
    assert code in refused.text
    assert _signed_in(product, person) is None


def test_a_second_post_of_the_same_answer_ends_on_the_page_that_was_wanted(
    product: LocalRun, customer: Customer, person: Visitor
) -> None:
    answered = _answer(person, customer.connect(), f"m@{customer.domain}")
    assert _post(person, answered).status == 200
    again = _post(person, answered)
    assert (again.status, "saml_replayed" in again.text) == (200, False)


def test_an_answer_for_one_connection_is_refused_at_another(
    product: LocalRun, customer: Customer, person: Visitor
) -> None:
    other = new_customer(product)
    answered = _answer(person, customer.connect(), f"m@{other.domain}")
    refused = _post(person, answered, other.connect()["single_sign_on_url"])
    assert refused.status == 403
    assert _signed_in(product, person) is None


def test_an_answer_in_a_browser_that_did_not_ask_is_refused(
    product: LocalRun, customer: Customer, person: Visitor
) -> None:
    answered = _answer(person, customer.connect(), f"m@{customer.domain}")
    victim = Visitor()
    refused = _post(victim, answered)
    assert (refused.status, "saml_no_request" in refused.text) == (403, True)
    assert _signed_in(product, victim) is None


def test_an_unsolicited_response_is_restarted_as_sp_initiated(
    product: LocalRun, customer: Customer, person: Visitor
) -> None:
    connection = customer.connect()
    home_of_provider = person.open(product.run["demo_idp"]["metadata_url"].replace("/metadata", "/"))
    fields = {"acs_url": connection["single_sign_on_url"], "sp_entity_id": connection["sp_entity_id"]}
    answered = person.submit(home_of_provider, form_id="unasked", user=f"m@{customer.domain}", **fields)
    asked_again = _post(person, answered)
    assert asked_again.url.startswith(connection["identity_provider_url"])
    assert _signed_in(product, person) is None
    assert _post(person, person.submit(asked_again, form_id="people", user=f"m@{customer.domain}")).status == 200
    assert _signed_in(product, person) == f"m@{customer.domain}"


def test_a_person_of_another_company_is_refused(product: LocalRun, customer: Customer, person: Visitor) -> None:
    refused = _post(person, _answer(person, customer.connect(), "carol@globex.test"))
    assert (refused.status, "email_domain_not_allowed" in refused.text) == (403, True)
