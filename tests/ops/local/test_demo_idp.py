from __future__ import annotations

import base64
import stat
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from lxml import etree, html
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from ops.local.demo_idp.server import IdentityProviderServer

_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_ACS = "http://localhost:8000/saml/conn_1/acs"
_ENTITY = "http://localhost:8000/saml/conn_1/metadata"
_REQUEST = (
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-01-01T00:00:00Z" '
    'AssertionConsumerServiceURL="{acs}"><saml:Issuer>{issuer}</saml:Issuer>{policy}</samlp:AuthnRequest>'
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProviderServer]:
    server = IdentityProviderServer(0, tmp_path_factory.mktemp("idp") / "demo-idp.pem")
    thread = server.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _request(acs: str = _ACS, issuer: str = _ENTITY, policy: str = "") -> bytes:
    return _REQUEST.format(acs=acs, issuer=issuer, policy=policy).encode()


def _deflated(xml: bytes) -> str:
    deflater = zlib.compressobj(wbits=-15)
    return base64.b64encode(deflater.compress(xml) + deflater.flush()).decode()


def _choose(server: IdentityProviderServer, xml: bytes, relay_state: str = "state") -> requests.Response:
    return requests.get(server.provider.sso_url, {"SAMLRequest": _deflated(xml), "RelayState": relay_state}, timeout=5)


def _form(page: requests.Response, form_id: str) -> dict[str, str]:
    form = html.fromstring(page.content).get_element_by_id(form_id)
    return {field.get("name", ""): field.get("value", "") for field in form.iterfind(".//input[@name]")}


def _respond(server: IdentityProviderServer, **fields: str) -> tuple[str, etree._Element, str]:
    """The address, the response and the relay state that the browser would post."""
    asked = _form(_choose(server, _request()), "people")
    page = requests.post(
        server.provider.sso_url.replace("/sso", "/respond"),
        {**asked, "user": "member@acme.test", **fields},
        timeout=5,
    )
    form = html.fromstring(page.content).get_element_by_id("answer")
    sent = _form(page, "answer")
    return form.get("action", ""), etree.fromstring(base64.b64decode(sent["SAMLResponse"])), sent["RelayState"]


def _certificate(server: IdentityProviderServer) -> str:
    metadata = etree.fromstring(requests.get(server.provider.metadata_url, timeout=5).content)
    text = metadata.findtext(f".//{_DS}X509Certificate")
    assert text is not None
    return text


def _verified(server: IdentityProviderServer, element: etree._Element) -> etree._Element:
    """Returns the element that the signature directly in `element` covers."""
    alone = etree.fromstring(etree.tostring(element))
    configuration = SignatureConfiguration(require_x509=True, location="./")
    verified = XMLVerifier().verify(alone, x509_cert=_certificate(server), expect_config=configuration)
    signed = verified.signed_xml if not isinstance(verified, list) else None
    assert signed is not None
    return signed


def _assertion(response: etree._Element) -> etree._Element:
    assertion = response.find(f"{_SAML}Assertion")
    assert assertion is not None
    return assertion


def _instant(element: etree._Element | None, name: str) -> datetime:
    assert element is not None
    return datetime.fromisoformat(element.get(name, ""))


def test_a_correct_answer_is_signed_and_says_what_was_asked(server: IdentityProviderServer) -> None:
    action, response, relay_state = _respond(server)
    signed = _verified(server, _assertion(response))
    data = signed.find(f".//{_SAML}SubjectConfirmationData")
    assert data is not None
    assert (action, relay_state) == (_ACS, "state")
    assert (response.get("Destination"), response.get("InResponseTo")) == (_ACS, "_r1")
    assert (data.get("Recipient"), data.get("InResponseTo")) == (_ACS, "_r1")
    assert signed.findtext(f".//{_SAML}Audience") == _ENTITY
    assert signed.findtext(f"{_SAML}Issuer") == response.findtext(f"{_SAML}Issuer") == server.provider.entity_id
    assert signed.findtext(f".//{_SAML}NameID") == "member@acme.test"
    conditions = signed.find(f"{_SAML}Conditions")
    now = datetime.now(UTC)
    assert _instant(conditions, "NotBefore") < now < _instant(conditions, "NotOnOrAfter") < now + timedelta(minutes=6)


@pytest.mark.parametrize("signs", ["response", "both"])
def test_the_response_can_be_signed_too(server: IdentityProviderServer, signs: str) -> None:
    response = _respond(server, signs=signs)[1]
    assert _verified(server, response).findtext(f".//{_SAML}NameID") == "member@acme.test"
    assert (_assertion(response).find(f"{_DS}Signature") is not None) == (signs == "both")


def test_two_answers_are_never_the_same(server: IdentityProviderServer) -> None:
    ids = [_respond(server)[1].get("ID") for _ in range(2)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("scenario", "error"),
    [("unsigned", InvalidInput), ("other_signer", InvalidSignature), ("altered", InvalidDigest)],
)
def test_an_answer_that_must_not_verify_does_not(
    server: IdentityProviderServer, scenario: str, error: type[Exception]
) -> None:
    assertion = _assertion(_respond(server, scenario=scenario)[1])
    with pytest.raises(error):
        _verified(server, assertion)


def test_an_answer_with_one_fault_is_well_signed_and_has_that_fault(server: IdentityProviderServer) -> None:
    def assertion(scenario: str) -> etree._Element:
        return _verified(server, _assertion(_respond(server, scenario=scenario)[1]))

    now = datetime.now(UTC)
    assert assertion("wrong_audience").findtext(f".//{_SAML}Audience") != _ENTITY
    assert _instant(assertion("expired").find(f"{_SAML}Conditions"), "NotOnOrAfter") < now - timedelta(minutes=10)
    assert _instant(assertion("not_yet_valid").find(f"{_SAML}Conditions"), "NotBefore") > now + timedelta(minutes=10)
    for scenario, name in (("wrong_recipient", "Recipient"), ("wrong_request", "InResponseTo")):
        data = assertion(scenario).find(f".//{_SAML}SubjectConfirmationData")
        assert data is not None
        assert data.get(name) not in (_ACS, "_r1", None)
    assert assertion("wrong_issuer").findtext(f"{_SAML}Issuer") != server.provider.entity_id


def test_an_unsolicited_response_names_no_request(server: IdentityProviderServer) -> None:
    response = _respond(server, scenario="idp_initiated")[1]
    assert not response.xpath("//@InResponseTo")
    _verified(server, _assertion(response))


def test_a_cancelled_sign_in_carries_no_user_data(server: IdentityProviderServer) -> None:
    response = _respond(server, scenario="cancelled")[1]
    code = response.find(f"{_SAMLP}Status/{_SAMLP}StatusCode")
    assert code is not None
    assert code.get("Value") == "urn:oasis:names:tc:SAML:2.0:status:Responder"
    assert response.find(f"{_SAML}Assertion") is None


def test_a_persistent_name_id_is_the_same_again_and_not_the_address(server: IdentityProviderServer) -> None:
    policy = '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"/>'
    fields = _form(_choose(server, _request(policy=policy)), "people")
    names = {
        _respond(server, name_id_format=fields["name_id_format"], user=user)[1].findtext(f".//{_SAML}NameID")
        for user in ("member@acme.test", "member@acme.test", "admin@acme.test")
    }
    assert len(names) == 2
    assert "member@acme.test" not in names


def test_a_request_by_post_is_answered_as_well(server: IdentityProviderServer) -> None:
    fields = {"SAMLRequest": base64.b64encode(_request()).decode(), "RelayState": "s"}
    page = requests.post(server.provider.sso_url, fields, timeout=5)
    assert _form(page, "people")["acs_url"] == _ACS


@pytest.mark.parametrize(
    "acs",
    [
        "https://attacker.example/acs",
        "http://localhost.attacker.example/acs",
        "http://localhost@attacker.example/acs",
        "http://user@localhost:8000/acs",
        "javascript://localhost/%0aalert(1)",
        "http://attacker.example\\@localhost/acs",
        "//localhost/acs",
        "http://[::1/acs",
    ],
)
def test_addresses_beyond_this_machine_get_no_answer(server: IdentityProviderServer, acs: str) -> None:
    asked = _choose(server, _request(acs=acs.replace("&", "&amp;")))
    forged = requests.post(
        server.provider.sso_url.replace("/sso", "/respond"), {"acs_url": acs, "user": "a@acme.test"}, timeout=5
    )
    for page in (asked, forged):
        assert page.status_code == 400
        assert b"<form" not in page.content


@pytest.mark.parametrize(
    "request_value",
    [
        "",
        "!!!",
        base64.b64encode(b"not deflated").decode(),
        _deflated(b"<x/>"),
        _deflated(b"no xml"),
        _deflated(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _request(issuer="&e;")),
        _deflated('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'.encode("utf-16")),
        _deflated(b"<a>" + b" " * 10_000_000 + b"</a>"),
        _deflated(_request(issuer="")),
    ],
)
def test_a_request_that_is_none_gets_a_page_that_says_why(server: IdentityProviderServer, request_value: str) -> None:
    page = requests.get(server.provider.sso_url, {"SAMLRequest": request_value}, timeout=5)
    assert page.status_code == 400
    assert b"No answer" in page.content


@pytest.mark.parametrize("fields", [{"scenario": "nonsense"}, {"signs": "nonsense"}, {"user": "nobody"}])
def test_a_choice_that_does_not_exist_is_refused(server: IdentityProviderServer, fields: dict[str, str]) -> None:
    sent = {"acs_url": _ACS, "sp_entity_id": _ENTITY, "user": "member@acme.test", **fields}
    page = requests.post(server.provider.sso_url.replace("/sso", "/respond"), sent, timeout=5)
    assert page.status_code == 400


def test_what_a_stranger_wrote_is_text_on_the_page(server: IdentityProviderServer) -> None:
    page = _choose(server, _request(issuer="&lt;script&gt;alert(1)&lt;/script&gt;"), relay_state='"><script>')
    assert b"<script" not in page.content


def test_pages_load_nothing_from_elsewhere_and_run_only_their_own_script(server: IdentityProviderServer) -> None:
    home = requests.get(server.provider.sso_url.replace("/sso", "/"), timeout=5)
    chosen = _choose(server, _request())
    for page in (home, chosen):
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert not html.fromstring(page.content).xpath("//@src | //link[@rel='stylesheet']")


def test_the_home_page_shows_what_an_admin_copies(server: IdentityProviderServer) -> None:
    page = requests.get(server.provider.sso_url.replace("/sso", "/"), timeout=5).text
    assert server.provider.sso_url in page
    assert server.provider.entity_id in page
    assert _certificate(server)[:60] in page


def test_its_key_stays_the_same_over_a_restart_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "demo-idp.pem"
    certificates = []
    for _ in range(2):
        with IdentityProviderServer(0, file) as server:
            certificates.append(server.provider.metadata())
    assert certificates[0].split(b"X509Certificate")[1] == certificates[1].split(b"X509Certificate")[1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_unknown_address_and_a_form_without_length_are_refused(server: IdentityProviderServer) -> None:
    base = server.provider.sso_url.replace("/sso", "")
    assert requests.get(f"{base}/nowhere", timeout=5).status_code == 404
    assert requests.post(f"{base}/nowhere", {"a": "b"}, timeout=5).status_code == 404
    assert requests.post(f"{base}/respond", iter([b"user=a"]), timeout=5).status_code == 400
