from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.decode import parse_xml
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.structure import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_IDS,
    envelope_of,
    require_assertion,
    require_plain_tree,
    require_response,
    require_success,
)
from chalicelib.saml.validation_error import ValidationError
from tests.support.identity_provider import GOOD, Description, Encryption, Signing, document, names
from tests.support.identity_provider.names import DS, SAML, SAMLP
from tests.support.xml_edit import assertion_of, cut, extensions, find, signature_of

OUTER = "<outer/>"


def response(description: Description = GOOD) -> etree._Element:
    return parse_xml(document(description))


def code_of(rule: Callable[[], object]) -> RefusalCode:
    with pytest.raises(ValidationError) as refused:
        rule()
    return refused.value.reason


def nested(levels: int) -> etree._Element:
    return etree.fromstring("<a>" * levels + "</a>" * levels)


def test_a_response_within_a_response_is_not_a_response() -> None:
    root = response()
    etree.SubElement(extensions(root), f"{{{SAMLP}}}Response")
    assert code_of(lambda: require_response(root)) is RefusalCode.SAML_MALFORMED


def test_as_many_attributes_as_allowed_are_a_plain_tree_and_one_more_is_none() -> None:
    root = etree.Element("a", {f"n{number}": "" for number in range(32)})
    assert len(root.attrib) == MAX_ATTRIBUTES
    require_plain_tree([root])
    root.set("more", "")
    assert code_of(lambda: require_plain_tree([root])) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("name", ["ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_as_many_ids_as_allowed_are_a_plain_tree_and_one_more_is_none(name: str) -> None:
    assert MAX_IDS == 200
    root = etree.Element("a")
    for number in range(200):
        etree.SubElement(root, "b", {name: f"i{number}", "valid": "", "{urn:x}paid": ""})
    require_plain_tree([root])
    root.set(name, "i")
    assert code_of(lambda: require_plain_tree([root])) is RefusalCode.SAML_TOO_LARGE


def test_as_many_levels_as_allowed_are_a_plain_tree_and_one_more_is_none() -> None:
    assert MAX_DEPTH == 16
    require_plain_tree([nested(16)])
    assert code_of(lambda: require_plain_tree([nested(17)])) is RefusalCode.SAML_MALFORMED


def test_an_entity_reference_is_not_a_plain_tree() -> None:
    root = etree.Element("a")
    root.append(etree.Entity("x"))
    assert code_of(lambda: require_plain_tree([root])) is RefusalCode.SAML_MALFORMED


def test_one_id_in_two_trees_stands_twice() -> None:
    one, other = etree.Element("a", ID="_x"), etree.Element("b", ID="_x")
    assert code_of(lambda: require_plain_tree([one, other])) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("name", ["ID", "Id", "id", "iD", "{urn:x}ID", "{http://www.w3.org/XML/1998/namespace}id"])
def test_every_attribute_read_as_an_id_occurs_once(name: str) -> None:
    root = etree.Element("a", ID="_x")
    etree.SubElement(root, "b", {name: "_x"})
    assert code_of(lambda: require_plain_tree([root])) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("name", ["AssertionID", "{urn:x}sid", "I", "D"])
def test_an_attribute_that_only_ends_like_an_id_is_none(name: str) -> None:
    root = etree.Element("a", {name: "_x"})
    etree.SubElement(root, "b", {name: "_x"})
    require_plain_tree([root])


def failure(*codes: str, message: str | None = None) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        require_success(response(replace(GOOD, status=codes, status_message=message)))
    return refused.value


def told(refused: ValidationError) -> str | None:
    return tell_in_english(refused.received)


def test_a_failure_shows_two_codes_and_the_message() -> None:
    refused = failure(names.RESPONDER, names.AUTHN_FAILED, message="User cancelled")
    assert told(refused) == f"{names.RESPONDER} / {names.AUTHN_FAILED}. StatusMessage: User cancelled"
    assert refused.expected == names.SUCCESS


def test_a_failure_shows_no_third_code_and_no_message_that_isnt_there() -> None:
    assert told(failure(names.RESPONDER, names.AUTHN_FAILED, "urn:third")) == (
        f"{names.RESPONDER} / {names.AUTHN_FAILED}"
    )


def test_a_failure_without_a_second_code_shows_one() -> None:
    assert told(failure(names.RESPONDER)) == names.RESPONDER


def test_the_message_of_a_failure_is_cut_after_400_characters() -> None:
    assert told(failure(names.RESPONDER, message="x" * 501)) == f"{names.RESPONDER}. StatusMessage: {'x' * 400}"


def test_the_detail_of_a_failure_is_kept_as_text_beside_the_message() -> None:
    root = response(replace(GOOD, status=(names.RESPONDER, names.AUTHN_FAILED), status_message="No"))
    status = find(root, f"{{{SAMLP}}}Status")
    detail = etree.SubElement(status, f"{{{SAMLP}}}StatusDetail")
    etree.SubElement(detail, "{urn:x}Cause").text = "  AADSTS50105:\n not   assigned "
    with pytest.raises(ValidationError) as refused:
        require_success(root)
    shown = f"{names.RESPONDER} / {names.AUTHN_FAILED}. StatusMessage: No. StatusDetail: AADSTS50105: not assigned"
    assert told(refused.value) == shown


def test_two_top_codes_are_no_success() -> None:
    root = response()
    first = find(root, f"{{{SAMLP}}}Status/{{{SAMLP}}}StatusCode")
    first.addnext(etree.Element(f"{{{SAMLP}}}StatusCode", Value=names.RESPONDER))
    assert code_of(lambda: require_success(root)) is RefusalCode.SAML_STATUS_NOT_SUCCESS


def test_success_may_have_a_code_below_it() -> None:
    require_success(response(replace(GOOD, status=(names.SUCCESS, "urn:detail"))))


def test_an_assertion_deeper_in_the_response_is_in_the_wrong_place() -> None:
    root = response()
    assertion = cut(assertion_of(root))
    extensions(root).append(assertion)
    assert code_of(lambda: envelope_of(root)) is RefusalCode.SAML_MALFORMED


def test_a_response_and_its_assertion_may_have_a_signature_each() -> None:
    envelope = envelope_of(response(replace(GOOD, sign_response=Signing())))
    assert envelope.response_signature is not None
    assert envelope.assertion_signature is not None
    assert envelope.response_signature is not envelope.assertion_signature


@pytest.mark.parametrize("place", ["Subject", "Conditions", "Issuer"])
def test_a_signature_below_neither_response_nor_assertion_is_out_of_place(place: str) -> None:
    root = response()
    assertion = assertion_of(root)
    find(assertion, f"{{{SAML}}}{place}").append(cut(signature_of(assertion)))
    assert code_of(lambda: envelope_of(root)) is RefusalCode.SAML_SIGNATURE_INVALID


@pytest.mark.parametrize("owner", ["Response", "Assertion"])
def test_two_signatures_of_one_element_are_one_too_many(owner: str) -> None:
    root = response(GOOD if owner == "Assertion" else replace(GOOD, sign_assertion=None, sign_response=Signing()))
    element = root if owner == "Response" else assertion_of(root)
    etree.SubElement(element, f"{{{DS}}}Signature")
    assert code_of(lambda: envelope_of(root)) is RefusalCode.SAML_SIGNATURE_INVALID


def test_a_signature_beside_the_ciphertext_is_out_of_place() -> None:
    root = response(replace(GOOD, encryption=Encryption()))
    etree.SubElement(find(root, f"{{{SAML}}}EncryptedAssertion"), f"{{{DS}}}Signature")
    assert code_of(lambda: envelope_of(root)) is RefusalCode.SAML_SIGNATURE_INVALID


def decrypted() -> etree._Element:
    return parse_xml(etree.tostring(assertion_of(response())))


def test_a_decrypted_assertion_answers_with_its_signature() -> None:
    assertion = decrypted()
    assert require_assertion(assertion, outer=etree.fromstring(OUTER)) is signature_of(assertion)


@pytest.mark.parametrize("name", [f"{{{SAML}}}Advice", f"{{{SAMLP}}}Assertion", "Assertion", f"{{{SAMLP}}}Response"])
def test_what_was_decrypted_is_an_assertion_by_its_name(name: str) -> None:
    assertion = decrypted()
    assertion.tag = name
    rule = code_of(lambda: require_assertion(assertion, outer=etree.fromstring(OUTER)))
    assert rule is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize("name", [f"{{{SAML}}}Assertion", f"{{{SAML}}}EncryptedAssertion", f"{{{SAMLP}}}Response"])
def test_nothing_that_could_be_read_instead_lies_in_a_decrypted_assertion(name: str) -> None:
    assertion = decrypted()
    etree.SubElement(etree.SubElement(assertion, f"{{{SAML}}}Advice"), name)
    rule = code_of(lambda: require_assertion(assertion, outer=etree.fromstring(OUTER)))
    assert rule is RefusalCode.SAML_MALFORMED


def test_a_decrypted_assertion_has_no_id_of_the_message_around_it() -> None:
    outer = etree.fromstring('<outer ID="_assertion-1"/>')
    assert code_of(lambda: require_assertion(decrypted(), outer=outer)) is RefusalCode.SAML_MALFORMED


def test_a_decrypted_assertion_is_signed_at_its_own_top_only() -> None:
    assertion = decrypted()
    find(assertion, f"{{{SAML}}}Subject").append(cut(signature_of(assertion)))
    rule = code_of(lambda: require_assertion(assertion, outer=etree.fromstring(OUTER)))
    assert rule is RefusalCode.SAML_SIGNATURE_INVALID


@pytest.mark.parametrize("own_id", ["1", "4312518550351640530", "8f3c0f2e-1d0a-4c5b-9b1e-000000000000"])
def test_an_id_may_begin_with_a_digit(own_id: str) -> None:
    root = response()
    assertion_of(root).set("ID", own_id)
    assert envelope_of(root).assertion is not None


@pytest.mark.parametrize("own_id", [None, "", "-a", ".a", "a b", "1 ", "1#", "1'", "#a", "a'", "~"])
def test_an_assertion_without_a_name_for_an_id_is_refused(own_id: str | None) -> None:
    root = response()
    assertion = assertion_of(root)
    del assertion.attrib["ID"]
    if own_id is not None:
        assertion.set("ID", own_id)
    assert code_of(lambda: envelope_of(root)) is RefusalCode.SAML_MALFORMED
