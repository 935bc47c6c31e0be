from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.signature import MAX_NAMESPACES, Signature, parse_signature
from chalicelib.saml.validation_error import ValidationError
from tests.support.identity_provider import GOOD, Signing, document, key, names
from tests.support.identity_provider.names import DS, EXC_C14N
from tests.support.message_text import told
from tests.support.xml_edit import any_signature, find

METHODS = {
    **{f"{names.DSIG_MORE}rsa-sha{bits}": (f"RSA-SHA{bits}", "rsa") for bits in (256, 384, 512)},
    **{f"{names.DSIG_MORE}ecdsa-sha{bits}": (f"ECDSA-SHA{bits}", "ecdsa") for bits in (256, 384, 512)},
    **{
        f"http://www.w3.org/2007/05/xmldsig-more#sha{bits}-rsa-MGF1": (f"RSA-PSS-SHA{bits}", "pss")
        for bits in (256, 384, 512)
    },
}
INFO = f"{{{DS}}}SignedInfo"
REFERENCE = f"{INFO}/{{{DS}}}Reference"
TRANSFORM = f"{REFERENCE}/{{{DS}}}Transforms/{{{DS}}}Transform"
DIGEST = f"{REFERENCE}/{{{DS}}}DigestMethod"
INVALID = RefusalCode.SAML_SIGNATURE_INVALID
WEAK = RefusalCode.SAML_WEAK_ALGORITHM


def signature(**signing: str | None) -> etree._Element:
    description = replace(GOOD, sign_assertion=Signing(**signing))  # type: ignore[arg-type]
    return any_signature(etree.fromstring(document(description)))


def read(element: etree._Element, *, sha1: bool = False) -> Signature:
    return parse_signature(element, sha1=sha1)


def code_of(element: etree._Element, *, sha1: bool = False) -> RefusalCode:
    with pytest.raises(ValidationError) as refused:
        read(element, sha1=sha1)
    return refused.value.reason


def changed(path: str, change: Callable[[etree._Element], object], **signing: str | None) -> etree._Element:
    element = signature(**signing)
    change(find(element, path))
    return element


def named(path: str, uri: str | None) -> etree._Element:
    def change(element: etree._Element) -> None:
        element.attrib.pop("Algorithm")
        if uri is not None:
            element.set("Algorithm", uri)

    return changed(path, change)


def test_a_good_signature_is_read_with_all_its_parts() -> None:
    element = signature(inclusive_prefixes="saml xs")
    one = read(element)
    assert one.element is element
    assert one.owner is element.getparent()
    assert one.owner_name == "Assertion"
    assert one.signed_info is element[0]
    assert (one.algorithm.name, one.digest.name) == ("RSA-SHA256", "sha256")
    assert len(one.digest_value) == 32
    assert len(one.value) == 256
    assert (one.info_prefixes, one.prefixes) == ((), ("saml", "xs"))
    assert one.certificate == key("acme").der


@pytest.mark.parametrize(("uri", "name", "kind"), [(uri, *what) for uri, what in METHODS.items()])
def test_each_listed_method_is_known_by_name_kind_and_digest(uri: str, name: str, kind: str) -> None:
    algorithm = read(named(f"{INFO}/{{{DS}}}SignatureMethod", uri)).algorithm
    assert (algorithm.name, algorithm.kind) == (name, kind)
    assert algorithm.digest.name == "sha" + name[-3:]


@pytest.mark.parametrize("uri", [names.SHA256, names.SHA384, names.SHA512])
def test_each_listed_digest_is_known(uri: str) -> None:
    assert read(named(DIGEST, uri)).digest.name == "sha" + uri[-3:]


@pytest.mark.parametrize("uri", [names.SHA1, names.MD5, "", None, names.SHA256 + " "])
def test_a_digest_that_is_not_listed_is_weak(uri: str | None) -> None:
    assert code_of(named(DIGEST, uri)) is WEAK


@pytest.mark.parametrize("uri", [names.RSA_SHA1, names.RSA_MD5, names.HMAC_SHA256, names.ECDSA_SHA1, "", None])
def test_a_method_that_is_not_listed_is_weak(uri: str | None) -> None:
    assert code_of(named(f"{INFO}/{{{DS}}}SignatureMethod", uri)) is WEAK


def test_with_the_exception_sha1_is_known_and_nothing_else_is() -> None:
    one = read(signature(algorithm=names.RSA_SHA1, digest=names.SHA1), sha1=True)
    assert (one.algorithm.name, one.algorithm.kind, one.algorithm.digest.name) == ("RSA-SHA1", "rsa", "sha1")
    assert one.digest.name == "sha1"
    assert read(signature(), sha1=True).algorithm.name == "RSA-SHA256"
    assert code_of(named(f"{INFO}/{{{DS}}}SignatureMethod", names.ECDSA_SHA1), sha1=True) is WEAK


@pytest.mark.parametrize("path", [f"{INFO}/{{{DS}}}SignatureMethod", DIGEST])
def test_an_algorithm_with_parameters_is_refused(path: str) -> None:
    element = changed(path, lambda method: etree.SubElement(method, f"{{{DS}}}HMACOutputLength"))
    assert code_of(element) is INVALID


@pytest.mark.parametrize("uri", [names.C14N, f"{EXC_C14N}x", "http://www.w3.org/2006/12/xml-c14n11", None])
def test_a_canonicalization_that_is_not_exclusive_is_refused(uri: str | None) -> None:
    assert code_of(named(f"{TRANSFORM}[2]", uri)) is INVALID
    if uri != names.C14N:
        assert code_of(named(f"{INFO}/{{{DS}}}CanonicalizationMethod", uri)) is INVALID


@pytest.mark.parametrize("uri", [names.C14N, f"{names.C14N}#WithComments"])
def test_signed_info_alone_may_be_under_inclusive_canonicalization(uri: str) -> None:
    one = read(named(f"{INFO}/{{{DS}}}CanonicalizationMethod", uri))
    assert (one.is_inclusive, one.info_prefixes) == (True, ())
    assert not read(signature()).is_inclusive


def test_inclusive_canonicalization_has_no_parameters_and_few_namespaces() -> None:
    path = f"{INFO}/{{{DS}}}CanonicalizationMethod"
    inclusive = named(path, names.C14N)
    etree.SubElement(find(inclusive, path), f"{{{EXC_C14N}}}InclusiveNamespaces", PrefixList="xs")
    assert code_of(inclusive) is INVALID
    crowded = "".join(f' xmlns:n{number}="urn:n"' for number in range(MAX_NAMESPACES)).encode()
    owner = named(path, names.C14N).getparent()
    assert owner is not None
    octets = etree.tostring(owner).replace(b"SignedInfo>", b"SignedInfo" + crowded + b">", 1)
    assert code_of(any_signature(etree.fromstring(octets))) is INVALID


def test_exclusive_canonicalization_with_comments_is_taken() -> None:
    assert read(named(f"{TRANSFORM}[2]", names.EXC_C14N_COMMENTS)).prefixes == ()


@pytest.mark.parametrize("uri", [EXC_C14N, "http://www.w3.org/TR/1999/REC-xslt-19991116", None])
def test_the_first_transform_is_the_enveloped_signature(uri: str | None) -> None:
    assert code_of(named(f"{TRANSFORM}[1]", uri)) is INVALID


def test_the_enveloped_transform_has_no_content() -> None:
    assert code_of(changed(f"{TRANSFORM}[1]", lambda one: etree.SubElement(one, f"{{{DS}}}XPath"))) is INVALID


def without(path: str) -> etree._Element:
    def remove(part: etree._Element) -> None:
        parent = part.getparent()
        assert parent is not None
        parent.remove(part)

    return changed(path, remove)


def refused_by(element: etree._Element) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        parse_signature(element, sha1=False)
    return refused.value


@pytest.mark.parametrize(
    ("path", "received"),
    [
        (f"{TRANSFORM}[2]", f"{names.ENVELOPED}; {EXC_C14N} is missing"),
        (f"{TRANSFORM}[1]", f"{EXC_C14N}; {names.ENVELOPED} is missing"),
    ],
    ids=["canonicalization", "enveloped"],
)
def test_a_single_transform_names_the_one_that_is_missing(path: str, received: str) -> None:
    refused = refused_by(without(path))
    expected = "two transforms: enveloped-signature, then exclusive canonicalization"
    assert (told(refused.expected), told(refused.received)) == (expected, received)


@pytest.mark.parametrize(
    ("path", "expected", "received"),
    [
        (
            f"{{{DS}}}SignatureValue",
            "ds:Signature with ds:SignedInfo, ds:SignatureValue",
            "ds:SignedInfo, ds:KeyInfo; ds:SignatureValue is missing",
        ),
        (
            DIGEST,
            "ds:Reference with ds:Transforms, ds:DigestMethod, ds:DigestValue",
            "ds:Transforms, ds:DigestValue; ds:DigestMethod is missing",
        ),
    ],
    ids=["value", "digest"],
)
def test_a_missing_part_of_a_signature_is_named(path: str, expected: str, received: str) -> None:
    refused = refused_by(without(path))
    assert (told(refused.expected), told(refused.received)) == (expected, received)


def listed(*prefixes: str, twice: bool = False, tag: str = f"{{{EXC_C14N}}}InclusiveNamespaces") -> etree._Element:
    def change(transform: etree._Element) -> None:
        for _ in range(1 + twice):
            etree.SubElement(transform, tag, PrefixList=" ".join(prefixes))

    return changed(f"{TRANSFORM}[2]", change)


def test_thirty_two_prefixes_are_taken_and_one_more_is_refused() -> None:
    prefixes = tuple(f"p{number}" for number in range(32))
    assert read(listed(*prefixes)).prefixes == prefixes
    assert code_of(listed(*prefixes, "more")) is INVALID


def test_a_list_without_prefixes_is_an_empty_one() -> None:
    element = listed()
    del find(element, f"{TRANSFORM}[2]")[0].attrib["PrefixList"]
    assert read(element).prefixes == ()


def test_only_one_list_and_nothing_else_stands_in_a_canonicalization() -> None:
    assert code_of(listed("saml", twice=True)) is INVALID
    assert code_of(listed("saml", tag=f"{{{DS}}}InclusiveNamespaces")) is INVALID
    deeper = listed("saml")
    etree.SubElement(find(deeper, f"{TRANSFORM}[2]")[0], "x")
    assert code_of(deeper) is INVALID


@pytest.mark.parametrize("uri", ["", "#", "#_response-1", "_assertion-1", "#xpointer(id('_assertion-1'))", None])
def test_a_reference_to_anything_but_the_owner_is_refused(uri: str | None) -> None:
    assert code_of(signature(reference=uri)) is INVALID


@pytest.mark.parametrize("path", [INFO, f"{INFO}/{{{DS}}}SignatureMethod", REFERENCE, DIGEST, f"{TRANSFORM}[1]"])
def test_a_part_that_stands_twice_is_refused(path: str) -> None:
    def change(element: etree._Element) -> None:
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))

    assert code_of(changed(path, change)) is INVALID


@pytest.mark.parametrize("path", [f"{INFO}/{{{DS}}}SignatureMethod", REFERENCE, DIGEST, f"{TRANSFORM}[1]"])
def test_a_part_that_is_missing_is_refused(path: str) -> None:
    assert code_of(changed(path, lambda element: element.getparent().remove(element))) is INVALID  # type: ignore[union-attr]


def test_an_object_beside_the_key_info_is_refused() -> None:
    element = signature()
    etree.SubElement(element, f"{{{DS}}}Object")
    assert code_of(element) is INVALID


def test_a_signature_without_key_info_shows_no_certificate() -> None:
    assert read(signature(certificate=None)).certificate is None


@pytest.mark.parametrize(
    ("text", "shown"), [(None, b""), ("", b""), ("AAA", None), ("~AAAA", None), ("ä", None), (" QUI=\n", b"AB")]
)
def test_a_certificate_that_is_not_base64_is_not_shown(text: str | None, shown: bytes | None) -> None:
    element = signature()
    find(element, f".//{{{DS}}}X509Certificate").text = text
    assert read(element).certificate == shown


@pytest.mark.parametrize("path", [f"{{{DS}}}SignatureValue", f"{REFERENCE}/{{{DS}}}DigestValue"])
@pytest.mark.parametrize("text", ["AAA", "~AAAA", "A A=A", "ä"])
def test_octets_that_are_not_base64_are_refused(path: str, text: str) -> None:
    def change(element: etree._Element) -> None:
        element.text = text

    assert code_of(changed(path, change)) is INVALID


@pytest.mark.parametrize("path", [f"{{{DS}}}SignatureValue", f"{REFERENCE}/{{{DS}}}DigestValue"])
def test_octets_with_elements_between_are_refused(path: str) -> None:
    assert code_of(changed(path, lambda element: etree.SubElement(element, "x"))) is INVALID


def test_blanks_in_octets_are_passed_over_and_no_octets_are_none() -> None:
    element = signature(line_width=None)
    value = find(element, f"{{{DS}}}SignatureValue")
    octets = read(element).value
    assert value.text is not None
    value.text = f" \t\r\n{value.text[:5]} {value.text[5:]}"
    assert read(element).value == octets
    value.text = None
    assert read(element).value == b""


def test_a_signature_that_nothing_owns_is_refused() -> None:
    assert code_of(etree.fromstring(etree.tostring(signature()))) is INVALID


def test_as_many_namespaces_as_allowed_are_in_scope_and_one_more_is_refused() -> None:
    assert MAX_NAMESPACES == 64
    text = etree.tostring(any_signature(etree.fromstring(document(GOOD))), with_tail=False).decode()
    own = len(etree.fromstring(text).nsmap)

    def within(count: int) -> etree._Element:
        declared = "".join(f' xmlns:n{number}="urn:n{number}"' for number in range(count - own))
        return etree.fromstring(f'<a ID="_assertion-1"{declared}>{text}</a>')[0]

    assert read(within(64)).owner_name == "a"
    assert code_of(within(65)) is INVALID
