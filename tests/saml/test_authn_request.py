"""AuthnRequests by HTTP-Redirect, read back the way an identity provider reads them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from chalicelib.connections.model import Connection, Provider
from chalicelib.saml.authn_request import redirect_url
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.service_provider import service_provider
from chalicelib.sign_in.authn_state import new_request
from tests.support.identity_provider import key

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CONNECTION = Connection(
    id="conn_0123456789abcdefghjkmnpqrstvwxyz",
    organization_id="org_0123456789abcdefghjkmnpqrstvwxyz",
    created_at=NOW,
    updated_at=NOW,
    identity_provider_url="https://idp.acme.test/sso",
)
PROVIDER = service_provider("https://sso.example.test/api", CONNECTION.id)
REQUEST = new_request(CONNECTION.id, 1, "/", NOW)
PAIR = KeyPair(key("service").private_pem, key("service").der)
NAMES = {"p": "urn:oasis:names:tc:SAML:2.0:protocol", "a": "urn:oasis:names:tc:SAML:2.0:assertion"}


def _url(connection: Connection = CONNECTION, **options: object) -> str:
    return redirect_url(
        REQUEST,
        connection=connection,
        provider=PROVIDER,
        relay_state="state/+&=",
        now=NOW,
        **options,  # type: ignore[arg-type]
    )


def _parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _request(url: str) -> etree._Element:
    return etree.fromstring(zlib.decompress(base64.b64decode(_parameters(url)["SAMLRequest"]), -zlib.MAX_WBITS))


def test_the_request_says_who_asks_where_to_and_when() -> None:
    request = _request(_url())
    assert request.tag == f"{{{NAMES['p']}}}AuthnRequest"
    assert dict(request.attrib) == {
        "ID": REQUEST.id,
        "Version": "2.0",
        "IssueInstant": "2026-03-02T12:00:00Z",
        "Destination": "https://idp.acme.test/sso",
        "ProtocolBinding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        "AssertionConsumerServiceURL": PROVIDER.acs_url,
    }
    assert request.findtext("a:Issuer", namespaces=NAMES) == PROVIDER.entity_id
    assert len(request) == 1


def test_the_relay_state_travels_unchanged() -> None:
    assert _parameters(_url())["RelayState"] == "state/+&="


def test_a_name_id_format_is_asked_for_only_where_the_connection_wants_one() -> None:
    wanted = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    policy = _request(_url(replace(CONNECTION, name_id_format=wanted))).find("p:NameIDPolicy", NAMES)
    assert policy is not None
    assert dict(policy.attrib) == {"Format": wanted, "AllowCreate": "true"}


def test_force_authn_is_said_only_where_it_is_wanted() -> None:
    assert _request(_url(force_authn=True)).get("ForceAuthn") == "true"


@pytest.mark.parametrize(
    ("address", "beginning"),
    [
        ("https://idp.test/sso", "https://idp.test/sso?SAMLRequest="),
        ("https://idp.test/sso?idpid=C0&x=%20", "https://idp.test/sso?idpid=C0&x=%20&SAMLRequest="),
        ("https://idp.test/sso?", "https://idp.test/sso?SAMLRequest="),
        ("https://idp.test/sso?a=b&", "https://idp.test/sso?a=b&SAMLRequest="),
        ("https://idp.test/sso#top", "https://idp.test/sso?SAMLRequest="),
    ],
)
def test_a_query_that_the_address_already_has_is_kept(address: str, beginning: str) -> None:
    assert _url(replace(CONNECTION, identity_provider_url=address)).startswith(beginning)


def test_a_signed_request_verifies_over_the_octets_of_the_url() -> None:
    query = urlsplit(_url(signing_key=PAIR)).query
    signed, _, signature = query.partition("&Signature=")
    assert [part.partition("=")[0] for part in signed.split("&")] == ["SAMLRequest", "RelayState", "SigAlg"]
    public = x509.load_der_x509_certificate(PAIR.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    value = base64.b64decode(_parameters(f"https://idp.test/?Signature={signature}")["Signature"])
    public.verify(value, signed.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_a_request_is_unsigned_without_a_key() -> None:
    assert set(_parameters(_url())) == {"SAMLRequest", "RelayState"}


@pytest.mark.parametrize("provider", Provider)
def test_a_login_hint_goes_only_to_providers_that_take_one_and_never_into_the_request(provider: Provider) -> None:
    url = _url(replace(CONNECTION, provider=provider), login_hint="a+b@acme.test", signing_key=PAIR)
    takes = provider in {Provider.ENTRA, Provider.OKTA, Provider.GOOGLE}
    assert _parameters(url).get("login_hint") == ("a+b@acme.test" if takes else None)
    assert b"a+b@acme.test" not in etree.tostring(_request(url))


def test_a_connection_without_an_address_sends_nothing() -> None:
    with pytest.raises(ValueError, match="no identity provider URL"):
        _url(replace(CONNECTION, identity_provider_url=None))
