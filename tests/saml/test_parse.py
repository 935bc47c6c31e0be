from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from chalicelib.i18n.message import message
from chalicelib.saml.assertion import NameID, ProxyRestriction
from chalicelib.saml.parse import (
    Authentication,
    Confirmation,
    DecryptedID,
    Issuer,
    ParsedAssertion,
    parse_assertion,
    parse_response,
)
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError
from tests.support.identity_provider import names
from tests.support.identity_provider.names import BEARER, SAML, SAMLP

AT = "2026-03-02T12:00:00Z"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONTEXT = "<AuthnContext><AuthnContextClassRef>urn:c</AuthnContextClassRef></AuthnContext>"
STATEMENT = f'<AuthnStatement AuthnInstant="{AT}">{CONTEXT}</AuthnStatement>'


def assertion(
    inside: str = STATEMENT, attributes: str = f'ID="_a" Version="2.0" IssueInstant="{AT}"'
) -> ParsedAssertion:
    return parse_assertion(etree.fromstring(f'<Assertion xmlns="{SAML}" {attributes}>{inside}</Assertion>'))


def refusal(inside: str = STATEMENT, attributes: str = f'ID="_a" Version="2.0" IssueInstant="{AT}"') -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        assertion(inside, attributes)
    assert refused.value.reason is RefusalCode.SAML_MALFORMED
    return refused.value


def subject(inside: str) -> ParsedAssertion:
    return assertion(f"<Subject>{inside}</Subject>{STATEMENT}")


def test_an_assertion_that_says_next_to_nothing_is_read_as_that() -> None:
    assert assertion() == ParsedAssertion(
        id="_a",
        issuer=None,
        issued_at=NOON,
        has_subject=False,
        name_id=None,
        confirmations=(),
        not_before=None,
        not_on_or_after=None,
        audiences=(),
        authentications=(Authentication(NOON, None, None),),
        attributes={},
    )


def test_a_response_is_read_with_what_it_has() -> None:
    text = f'<r xmlns="{SAML}" ID="_r" Destination="d" InResponseTo="q" IssueInstant="{AT}"><Issuer>i</Issuer></r>'
    read = parse_response(etree.fromstring(text), signed=True)
    assert (read.id, read.destination, read.in_response_to, read.signed) == ("_r", "d", "q", True)
    assert read.issuer == Issuer("i", None)
    assert read.issued_at == NOON


def test_a_response_that_lacks_what_it_may_lack_is_read_as_that() -> None:
    read = parse_response(etree.fromstring(f'<r xmlns="{SAMLP}" IssueInstant="{AT}"/>'), signed=False)
    assert (read.id, read.destination, read.in_response_to, read.issuer, read.signed) == ("", None, None, None, False)


def test_an_assertion_without_id_has_an_empty_one() -> None:
    assert assertion(attributes=f'Version="2.0" IssueInstant="{AT}"').id == ""


@pytest.mark.parametrize("version", ["", 'Version="1.1"', 'Version="2"'])
def test_another_version_is_malformed(version: str) -> None:
    assert refusal(attributes=f'{version} IssueInstant="{AT}"').expected == message("check.readable.assertion_2")


def test_an_issuer_has_a_value_and_a_format() -> None:
    assert assertion(f'<Issuer Format="f">i</Issuer>{STATEMENT}').issuer == Issuer("i", "f")
    assert assertion(f"<Issuer/>{STATEMENT}").issuer == Issuer("", None)


@pytest.mark.parametrize("name", ["Issuer", "Subject", "Conditions"])
def test_a_part_that_stands_twice_is_malformed(name: str) -> None:
    refusal(f"<{name}/><{name}/>{STATEMENT}")


@pytest.mark.parametrize("name", ["NameID", "SubjectConfirmation/SubjectConfirmationData"])
def test_a_part_of_a_subject_that_stands_twice_is_malformed(name: str) -> None:
    outer, _, inner = name.partition("/")
    twice = f"<{outer}><{inner}/><{inner}/></{outer}>" if inner else f"<{outer}/><{outer}/>"
    refusal(f"<Subject>{twice}</Subject>{STATEMENT}")


def test_a_name_id_is_read_with_its_qualifiers_and_exactly_as_it_was_signed() -> None:
    read = subject('<NameID Format="f" NameQualifier="n" SPNameQualifier="s"> Lee\n</NameID>')
    assert read.name_id == NameID(" Lee\n", "f", "n", "s")
    assert read.has_subject


@pytest.mark.parametrize("name_format", ["", 'Format=""'])
def test_a_name_id_without_format_is_unspecified(name_format: str) -> None:
    assert subject(f"<NameID {name_format}>x</NameID>").name_id == NameID("x", names.UNSPECIFIED)


def test_a_subject_may_be_there_without_a_name_id() -> None:
    read = subject("<SubjectConfirmation/>")
    assert read.has_subject
    assert read.name_id is None


@pytest.mark.parametrize("name", ["BaseID", "EncryptedID"])
def test_a_subject_whose_identifier_we_cannot_read_is_none(name: str) -> None:
    assert not subject(f"<{name}/>").has_subject


@pytest.mark.parametrize("name", ["Attribute", "Advice", "BaseIDx"])
def test_anything_else_in_a_subject_is_malformed(name: str) -> None:
    assert refusal(f"<Subject><{name}/><EncryptedID/></Subject>{STATEMENT}").received == f"{{{SAML}}}{name}"


@pytest.mark.parametrize(
    "inside",
    [
        f"<Subject><NameID>a<x/>b</NameID></Subject>{STATEMENT}",
        f"<Issuer>a<x/></Issuer>{STATEMENT}",
        f"<Conditions><AudienceRestriction><Audience><x/>a</Audience></AudienceRestriction></Conditions>{STATEMENT}",
    ],
)
def test_a_text_with_an_element_in_it_is_malformed(inside: str) -> None:
    assert refusal(inside).expected == message("check.readable.text_alone")


def test_bearer_confirmations_with_data_are_read_and_no_others() -> None:
    whole = f'Recipient="r" NotBefore="{AT}" NotOnOrAfter="{AT}" InResponseTo="q"'
    read = subject(
        f'<SubjectConfirmation Method="{BEARER}"><SubjectConfirmationData {whole}/></SubjectConfirmation>'
        f'<SubjectConfirmation Method="{BEARER}"/>'
        f'<SubjectConfirmation Method="x"><SubjectConfirmationData {whole}/></SubjectConfirmation>'
        f"<SubjectConfirmation><SubjectConfirmationData {whole}/></SubjectConfirmation>"
        f'<SubjectConfirmation Method="{BEARER}"><SubjectConfirmationData/></SubjectConfirmation>'
    )
    assert read.confirmations == (Confirmation("r", NOON, NOON, "q"), Confirmation(None, None, None, None))


def test_conditions_are_read_with_every_restriction() -> None:
    read = assertion(
        f'<Conditions NotBefore="{AT}" NotOnOrAfter="{AT}"><AudienceRestriction><Audience>a</Audience><Audience>b'
        f"</Audience></AudienceRestriction><OneTimeUse/><ProxyRestriction/><AudienceRestriction/></Conditions>{STATEMENT}"
    )
    assert (read.not_before, read.not_on_or_after) == (NOON, NOON)
    assert read.audiences == (("a", "b"), ())


def test_an_unknown_condition_is_malformed_and_named() -> None:
    assert refusal(f"<Conditions><Condition/></Conditions>{STATEMENT}").received == f"{{{SAML}}}Condition"


def test_an_assertion_without_authn_statement_is_malformed() -> None:
    assert refusal("").expected == message("check.readable.statement")


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<AuthnContext/>",
        "<AuthnContext><AuthnContextClassRef/></AuthnContext>",
        "<AuthnContext><AuthnContextClassRef> \n</AuthnContextClassRef></AuthnContext>",
        "<AuthnContext><AuthenticatingAuthority>a</AuthenticatingAuthority></AuthnContext>",
        f"{CONTEXT}{CONTEXT}",
    ],
)
def test_a_statement_without_one_context_that_says_something_is_malformed(inside: str) -> None:
    refusal(f'<AuthnStatement AuthnInstant="{AT}">{inside}</AuthnStatement>')


@pytest.mark.parametrize(
    "inside",
    [
        "<AuthnContextDeclRef>urn:d</AuthnContextDeclRef>",
        "<AuthnContextDecl><x/></AuthnContextDecl>",
        "<AuthnContextClassRef>\n urn:c</AuthnContextClassRef><AuthenticatingAuthority>a</AuthenticatingAuthority>",
    ],
)
def test_a_context_names_a_class_or_a_declaration(inside: str) -> None:
    statement = f'<AuthnStatement AuthnInstant="{AT}"><AuthnContext>{inside}</AuthnContext></AuthnStatement>'
    assert len(assertion(statement).authentications) == 1


def test_white_space_around_addresses_and_audiences_does_not_count() -> None:
    data = f'<SubjectConfirmationData Recipient=" r&#10;" NotOnOrAfter="{AT}"/>'
    read = assertion(
        f'<Subject><SubjectConfirmation Method="{BEARER}">{data}</SubjectConfirmation></Subject>'
        f"<Conditions><AudienceRestriction><Audience>\n  a\t</Audience></AudienceRestriction></Conditions>{STATEMENT}"
    )
    assert read.confirmations[0].recipient == "r"
    assert read.audiences == (("a",),)


def test_a_proxy_restriction_is_kept() -> None:
    inside = '<ProxyRestriction Count=" 0 "><Audience> a </Audience><Audience>b</Audience></ProxyRestriction>'
    assert assertion(f"<Conditions>{inside}</Conditions>{STATEMENT}").proxy_restriction == ProxyRestriction(
        0, ("a", "b")
    )
    assert assertion(f"<Conditions><ProxyRestriction/></Conditions>{STATEMENT}").proxy_restriction == ProxyRestriction(
        None, ()
    )


@pytest.mark.parametrize("count", ["", "-1", "x", "1.0", "٣", "9" * 5_000])
def test_a_proxy_restriction_with_another_count_is_malformed(count: str) -> None:
    refusal(f'<Conditions><ProxyRestriction Count="{count}"/></Conditions>{STATEMENT}')


def test_a_proxy_restriction_stands_once() -> None:
    refusal(f"<Conditions><ProxyRestriction/><ProxyRestriction/></Conditions>{STATEMENT}")


def test_a_decrypted_name_id_is_read_like_a_plain_one() -> None:
    inside = f"<Subject><EncryptedID/></Subject>{STATEMENT}"
    root = etree.fromstring(f'<Assertion xmlns="{SAML}" Version="2.0" IssueInstant="{AT}">{inside}</Assertion>')
    identifier = etree.fromstring(f'<NameID xmlns="{SAML}" Format="f">Lee</NameID>')
    read = parse_assertion(root, DecryptedID(identifier, is_bound=False))
    assert (read.has_subject, read.name_id) == (True, NameID("Lee", "f"))
    assert read.name_id is not None
    assert not read.name_id.is_bound
    assert not parse_assertion(root).has_subject


def test_a_name_id_beside_an_encrypted_one_is_malformed() -> None:
    inside = f"<Subject><NameID>a</NameID><EncryptedID/></Subject>{STATEMENT}"
    root = etree.fromstring(f'<Assertion xmlns="{SAML}" Version="2.0" IssueInstant="{AT}">{inside}</Assertion>')
    with pytest.raises(ValidationError):
        parse_assertion(root, DecryptedID(etree.fromstring(f'<NameID xmlns="{SAML}">b</NameID>'), is_bound=True))


def test_every_authn_statement_is_read() -> None:
    full = f'<AuthnStatement AuthnInstant="{AT}" SessionIndex="s" SessionNotOnOrAfter="{AT}">{CONTEXT}</AuthnStatement>'
    assert assertion(STATEMENT + full).authentications == (
        Authentication(NOON, None, None),
        Authentication(NOON, "s", NOON),
    )


def test_attributes_are_read_by_name_from_every_statement_in_order() -> None:
    one = '<Attribute Name="g" FriendlyName="mail"><AttributeValue>a</AttributeValue><AttributeValue/></Attribute>'
    two = '<Attribute Name="g"><AttributeValue>b</AttributeValue></Attribute><Attribute Name="h"/>'
    nameless = "<Attribute><AttributeValue>n</AttributeValue></Attribute>"
    statements = "".join(f"<AttributeStatement>{inside}</AttributeStatement>" for inside in (one, two + nameless))
    assert assertion(STATEMENT + statements).attributes == {"g": ("a", "", "b"), "h": (), "": ("n",)}


def test_an_attribute_value_with_elements_in_it_is_left_out() -> None:
    values = "<AttributeValue>a<x/>b</AttributeValue><AttributeValue>c</AttributeValue>"
    statement = f'<AttributeStatement><Attribute Name="g">{values}</Attribute></AttributeStatement>'
    assert assertion(STATEMENT + statement).attributes == {"g": ("c",)}
