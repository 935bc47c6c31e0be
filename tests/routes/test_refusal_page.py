from __future__ import annotations

import pytest
from chalice.app import Chalice

from chalicelib.domain.attempt import Attempt, AttemptResult
from chalicelib.domain.identifier import new_id
from chalicelib.domain.refusal import RefusalCode
from chalicelib.domain.refusal_advice import ADVICE
from chalicelib.errors import SignInRefused
from chalicelib.routes.middleware import answer
from tests.deployment import Deployment
from tests.routes.browser import Browser

CONNECTION = "conn_" + "0" * 32


@pytest.fixture
def refused(deployment: Deployment) -> Browser:
    """A browser for an application whose every sign-in is refused, for the reason in its header."""
    app = Chalice("refusing")
    app.register_middleware(answer, "http")

    @app.route("/saml/{connection_id}/acs")
    def acs(connection_id: str) -> None:
        assert app.current_request is not None
        error = SignInRefused(RefusalCode(app.current_request.headers["x-reason"]), private="the private reason")
        error.email = "<b>who@acme.test</b>"
        error.attempt = Attempt(
            id=new_id("att", now=deployment.now),
            organization_id="org_x",
            connection_id=connection_id,
            created_at=deployment.now,
            result=AttemptResult.REFUSED,
        )
        raise error

    return Browser(app)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_names_its_code_whose_job_it_is_and_the_attempt(refused: Browser, code: RefusalCode) -> None:
    shown = refused.get(f"/saml/{CONNECTION}/acs", **{"x-reason": code.value})
    unreadable = code in {RefusalCode.SAML_MALFORMED, RefusalCode.SAML_TOO_LARGE}
    away = code is RefusalCode.TEMPORARILY_UNAVAILABLE
    assert shown.status == (400 if unreadable else 503 if away else 403)
    assert code.value in shown.text
    assert "att_" in shown.text
    assert any(f"<b>{lead}" in shown.text for lead in ("What you can do:", "For the admin", "For an admin", "Contact "))
    assert "the private reason" not in shown.text
    assert "&lt;b&gt;who@acme.test" in shown.text
    assert ("Sign in again</a>" in shown.text) is ADVICE[code].retry_helps
    assert not shown.cookies


def test_machines_get_the_same_facts_as_a_problem(refused: Browser) -> None:
    path, reason = f"/saml/{CONNECTION}/acs", {"x-reason": "saml_expired"}
    told = refused.get(path, accept="application/json", **reason).json
    assert told["code"] == "saml_expired"
    assert told["retry_helps"] is True
    assert told["fixer"] == "user"
    assert told["attempt_id"].startswith("att_")
