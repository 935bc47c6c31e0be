from __future__ import annotations

import zlib
from base64 import b64decode, encodebytes
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from chalice.app import Request

from chalicelib.sessions.remembered_account import RememberedAccount, parse_remembered_account
from chalicelib.sign_in import pages as saml
from tests.support.browser import Answer, Browser
from tests.support.deployment import Deployment
from tests.support.identity_provider import send
from tests.support.round_trip import identity_provider


def request_in(location: str) -> str:
    """The AuthnRequest that a redirect carries (SAML Bindings section 3.4.4.1)."""
    (encoded,) = parse_qs(urlsplit(location).query)["SAMLRequest"]
    return zlib.decompress(b64decode(encoded), -15).decode()


@pytest.mark.parametrize(
    ("query", "forced"), [("", False), ("?switch_account=1", True), ("?switch_account=yes", False)]
)
def test_who_wants_another_account_is_signed_in_anew(
    browser: Browser, deployment: Deployment, query: str, forced: bool
) -> None:
    connection = deployment.connection(deployment.organization())
    location = browser.get(f"/saml/{connection.id}/login{query}").location
    assert ('ForceAuthn="true"' in request_in(location)) is forced


def test_who_wants_another_account_is_not_led_back_to_the_old_one(browser: Browser, deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    path = f"/saml/{connection.id}/login?switch_account=1&login_hint=lee%40acme.test"
    assert "lee" not in browser.get(path).location


@pytest.fixture
def failing_test(browser: Browser, deployment: Deployment) -> Callable[[str], Answer]:
    """A test sign-in with an unreadable response, reported in a language of the visitor."""
    connection, made = identity_provider(deployment).connection, deployment.container
    offer = made.connection_tests.offer(connection, deployment.now)
    begun = browser.get(offer.url.removeprefix(made.settings.base_url))
    (relay_state,) = parse_qs(urlsplit(begun.location).query)["RelayState"]

    def answered(accept: str) -> Answer:
        fields = {"SAMLResponse": "nonsense", "RelayState": relay_state}
        return browser.post(f"/saml/{connection.id}/acs", accept=accept, **fields)

    return answered


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_the_result_of_a_failed_test_is_a_page(failing_test: Callable[[str], Answer], accept: str) -> None:
    shown = failing_test(accept)
    assert shown.headers["Content-Type"].startswith("text/html")
    assert "No one was signed in" in shown.text


def test_a_program_gets_the_result_of_a_failed_test_as_a_problem(failing_test: Callable[[str], Answer]) -> None:
    told = failing_test("application/json")
    assert told.status == 400
    assert (told.json["code"], told.json["fixer"]) == ("saml_malformed", "idp_admin")
    assert told.json["attempt_id"].startswith("att_")


def test_who_comes_in_is_remembered_under_the_stored_address(browser: Browser, deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    start = idp.start()
    browser.cookies |= idp.jar
    fields = {"SAMLResponse": send(idp.says(start, "Lee@acme.test")), "RelayState": start.relay_state}
    assert browser.post(f"/saml/{idp.connection.id}/acs", **fields).status == 303
    remembered = parse_remembered_account(browser.cookies["__Host-gatehouse_account"])
    assert remembered == RememberedAccount("lee@acme.test", "Acme", by_sso=True, connection_id=idp.connection.id)


@pytest.mark.parametrize(
    ("sent", "code"),
    [("A" * 256_001, "saml_too_large"), ("%" * 2_000_000, "saml_too_large"), ("%" * 20_001, "saml_malformed")],
)
def test_a_form_that_no_response_can_fill_is_refused_with_its_code(
    browser: Browser, deployment: Deployment, sent: str, code: str
) -> None:
    connection = identity_provider(deployment).connection
    refused = browser.post(f"/saml/{connection.id}/acs", accept="application/json", SAMLResponse=sent)
    assert refused.json["code"] == code


def test_the_largest_response_in_lines_arrives_whole(browser: Browser, deployment: Deployment) -> None:
    """As chosen as can be: a third of its letters are escaped, and each line's end."""
    connection = identity_provider(deployment).connection
    lines = "\r\n".join(["QUJD" * 18 + "+/+/"] * 3_200)
    refused = browser.post(f"/saml/{connection.id}/acs", accept="application/json", SAMLResponse=lines)
    assert (len(lines), refused.json["code"]) == (249_598, "saml_malformed")


@pytest.mark.parametrize("longest", [256_000, 2_000_000])
def test_a_response_of_the_largest_size_is_read_whole_in_lines_as_mail_has_them(longest: int) -> None:
    text = encodebytes(bytes(range(256)) * (longest // 400)).decode()[:longest].replace("\n", "\r\n")[:longest]
    event = {
        "multiValueQueryStringParameters": None,
        "headers": {},
        "pathParameters": {},
        "requestContext": {"httpMethod": "POST", "resourcePath": "/"},
        "body": urlencode({"SAMLResponse": text, "RelayState": "x"}),
        "isBase64Encoded": False,
        "stageVariables": None,
    }
    assert len(text) > longest * 0.85
    assert saml._form(Request(event), longest) == {"SAMLResponse": text, "RelayState": "x"}
