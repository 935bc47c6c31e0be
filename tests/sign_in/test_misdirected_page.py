"""The assertion consumer service and whatever isn't a SAML Response by HTTP-POST."""

from __future__ import annotations

import base64
from urllib.parse import quote_plus

import pytest
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.sign_in_attempts.store import attempts_of
from tests.support.browser import Answer, Browser
from tests.support.deployment import Deployment
from tests.support.identity_provider import send
from tests.support.round_trip import Idp

LOGOUT = base64.b64encode(b'<p:LogoutResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>').decode()


def attempts(deployment: Deployment, idp: Idp) -> int:
    found = attempts_of(idp.connection.id, deployment.now)
    return len(deployment.container.table.page(found, limit=10, after=None).values)


def raw(app: Chalice, idp: Idp, body: bytes, content_type: str, accept: str = "text/html") -> Answer:
    headers = {"content-type": content_type, "accept": accept}
    with Client(app) as client:
        got = client.http.request("POST", f"/saml/{idp.connection.id}/acs", headers=headers, body=body)
    return Answer(got.status_code, dict(got.headers), got.body.decode())


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "acs_wants_post"),
        ("?SAMLResponse=fZFBa8MwDIX&RelayState=x", "acs_wants_post"),
        ("?SAMLart=AAQA", "acs_got_artifact"),
        (f"?SAMLResponse={quote_plus(LOGOUT)}", "acs_got_logout"),
        ("?SAMLRequest=x", "acs_got_request"),
    ],
)
def test_opening_the_address_says_what_to_change_at_the_identity_provider(
    browser: Browser, idp: Idp, query: str, code: str
) -> None:
    page = browser.get(f"/saml/{idp.connection.id}/acs{query}")
    assert (page.status, page.headers["Allow"]) == (405, "POST")
    assert code in page.text
    assert "HTTP-POST" in page.text or "address" in page.text
    told = browser.get(f"/saml/{idp.connection.id}/acs{query}", accept="application/json")
    assert (told.status, told.json["code"], told.headers["Allow"]) == (405, code, "POST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_other_method_gets_an_allow_header_with_post(app: Chalice, idp: Idp, method: str) -> None:
    with Client(app) as client:
        got = client.http.request(method, f"/saml/{idp.connection.id}/acs", headers={"accept": "text/html"})
    assert (got.status_code, got.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("content_type", ["text/xml", "application/json", "multipart/form-data; boundary=x", ""])
def test_another_content_type_is_distinguished(app: Chalice, idp: Idp, content_type: str) -> None:
    page = raw(app, idp, b"<x/>", content_type)
    assert (page.status, "acs_wants_form" in page.text, "HTTP-POST" in page.text) == (415, True, True)
    assert raw(app, idp, b"<x/>", content_type, "application/json").json["code"] == "acs_wants_form"


@pytest.mark.parametrize("fields", [{"SAMLResponse": LOGOUT}, {"SAMLRequest": LOGOUT}, {"SAMLart": "AAQA"}])
def test_another_message_is_not_an_attempt_and_says_what_it_is(
    browser: Browser, deployment: Deployment, idp: Idp, fields: dict[str, str]
) -> None:
    page = browser.post(f"/saml/{idp.connection.id}/acs", **fields)
    assert (page.status, "acs_got_" in page.text) == (400, True)
    assert attempts(deployment, idp) == 0
    browser.post(f"/saml/{idp.connection.id}/acs", SAMLResponse="nonsense")
    assert attempts(deployment, idp) == 1


def signed_in(app: Chalice, idp: Idp, body: str) -> bool:
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
        "cookie": "; ".join(f"{name}={value}" for name, value in idp.jar.items()),
    }
    with Client(app) as client:
        path = f"/saml/{idp.connection.id}/acs"
        return client.http.request("POST", path, headers=headers, body=body.encode()).status_code == 303


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ("SAMLResponse={good}&RelayState={state}", True),
        ("%53AMLResponse={good}&Relay%53tate={state}", True),
        ("SAMLResponse={good}&RelayState={state}&x=1&x=2", True),
        ("SAMLResponse={good}&%53AMLResponse=bad&RelayState={state}", False),
        ("%53AMLResponse=bad&SAMLResponse={good}&RelayState={state}", False),
        ("SAMLResponse={good}&SAMLRespons%65={good}&RelayState={state}", False),
        ("SAMLResponse={good}&RelayState={state}&Relay%53tate=x", False),
        ("SAMLResponse={good};RelayState={state}", False),
        ("samlresponse={good}&RelayState={state}", False),
        ("SAMLResponse%00={good}&RelayState={state}", False),
        ("SAMLResponse={good}&%FFx=1&RelayState={state}", False),
    ],
)
def test_the_form_has_one_reading(app: Chalice, idp: Idp, body: str, accepted: bool) -> None:
    start = idp.start()
    good = quote_plus(send(idp.says(start)))
    assert signed_in(app, idp, body.format(good=good, state=start.relay_state)) is accepted
