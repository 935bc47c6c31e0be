"""python3-saml and xmlsec: pinned, and their verdicts are the same with our cached keys as without."""

from __future__ import annotations

from importlib.metadata import version

import pytest
import xmlsec
from lxml import etree
from onelogin.saml2 import utils

from chalicelib.saml.xmlsec_engine import VERSIONS, xmlsec_verifies
from tests.support.identity_provider import GOOD, document, key
from tests.support.identity_provider.names import DS, SAML


def _signed() -> tuple[etree._Element, etree._Element]:
    assertion = etree.fromstring(document(GOOD)).find(f"{{{SAML}}}Assertion")
    assert assertion is not None
    signature = assertion.find(f"{{{DS}}}Signature")
    assert signature is not None
    return signature, assertion


@pytest.mark.parametrize("package", VERSIONS)
def test_what_is_installed_is_what_the_replaced_parts_were_read_in(package: str) -> None:
    assert version(package) == VERSIONS[package]


def test_lxml_and_xmlsec_carry_the_same_libxml2() -> None:
    assert xmlsec.get_libxml_version() == etree.LIBXML_VERSION


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("signer", ["acme", "other", "p256"])
def test_a_cached_key_changes_no_verdict(monkeypatch: pytest.MonkeyPatch, cached: bool, signer: str) -> None:
    if not cached:
        monkeypatch.setattr(utils, "xmlsec", xmlsec)
    signature, assertion = _signed()
    for _ in range(2):
        assert xmlsec_verifies(signature, assertion, key(signer).der) is (signer == "acme")


def test_altered_content_does_not_hold() -> None:
    signature, assertion = _signed()
    assertion.set("IssueInstant", "2026-03-02T12:00:01Z")
    assert not xmlsec_verifies(signature, assertion, key("acme").der)


def test_the_key_in_the_message_is_never_used() -> None:
    """KeyInfo shows the certificate that made the signature; the trusted one is another."""
    signature, assertion = _signed()
    assert not xmlsec_verifies(signature, assertion, key("other").der)


def test_a_certificates_key_is_made_once_and_python3_saml_uses_it() -> None:
    form = xmlsec.constants.KeyDataFormatCertPem
    made = utils.xmlsec.Key.from_memory(key("acme").pem, form, None)
    assert utils.xmlsec.Key.from_memory(key("acme").pem, form, None) is made
    assert utils.xmlsec.Key.from_memory(key("other").pem, form, None) is not made


def test_any_other_key_is_made_as_xmlsec_makes_it() -> None:
    assert xmlsec.Key is not utils.xmlsec.Key
    form, pem = xmlsec.constants.KeyDataFormatPem, key("acme").private_pem.decode()
    made = utils.xmlsec.Key.from_memory(pem, form, None)
    assert isinstance(made, xmlsec.Key)
    assert utils.xmlsec.Key.from_memory(pem, form, None) is not made


def test_a_certificate_under_a_password_is_not_a_cached_one() -> None:
    form = xmlsec.constants.KeyDataFormatCertPem
    made = utils.xmlsec.Key.from_memory(key("acme").pem, form, None)
    assert utils.xmlsec.Key.from_memory(key("acme").pem, form, "secret") is not made
