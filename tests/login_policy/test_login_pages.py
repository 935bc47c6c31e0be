from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.errors import Unavailable
from chalicelib.i18n.catalog import LANGUAGES
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.users.model import Role, UserStatus
from tests.support.browser import Answer, Browser
from tests.support.deployment import PASSWORD, Deployment

SESSION = "__Host-gatehouse_session"
ACCOUNT = "__Host-gatehouse_account"


def submit_email(browser: Browser, email: str, return_to: str = "") -> Answer:
    browser.get(f"/login?return_to={return_to}")
    return browser.post("/login", email=email)


def signed_in(browser: Browser, email: str, return_to: str = "") -> Answer:
    submit_email(browser, email, return_to)
    return browser.post("/login/password", password=PASSWORD)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remembered", [True, False])
def test_the_sign_in_page_with_its_stylesheets_is_at_most_6_kb_and_has_no_script(
    browser: Browser, language: str, remembered: bool
) -> None:
    if remembered:
        browser.cookies[ACCOUNT] = RememberedAccount("lee@acme.test", "Acme", by_sso=True).cookie()
    shown = browser.get("/login", **{"accept-language": language})
    stylesheets = re.findall(r'rel="stylesheet" href="/api([^"]+)"', shown.text)
    assert len(stylesheets) == 1
    sent = [shown.text, *(browser.get(path).text for path in stylesheets)]
    assert sum(len(gzip.compress(text.encode())) for text in sent) <= 6 * 1024
    assert "<script" not in shown.text


def test_the_stylesheet_may_be_kept_for_ever_because_its_name_changes_with_it(browser: Browser) -> None:
    path = browser.get("/login").text.partition('rel="stylesheet" href="/api')[2].partition('"')[0]
    css = browser.get(path)
    assert css.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert css.headers["Content-Type"].startswith("text/css")
    assert browser.get("/static/sso.00000000.css").status == 404


def test_pages_carry_the_headers_that_keep_others_out(browser: Browser) -> None:
    headers = browser.get("/login").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_forms_of_the_sign_in_page_may_end_at_an_identity_provider(browser: Browser) -> None:
    assert "form-action 'self' https:;" in browser.get("/login").headers["Content-Security-Policy"]


@pytest.mark.parametrize("email", ["member@acme.test", "nobody@acme.test"])
def test_who_must_use_single_sign_on_goes_there_with_hint_and_return_path(
    browser: Browser, deployment: Deployment, email: str
) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    deployment.user(organization, "member@acme.test")
    answer = submit_email(browser, email, "/somewhere?x=1")
    target = urlsplit(answer.location)
    assert answer.status == 303
    assert f"{target.scheme}://{target.netloc}" == "https://sso.example.test"
    assert target.path == f"/api/saml/{connection.id}/login"
    assert parse_qs(target.query) == {"return_to": ["/somewhere?x=1"], "login_hint": [email]}


def shape(answer: Answer, email: str) -> str:
    """A page without what differs from request to request anyway."""
    return (
        answer.text.replace(email, "EMAIL")
        .replace(email.replace("@", "%40"), "EMAIL")
        .replace(answer.hidden["form_token"], "TOKEN")
    )


@pytest.mark.parametrize("unknown", ["nobody@acme.test", "nobody@elsewhere.test", "disabled@acme.test"])
def test_the_page_does_not_tell_whether_an_address_is_known(
    new_browser: Callable[[], Browser], deployment: Deployment, unknown: str
) -> None:
    organization = deployment.organization()
    deployment.user(organization, "member@acme.test")
    deployment.user(organization, "disabled@acme.test", status=UserStatus.DISABLED)
    known = submit_email(new_browser(), "member@acme.test")
    stranger = submit_email(new_browser(), unknown)
    assert known.status == stranger.status == 200
    assert shape(known, "member@acme.test") == shape(stranger, unknown)


@pytest.mark.parametrize("unknown", ["nobody@acme.test", "disabled@acme.test"])
def test_where_single_sign_on_is_required_unknown_and_disabled_addresses_go_there_too(
    new_browser: Callable[[], Browser], deployment: Deployment, unknown: str
) -> None:
    organization = deployment.organization()
    deployment.connection(organization, jit_provisioning=False)
    deployment.user(organization, "disabled@acme.test", status=UserStatus.DISABLED)
    assert "/saml/conn_" in submit_email(new_browser(), unknown).location


def test_where_single_sign_on_is_optional_both_ways_are_offered(browser: Browser, deployment: Deployment) -> None:
    organization = deployment.organization(policy=LoginPolicy(Mode.OPTIONAL))
    connection = deployment.connection(organization)
    deployment.user(organization, "admin@acme.test", Role.ADMIN)
    shown = submit_email(browser, "admin@acme.test", "/deep")
    assert 'type="password"' in shown.text
    assert f"/api/saml/{connection.id}/login?return_to=%2Fdeep&amp;login_hint=admin%40acme.test" in shown.text


def test_the_right_password_begins_a_session_and_goes_where_the_person_wanted(
    browser: Browser, deployment: Deployment
) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    answer = signed_in(browser, "member@acme.test", "/somewhere?x=1")
    assert answer.status == 303
    assert answer.location == "https://sso.example.test/api/somewhere?x=1"
    (cookie,) = [line for line in answer.cookies if line.startswith(SESSION)]
    assert cookie.startswith(f"{SESSION}=")
    for attribute in ("Path=/", "HttpOnly", "Secure", "SameSite=Lax"):
        assert attribute in cookie.split("; ")
    assert "member@acme.test" in browser.get("/").text


@pytest.mark.parametrize("evil", ["//evil.test", "https://evil.test", "/\\evil.test", "/%2e%2e/x", "/a//b"])
def test_no_return_path_leaves_the_site(browser: Browser, deployment: Deployment, evil: str) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    browser.get("/login")
    browser.post("/login", email="member@acme.test", return_to=evil)
    answer = browser.post("/login/password", password=PASSWORD, return_to=evil)
    assert answer.location == "https://sso.example.test/api/"


def test_a_wrong_password_is_told_on_the_form_with_the_address_kept(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    submit_email(browser, "member@acme.test")
    shown = browser.post("/login/password", password="not the password")
    assert shown.status == 401
    assert SESSION not in browser.cookies
    assert "<title>Error: Sign in" in shown.text
    assert "The email address or password is wrong." in shown.text
    assert "member@acme.test" in shown.text


def test_a_member_who_must_use_single_sign_on_gets_a_page_that_leads_there(
    browser: Browser, deployment: Deployment
) -> None:
    organization = deployment.organization()
    deployment.user(organization, "member@acme.test")
    submit_email(browser, "member@acme.test", "/deep")
    connection = deployment.connection(organization)
    shown = browser.post("/login/password", password=PASSWORD)
    assert shown.status == 403
    assert "sso_required" in shown.text
    assert f"/saml/{connection.id}/login?return_to=%2Fdeep" in shown.text
    assert SESSION not in browser.cookies


@pytest.mark.parametrize(
    ("password", "bound", "status", "code"),
    [("not the password", False, 401, "wrong_credentials"), (PASSWORD, True, 403, "sso_required")],
)
def test_an_api_client_gets_a_problem_document_for_a_bad_password(
    browser: Browser, deployment: Deployment, password: str, bound: bool, status: int, code: str
) -> None:
    organization = deployment.organization()
    deployment.user(organization, "member@acme.test")
    submit_email(browser, "member@acme.test")
    if bound:
        deployment.connection(organization)
    told = browser.post("/login/password", accept="application/json", password=password)
    assert (told.status, told.json["code"]) == (status, code)
    assert SESSION not in browser.cookies


def test_too_many_attempts_must_wait(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    submit_email(browser, "member@acme.test")
    for _ in range(deployment.container.settings.password_tries):
        browser.post("/login/password", password="not the password")
    shown = browser.post("/login/password", password=PASSWORD)
    assert shown.status == 429
    assert shown.headers["Retry-After"] == "1"
    assert SESSION not in browser.cookies


def test_no_password_is_requested_while_the_store_does_not_answer(
    browser: Browser, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise Unavailable(private="DynamoDB is away")

    monkeypatch.setattr(deployment.container.table, "read", silent)
    shown = submit_email(browser, "member@acme.test")
    assert shown.status == 503
    assert 'type="password"' not in shown.text
    assert "DynamoDB" not in shown.text


@pytest.mark.parametrize("typed", ["", "member", "a@b", "<script>alert(1)</script>", "a@acme.test\u00a0", "x" * 5000])
def test_what_is_not_an_address_comes_back_escaped_with_a_sentence(browser: Browser, typed: str) -> None:
    shown = submit_email(browser, typed)
    assert shown.status == 422
    assert "<title>Error: Sign in" in shown.text
    assert "Enter your work email address" in shown.text
    assert "<script>" not in shown.text


def test_the_fixed_address_leads_even_an_admin_straight_to_the_identity_provider(
    browser: Browser, deployment: Deployment
) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    deployment.user(organization, "admin@acme.test", Role.ADMIN)
    browser.get("/login/sso")
    answer = browser.post("/login/sso", email=" admin@acme.test ")
    assert f"/saml/{connection.id}/login" in answer.location


def test_the_fixed_address_says_when_there_is_no_single_sign_on(browser: Browser, deployment: Deployment) -> None:
    deployment.organization()
    browser.get("/login/sso")
    shown = browser.post("/login/sso", email="member@acme.test")
    assert shown.status == 422
    assert "This address has no single sign-on here." in shown.text


@pytest.mark.parametrize("path", ["/login", "/login/sso", "/login/password"])
@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_that_was_not_shown_to_this_browser_does_nothing(
    browser: Browser, deployment: Deployment, path: str, token: str
) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    browser.get("/login")
    shown = browser.post(path, token=token, email="member@acme.test", password=PASSWORD)
    assert shown.status == 403
    assert "csrf_failed" in shown.text
    assert f'href="/api{path}"' in shown.text
    assert SESSION not in browser.cookies


def test_a_token_of_another_browser_is_refused(new_browser: Callable[[], Browser], deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    attacker, victim = new_browser(), new_browser()
    token = attacker.get("/login").hidden["form_token"]
    victim.get("/login")
    shown = victim.post("/login/password", token=token, email="member@acme.test", password=PASSWORD)
    assert shown.status == 403
    assert SESSION not in victim.cookies


def test_who_is_signed_in_already_is_not_asked_again(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    signed_in(browser, "member@acme.test")
    assert browser.get("/login?return_to=/deep").location == "https://sso.example.test/api/deep"


def test_the_account_that_signed_in_last_is_offered_first(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "lee.moss@acme.test")
    (cookie,) = [line for line in signed_in(browser, "lee.moss@acme.test").cookies if line.startswith(ACCOUNT)]
    assert cookie.endswith("; Max-Age=15552000; Path=/; HttpOnly; Secure; SameSite=Lax")
    browser.get("/")
    browser.post("/logout")
    shown = browser.get("/login?return_to=/deep")
    assert "<b>lee.moss@acme.test</b><small>Continue with your password</small>" in shown.text
    assert ">LM</span>" in shown.text
    assert 'type="password"' in browser.post("/login", email="lee.moss@acme.test").text


def test_who_came_through_their_organization_is_led_there_again(browser: Browser, deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    account = RememberedAccount("lee@acme.test", "<Acme>", by_sso=True)
    browser.cookies[ACCOUNT] = account.cookie()
    for path in ("/login", "/login/sso"):
        shown = browser.get(path)
        assert "Continue with &lt;Acme&gt; SSO" in shown.text
        assert shown.text.index('action="/api/login/sso"') < shown.text.index('value="lee@acme.test"')
    assert f"/saml/{connection.id}/login" in browser.post("/login/sso", email="lee@acme.test").location


def test_the_fixed_address_offers_no_account_that_signed_in_with_a_password(browser: Browser) -> None:
    browser.cookies[ACCOUNT] = RememberedAccount("lee@acme.test", "Acme", by_sso=False).cookie()
    assert "lee@acme.test" not in browser.get("/login/sso").text
    assert "lee@acme.test" in browser.get("/login").text


def test_a_remembered_account_can_be_forgotten(browser: Browser) -> None:
    browser.cookies[ACCOUNT] = RememberedAccount("lee@acme.test", "Acme", by_sso=True).cookie()
    browser.get("/login?return_to=/deep")
    assert browser.post("/login/forget", token="0" * 64).status == 403
    browser.get("/login?return_to=/deep")
    assert browser.post("/login/forget").location == "https://sso.example.test/api/login?return_to=%2Fdeep"
    assert ACCOUNT not in browser.cookies
    assert "lee@acme.test" not in browser.get("/login").text


def test_a_forged_cookie_value_is_never_displayed(browser: Browser) -> None:
    browser.cookies[ACCOUNT] = "nonsense"
    shown = browser.get("/login")
    assert shown.status == 200
    assert "Welcome." in shown.text


@pytest.mark.parametrize(("email", "label"), [("admin@acme.test", "Acme SSO"), ("guest@else.test", "single sign-on")])
def test_the_organization_is_named_only_for_addresses_of_its_own_domains(
    browser: Browser, deployment: Deployment, email: str, label: str
) -> None:
    organization = deployment.organization(policy=LoginPolicy(Mode.OPTIONAL))
    deployment.connection(organization)
    deployment.user(organization, email, Role.ADMIN)
    assert f"Continue with {label}</a>" in submit_email(browser, email).text


def test_password_managers_learn_the_account_beside_the_password(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    shown = submit_email(browser, "member@acme.test").text
    assert 'name="email" value="member@acme.test" autocomplete="username" readonly hidden' in shown
    assert 'name="password" autocomplete="current-password"' in shown


def test_a_form_of_megabytes_is_not_read(browser: Browser) -> None:
    browser.get("/login")
    refused = browser.post("/login", accept="application/json", email="%" * 2_000_000)
    assert (refused.status, refused.json["code"]) == (413, "body_too_large")
