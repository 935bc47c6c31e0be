"""Who an assertion speaks of: exactly one address, from the first mapped source that is present."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.connections.model import AttributeMapping, Connection
from chalicelib.errors import SignInRefused
from chalicelib.i18n.message import message
from chalicelib.saml.assertion import Assertion, NameID, SignedSubject
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.user_attributes import email_of, groups_of, name_of, signed_email, sources_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
CONNECTION = Connection(id="conn_1", organization_id="org_1", created_at=NOW, updated_at=NOW)


def _assertion(name_id: NameID | None = None, **attributes: tuple[str, ...]) -> Assertion:
    return Assertion(
        id="_a",
        response_id="_r",
        issuer="idp",
        in_response_to=None,
        name_id=name_id,
        attributes=attributes,
        issued_at=NOW,
        authenticated_at=NOW,
        expires_at=NOW,
    )


def _mapped(*email: str) -> Connection:
    return replace(CONNECTION, attribute_mapping=AttributeMapping(email=email))


def _refusal(assertion: Assertion, connection: Connection = CONNECTION) -> SignInRefused:
    with pytest.raises(SignInRefused) as refused:
        email_of(assertion, connection)
    return refused.value


def test_the_first_mapped_attribute_that_is_present_counts() -> None:
    assertion = _assertion(NameID("name@acme.test", EMAIL), Email=("b@acme.test",), mail=("a@acme.test",))
    assert email_of(assertion, CONNECTION) == "a@acme.test"
    assert email_of(assertion, _mapped("Email", "mail")) == "b@acme.test"


def test_an_address_is_canonical() -> None:
    assert email_of(_assertion(mail=("Member@ACME.test",)), CONNECTION) == "member@acme.test"


@pytest.mark.parametrize("value", [" a@acme.test", "\n    a@acme.test\n  "])
def test_white_space_around_an_address_is_dropped(value: str) -> None:
    assert email_of(_assertion(mail=(value,)), _mapped("mail")) == "a@acme.test"


def test_a_name_id_that_is_no_address_is_not_called_unusable() -> None:
    with pytest.raises(SignInRefused) as refused:
        email_of(_assertion(NameID("alice", UNSPECIFIED), Mail=("a@acme.test",)), _mapped("mail"))
    check = refused.value.checks[-1]
    assert refused.value.reason is RefusalCode.EMAIL_MISSING
    assert check.expected == message("check.email.one_address_in", names="mail, NameID")
    assert check.received == message("check.email.no_mapped", names="Mail")


@pytest.mark.parametrize(
    "values",
    [
        ("a@acme.test", "nobody"),
        ("eve%evil.test@acme.test",),
        ("evil.test!eve@acme.test",),
        ("a@acme.test\u00a0",),
        ("a@acme.test, b@acme.test",),
        ("\u212a@acme.test",),
        ("nobody",),
        (" ",),
    ],
)
def test_a_value_that_is_not_a_plain_address_is_refused_without_looking_further(values: tuple[str, ...]) -> None:
    assertion = _assertion(NameID("name@acme.test", EMAIL), mail=values, email=("other@acme.test",))
    assert _refusal(assertion).reason is RefusalCode.EMAIL_MISSING


@pytest.mark.parametrize(
    "values",
    [
        ("a@acme.test", "a@acme.test"),
        ("A@Acme.Test", "a@acme.test"),
        ("a@acme.test", ""),
        ("", "a@acme.test", " ", "\n\t"),
    ],
)
def test_the_same_address_again_or_a_blank_value_beside_it_changes_nothing(values: tuple[str, ...]) -> None:
    assert email_of(_assertion(mail=values), CONNECTION) == "a@acme.test"
    assert signed_email(SignedSubject(None, {"mail": values}), CONNECTION) == "a@acme.test"


@pytest.mark.parametrize("values", [("a@acme.test", "b@acme.test"), ("a@acme.test", "", "a@acme.test", "b@acme.test")])
def test_two_addresses_are_ambiguous_and_name_no_user(values: tuple[str, ...]) -> None:
    refused = _refusal(_assertion(mail=values, email=("other@acme.test",)))
    assert refused.reason is RefusalCode.EMAIL_AMBIGUOUS
    assert refused.checks[-1].received == f"mail: {', '.join(values)}"
    assert signed_email(SignedSubject(None, {"mail": values}), CONNECTION) is None


@pytest.mark.parametrize("values", [(), ("",), ("", "")])
def test_an_empty_attribute_counts_as_absent(values: tuple[str, ...]) -> None:
    assert email_of(_assertion(mail=values, email=("a@acme.test",)), CONNECTION) == "a@acme.test"


@pytest.mark.parametrize(
    "form",
    [
        EMAIL,
        UNSPECIFIED,
        "urn:oasis:names:tc:SAML:1.0:nameid-format:unspecified",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified",
    ],
)
def test_without_any_mapped_attribute_a_name_id_that_may_be_an_address_is_the_source(form: str) -> None:
    assert email_of(_assertion(NameID("Member@acme.test", form)), CONNECTION) == "member@acme.test"


@pytest.mark.parametrize("form", [PERSISTENT, TRANSIENT, "urn:example:own"])
def test_a_name_id_of_another_format_is_an_address_only_where_the_admin_says_so(form: str) -> None:
    assertion = _assertion(NameID("member@acme.test", form))
    assert _refusal(assertion).reason is RefusalCode.EMAIL_MISSING
    assert email_of(assertion, _mapped("NameID")) == "member@acme.test"


def test_an_attribute_called_name_id_is_not_the_name_id() -> None:
    assertion = _assertion(NameID("member@acme.test", EMAIL), NameID=("admin@acme.test",))
    assert email_of(assertion, _mapped("NameID")) == "member@acme.test"


def test_a_name_id_that_is_not_an_address_is_refused() -> None:
    assert _refusal(_assertion(NameID("auth0|123", UNSPECIFIED))).reason is RefusalCode.EMAIL_MISSING


def test_the_refusal_shows_which_attributes_came() -> None:
    check = _refusal(_assertion(department=("x",), upn=("y",))).checks[-1]
    assert check.name is CheckName.EMAIL
    assert not check.passed
    assert check.received == message("check.email.no_mapped", names="department, upn")


def test_a_name_is_first_and_last_as_far_as_they_came() -> None:
    assert name_of(_assertion(firstName=(" Ada\n",), lastName=("King  Lovelace",)), CONNECTION) == "Ada King Lovelace"
    assert name_of(_assertion(sn=("Lovelace",)), CONNECTION) == "Lovelace"
    assert name_of(_assertion(), CONNECTION) is None


def test_a_name_holds_no_control_characters_and_is_bounded() -> None:
    assert name_of(_assertion(firstName=("A\x00d\u202ea" + "x" * 500,)), CONNECTION) == "Ada" + "x" * 197


def test_groups_are_all_values_once() -> None:
    assert groups_of(_assertion(groups=("a", "b", "a")), CONNECTION) == ("a", "b")
    assert groups_of(_assertion(), CONNECTION) == ()


def test_the_refusal_shows_the_source_and_its_values_after_the_checks_before() -> None:
    read = Check(CheckName.READABLE, True)
    assertion = replace(_assertion(mail=("a@acme.test", "b")), checks=(read,))
    shown = Check(CheckName.EMAIL, False, message("check.email.one_address"), "mail: a@acme.test, b")
    assert _refusal(assertion).checks == (read, shown)


def test_the_refusal_says_so_where_no_attributes_came_at_all() -> None:
    assert _refusal(_assertion()).checks[-1].received == message("check.email.no_attributes")


def test_the_refusal_shows_1000_characters_at_most() -> None:
    assert _refusal(_assertion(mail=("x" * 2_000,))).checks[-1].received == "mail: " + "x" * 993 + "…"


def test_a_name_is_made_of_first_values_and_of_nothing_that_cannot_be_seen() -> None:
    assert name_of(_assertion(firstName=("Ada", "Grace"), sn=("",)), CONNECTION) == "Ada"
    assert name_of(_assertion(firstName=("\u202e",)), CONNECTION) is None


def test_groups_come_from_the_first_mapped_attribute_that_is_present() -> None:
    assert groups_of(_assertion(memberOf=("a",), groups=("b",)), CONNECTION) == ("b",)


def test_a_mapped_name_id_that_is_not_there_leads_on_to_the_next_source() -> None:
    assert email_of(_assertion(mail=("a@acme.test",)), _mapped("NameID", "mail")) == "a@acme.test"


def test_each_fields_source_is_named_and_a_field_without_one_is_left_out() -> None:
    assertion = _assertion(mail=("lee@acme.test",), sn=("Lee",), email=("other@acme.test",), groups=("",))
    assert sources_of(assertion, CONNECTION) == {"email": "mail", "last_name": "sn"}


def test_the_name_id_is_the_addresss_source_where_nothing_mapped_came() -> None:
    unspecified = NameID("lee@acme.test", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
    assert sources_of(_assertion(unspecified), CONNECTION) == {"email": "NameID"}
    assert sources_of(_assertion(), CONNECTION) == {}


def test_every_field_of_the_mapping_has_its_own_source() -> None:
    mapping = AttributeMapping(email=("m",), first_name=("f",), last_name=("l",), groups=("g",))
    assertion = _assertion(m=("a@acme.test",), f=("Ada",), l=("Lovelace",), g=("x", "y"))
    sources = sources_of(assertion, replace(CONNECTION, attribute_mapping=mapping))
    assert sources == {"email": "m", "first_name": "f", "last_name": "l", "groups": "g"}
