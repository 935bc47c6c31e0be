"""Metadata as real identity providers and the programs around them write it."""

from __future__ import annotations

import json

import pytest

from chalicelib.errors import Invalid
from chalicelib.i18n.catalog import in_english
from chalicelib.idp_metadata.service import ImportKind, ImportResult
from tests.support.certificates import certificate_pem
from tests.support.deployment import NOW, Deployment
from tests.support.metadata_site import site_of
from tests.support.metadata_text import MD, PROTOCOL, endpoint, entity
from tests.support.metadata_text import key as descriptor
from tests.support.wrong_imports import ONE, TENANT, TWO, XHTML, describe

NAMED = "<md:Organization><md:OrganizationDisplayName>Hochschule Müller</md:OrganizationDisplayName></md:Organization>"
DOCUMENT = describe(ONE).replace("</md:EntityDescriptor>", f"{NAMED}</md:EntityDescriptor>")
CHROME = (
    "This XML file does not appear to have any style information associated with it. "
    "The document tree is shown below.\n"
)
KEY_NAME = "<ds:KeyInfo><ds:KeyName>idp</ds:KeyName></ds:KeyInfo>"
SAFARI = "Mit dieser XML-Datei sind anscheinend keine Style-Informationen verknüpft (https://a.test https://b.test).\n"


def understood(deployment: Deployment, given: str | bytes) -> ImportResult:
    """Returns the deployment's result for it."""
    return deployment.container.imports.parse(given, None, NOW)


def file(encoding: str, declared: str | None = None) -> bytes:
    """The document as a file that declares its encoding."""
    return f'<?xml version="1.0" encoding="{declared or encoding}"?>\n{DOCUMENT}'.encode(encoding)


def folded(text: str) -> str:
    """As a browser shows it, with a sign before each element that can be folded."""
    return text.replace("><", ">\n- <").replace("<md:EntityD", "- <md:EntityD", 1).replace("- </", "</")


WAYS: dict[str, str | bytes] = {
    "UTF-8": file("utf-8"),
    "ISO-8859-1": file("iso-8859-1"),
    "ISO-8859-15": file("iso-8859-15"),
    "Windows-1252": file("windows-1252"),
    "UTF-16 with a mark": file("utf-16"),
    "UTF-16 without a mark": file("utf-16-le", "UTF-16"),
    "big-endian UTF-16 without a mark": file("utf-16-be", "UTF-16"),
    "UTF-32": file("utf-32"),
    "a declaration that conversion made wrong": file("utf-8", "utf-16"),
    "latin-1 without a declaration": DOCUMENT.encode("latin-1"),
    "a declaration in a pasted text": f'<?xml version="1.0" encoding="ISO-8859-1"?>{DOCUMENT}',
    "a byte order mark in the text": f"\ufeff{DOCUMENT}",
    "Chrome's view": CHROME + DOCUMENT,
    "another browser's view with addresses": SAFARI + DOCUMENT,
    "Internet Explorer's view": folded(DOCUMENT),
    "Chrome's view with triangles": CHROME + folded(DOCUMENT).replace("- <", "▼<"),
    "PEM in the element": DOCUMENT.replace(ONE.base64, ONE.pem),
    "PEM in the element, indented": DOCUMENT.replace(ONE.base64, ONE.pem.replace("\n", "\n      ")),
    "lines that end with an entity": DOCUMENT.replace(ONE.base64, ONE.base64[:64] + "&#13;\n" + ONE.base64[64:]),
    "X509Data without a namespace": DOCUMENT.replace("<ds:X509Data", '<X509Data xmlns=""')
    .replace("</ds:X509Data", "</X509Data")
    .replace("ds:X509Certificate", "X509Certificate"),
    "KeyInfo in the namespace of metadata": DOCUMENT.replace("ds:", "md:"),
    "another version of xmldsig": DOCUMENT.replace("2000/09/xmldsig#", "2009/xmldsig11#"),
    "an old role before": DOCUMENT.replace(
        "<md:IDPSSODescriptor",
        '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/><md:IDPSSODescriptor',
        1,
    ),
    "an empty role before": DOCUMENT.replace(
        "<md:IDPSSODescriptor", f"<md:IDPSSODescriptor {PROTOCOL}/><md:IDPSSODescriptor", 1
    ),
    "a service provider's role beside": DOCUMENT.replace(
        "</md:IDPSSODescriptor>", f"</md:IDPSSODescriptor><md:SPSSODescriptor {PROTOCOL}/>"
    ),
    "a service provider beside": (
        f'<md:EntitiesDescriptor {MD}><md:EntityDescriptor entityID="https://sp.test"><md:SPSSODescriptor {PROTOCOL}/>'
        f"</md:EntityDescriptor><md:EntitiesDescriptor>{DOCUMENT}</md:EntitiesDescriptor></md:EntitiesDescriptor>"
    ),
    "a blank behind the binding": DOCUMENT.replace("HTTP-Redirect", "HTTP-Redirect "),
    "a line break around the binding": DOCUMENT.replace("HTTP-Redirect", "HTTP-Redirect\n   "),
    "quotes of a word processor": DOCUMENT.replace('"', "\u201d"),
    "quotes of a word processor that differ": DOCUMENT.replace(
        ' entityID="https://idp.test"', " entityID=\u201chttps://idp.test\u201d"
    ),
    "a string of JSON": json.dumps(DOCUMENT),
    "a string of source code": '    "metadata": ' + json.dumps(DOCUMENT) + ",",
    "comments before": f"<!-- made by an appliance -->\n{DOCUMENT}",
}


@pytest.mark.parametrize("way", WAYS)
def test_metadata_is_read_however_it_is_written(deployment: Deployment, way: str) -> None:
    found = understood(deployment, WAYS[way])
    assert (found.kind, found.name) == (ImportKind.METADATA, "Hochschule Müller")
    assert (found.url, found.issuer) == ("https://idp.test/sso", "https://idp.test")
    assert found.certificates == (ONE.certificate,)
    assert found.remarks == ()


def test_several_certificates_in_one_element_are_several(deployment: Deployment) -> None:
    found = understood(deployment, describe(ONE).replace(ONE.base64, ONE.pem + TWO.pem))
    assert found.certificates == (ONE.certificate, TWO.certificate)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (endpoint(), "no_signing_certificate"),
        (f"<md:KeyDescriptor>{KEY_NAME}</md:KeyDescriptor>{endpoint()}", "no_signing_certificate"),
        (descriptor(ONE.base64, "encryption") + endpoint(), "encryption_certificate_only"),
    ],
)  # fmt: skip
def test_metadata_without_a_certificate_fills_the_rest_and_says_what_is_missing(
    deployment: Deployment, content: str, code: str
) -> None:
    found = understood(deployment, entity(content))
    assert (found.url, found.issuer, found.certificates) == ("https://idp.test/sso", "https://idp.test", ())
    assert [(remark.pointer, remark.code) for remark in found.remarks] == [("/x509_certificates", code)]
    assert found.changes.keys() == {"identity_provider_url", "identity_provider_issuer", "metadata_binding"}


def test_a_wrong_namespace_is_named(deployment: Deployment) -> None:
    for wrong in ("SAML:2.0:meta", "SAML:1.0:metadata"):
        with pytest.raises(Invalid) as refused:
            understood(deployment, describe(ONE).replace("SAML:2.0:metadata", wrong))
        assert f"urn:oasis:names:tc:{wrong}" in in_english(refused.value.errors[0].detail)


def test_an_entra_tenants_own_metadata_is_reported_and_the_applications_address_named(deployment: Deployment) -> None:
    site = site_of(deployment)
    tenant_wide = f"https://login.microsoftonline.com/{TENANT}/FederationMetadata/2007-06/FederationMetadata.xml"
    of_application = f"{tenant_wide}?appid={TENANT}"
    pem = certificate_pem("accounts.accesscontrol.windows.net")
    text = entity(descriptor(pem) + endpoint(), entity_id=f'entityID="https://sts.windows.net/{TENANT}/"')
    own = describe(ONE, entity_id=f"https://sts.windows.net/{TENANT}/")
    site.pages = {tenant_wide: own.encode(), of_application: own.encode()}
    for given in (text, tenant_wide):
        (remark,) = (each for each in understood(deployment, given).remarks if each.code == "tenant_metadata")
        assert f"login.microsoftonline.com/{TENANT}/" in in_english(remark.message)
        assert "?appid=" in in_english(remark.message)
    assert understood(deployment, of_application).remarks == ()
    assert understood(deployment, own).remarks == ()


PAGES = (
    XHTML,
    f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">\n{XHTML}',
    f"<!-- served by an appliance -->\n<!doctype HTML>{XHTML}",
    "<HTML><BODY>Sign in</BODY></HTML>",
    "\ufeff\n<!-- --><?x y?><title>Error</title>",
    '<form action="/login"><input name="user"/></form>',
    "<table><tr><td>Sign in</td></tr></table>",
    "<noscript>Scripts are needed</noscript>",
    "<style>a{}</style>",
    "<b>Fatal error</b>: something",
    f"<!DOCTYPE html SYSTEM 'about:legacy-compat'>{XHTML}",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_distinguished_from_metadata_whatever_stands_before_it(deployment: Deployment, page: str) -> None:
    site, address = site_of(deployment), "https://idp.example.com/metadata"
    site.pages[address] = page.encode()
    for given, code in ((page, "html_page"), (page.encode(), "html_page"), (address, "web_page_not_metadata")):
        with pytest.raises(Invalid) as refused:
            understood(deployment, given)
        assert refused.value.errors[0].code == code
