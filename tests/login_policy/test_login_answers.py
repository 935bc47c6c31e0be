"""The sign-in page's answer depends on the address's domain only, never on the account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization, Plan
from chalicelib.rate_limits.model import MAX_LOOKUPS_PER_MINUTE
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.users.model import Role, UserStatus
from tests.support.browser import Answer, Browser
from tests.support.deployment import PASSWORD, Deployment

ACCOUNT = "__Host-gatehouse_account"
BROWSER = "__Host-gatehouse_browser"
SESSION = "__Host-gatehouse_session"
_PEOPLE = ("admin", "member", "exempt", "disabled", "displaced", "no-password", "unknown")


def bytes_of(answer: Answer, email: str) -> tuple[int, dict[str, str], str]:
    """An answer without the address itself and what chance makes: the form token, request ID and form secret."""

    def plain(text: str) -> str:
        text = text.replace(email, "EMAIL").replace(email.replace("@", "%40"), "EMAIL")
        return re.sub(r'(name="form_token" value=")[^"]*', r"\1TOKEN", text)

    headers = {name: plain(str(value)) for name, value in answer.headers.items() if name not in {"X-Request-Id"}}
    headers["Set-Cookie"] = re.sub(r"=[^;]*", "=VALUE", headers.get("Set-Cookie", ""), count=1)
    return answer.status, headers, plain(answer.text)


def people(deployment: Deployment, domain: str, organization: Organization) -> None:
    """One of each kind; their addresses are all as long."""
    deployment.user(organization, f"admin@{domain}", Role.ADMIN)
    deployment.user(organization, f"member@{domain}")
    deployment.user(organization, f"disabled@{domain}", status=UserStatus.DISABLED)
    deployment.user(organization, f"no-password@{domain}", password_hash=None)
    exempt = deployment.user(organization, f"exempt@{domain}")
    policy = LoginPolicy(organization.policy.mode, exempt_user_ids=(exempt.id,))
    deployment.container.login_policies.put(organization, policy, deployment.now)


def answers(
    new_browser: Callable[[], Browser], domain: str, path: str, **fields: str
) -> Iterator[tuple[int, dict[str, str], str]]:
    for name in _PEOPLE:
        browser = new_browser()
        browser.get(path.replace("/password", ""))
        email = f"{name}@{domain}"
        yield bytes_of(browser.post(path, email=email, return_to="/deep", **fields), email)


@pytest.mark.parametrize("path", ["/login", "/login/sso", "/login/password"])
@pytest.mark.parametrize(
    ("mode", "plan", "proven"),
    [
        (Mode.REQUIRED, Plan.ENTERPRISE, True),
        (Mode.OPTIONAL, Plan.ENTERPRISE, True),
        (Mode.PASSWORD, Plan.ENTERPRISE, True),
        (None, Plan.ENTERPRISE, False),
        (None, Plan.ENTERPRISE, None),
        (Mode.REQUIRED, Plan.STANDARD, True),
    ],
)
def test_all_addresses_of_a_domain_get_byte_identical_answers(
    new_browser: Callable[[], Browser],
    deployment: Deployment,
    path: str,
    mode: Mode | None,
    plan: Plan,
    proven: bool | None,
) -> None:
    organization = deployment.organization(policy=LoginPolicy(mode), plan=plan)
    if proven is not None:
        deployment.connection(organization, proven=proven)
    people(deployment, "acme.test", organization)
    fields = {"password": "not the password"} if path == "/login/password" else {}
    first, *others = answers(new_browser, "acme.test", path, **fields)
    assert all(other == first for other in others)


@pytest.mark.parametrize("path", ["/login", "/login/sso", "/login/password"])
def test_a_contractor_with_an_outside_address_gets_the_answer_for_unknown_addresses(
    new_browser: Callable[[], Browser], deployment: Deployment, path: str
) -> None:
    organization = deployment.organization()
    deployment.connection(organization, allow_guest_emails=("member@outside.test",))
    people(deployment, "outside.test", organization)
    fields = {"password": "not the password"} if path == "/login/password" else {}
    first, *others = answers(new_browser, "outside.test", path, **fields)
    assert all(other == first for other in others)


def test_an_admin_is_led_to_the_identity_provider_and_comes_in_by_the_quiet_link(
    browser: Browser, deployment: Deployment
) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    deployment.user(organization, "admin@acme.test", Role.ADMIN)
    shown = browser.get("/login?return_to=/deep")
    assert 'href="/api/login/password?return_to=%2Fdeep">Sign in with a password</a>' in shown.text
    led = browser.post("/login", email="admin@acme.test")
    assert (led.status, f"/saml/{connection.id}/login" in led.location) == (303, True)
    browser.get("/login/password?return_to=/deep")
    answer = browser.post("/login/password", email="admin@acme.test", password=PASSWORD)
    assert answer.location == "https://sso.example.test/api/deep"
    assert SESSION in browser.cookies


def test_the_password_form_offers_single_sign_on_to_an_address_that_leads_nowhere(
    browser: Browser, deployment: Deployment
) -> None:
    browser.get("/login")
    shown = browser.post("/login", email="nobody@elsewhere.test")
    assert 'href="/api/login/sso?return_to=%2F&amp;email=nobody%40elsewhere.test">Continue with single sign-on</a>' in (
        shown.text
    )


def test_a_guest_finds_the_way_back_in_the_browser_they_came_with(browser: Browser, deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization(), allow_guest_emails=("guest@else.test",))
    account = RememberedAccount("guest@else.test", "Acme", by_sso=True, connection_id=connection.id)
    browser.cookies[ACCOUNT] = account.cookie()
    browser.get("/login")
    assert f"/saml/{connection.id}/login" in browser.post("/login/sso", email="guest@else.test").location
    browser.get("/login/sso")
    assert browser.post("/login/sso", email="another@else.test").status == 422


def test_a_source_that_tries_many_addresses_waits_until_the_minute_is_over(
    browser: Browser, deployment: Deployment
) -> None:
    browser.get("/login")
    for _ in range(MAX_LOOKUPS_PER_MINUTE):
        deployment.container.limits.require_lookup("192.0.2.9", deployment.now)
    assert browser.post("/login", email="nobody@acme.test").status == 200  # another source
    source = "127.0.0.1"
    for _ in range(MAX_LOOKUPS_PER_MINUTE - 1):
        deployment.container.limits.require_lookup(source, deployment.now)
    browser.get("/login")
    shown = browser.post("/login", email="nobody@acme.test")
    assert (shown.status, shown.headers["Retry-After"]) == (429, "60")
    deployment.later(minutes=1)
    browser.get("/login")
    assert browser.post("/login", email="nobody@acme.test").status == 200


def test_the_token_differs_in_each_answer_and_each_is_good_as_long_as_the_browser_keeps_its_secret(
    browser: Browser, deployment: Deployment
) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    tokens = [browser.get("/login").hidden["form_token"] for _ in range(5)]
    assert len(set(tokens)) == 5
    assert not set.intersection(*({token[i : i + 6] for i in range(len(token) - 5)} for token in tokens))
    for token in tokens:
        assert browser.post("/login", token=token, email="member@acme.test").status == 200


def test_a_browser_is_known_after_a_password_and_its_cookie_counts_for_that_address_alone(
    new_browser: Callable[[], Browser], deployment: Deployment
) -> None:
    organization = deployment.organization()
    for name in ("ceo", "other"):
        deployment.user(organization, f"{name}@acme.test")
    known = new_browser()
    known.get("/login/password")
    known.post("/login/password", email="ceo@acme.test", password=PASSWORD)
    known.get("/")
    known.post("/logout")
    for email in ("ceo@acme.test", "other@acme.test"):
        for number in range(deployment.container.settings.password_tries):
            with pytest.raises(Exception, match="wrong"):
                deployment.container.passwords.sign_in(email, "no", source=f"192.0.2.{number}", now=deployment.now)
    for email, status in (("other@acme.test", 429), ("ceo@acme.test", 303)):
        known.get("/login/password")
        assert known.post("/login/password", email=email, password=PASSWORD).status == status
    stranger = new_browser()
    stranger.get("/login/password")
    assert stranger.post("/login/password", email="other@acme.test", password=PASSWORD).headers["Retry-After"] == "1"


def test_another_sites_form_changes_no_cookie_wherever_it_goes(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "member@acme.test")
    paths = [path for path, methods in browser.app.routes.items() if "POST" in methods and not path.startswith("/v1/")]
    assert "/logout" in paths
    for path in paths:
        browser.cookies.clear()
        browser.last = None
        filled = re.sub(r"\{[^}]*\}", "conn_" + "0" * 32, path)
        answer = browser.post(filled, form_token="x", email="member@acme.test", password=PASSWORD, do="save")
        assert answer.cookies == [], path
