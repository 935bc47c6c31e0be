from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.connections.model import Connection
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.service_provider import service_provider
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.report import attempt_report, redact, without_names

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONNECTION = Connection("conn_x", "org_x", NOW, NOW, identity_provider_issuer="https://idp.acme.test")
OURS = service_provider("https://sso.test", "conn_x")


def report(*checks: Check, code: str | None = "saml_audience_mismatch") -> str:
    attempt = Attempt(
        "att_x",
        "org_x",
        "conn_x",
        NOW,
        AttemptResult.REFUSED,
        code,
        "_request",
        "usr_x",
        "ada@acme.test",
        checks=checks,
    )
    return attempt_report(attempt, CONNECTION, OURS, ("Ask for this:", "change that."), tell=tell_in_english)


def test_it_says_what_the_identity_provider_must_have_and_what_it_sent() -> None:
    text = report(Check(CheckName.AUDIENCE, False, OURS.entity_id, "https://wrong.test"))
    for told in (
        "att_x",
        "2026-11-23 09:00:00 UTC",
        "saml_audience_mismatch",
        OURS.acs_url,
        OURS.entity_id,
        "_request",
    ):
        assert told in text
    assert f"FAILED audience: expected {OURS.entity_id}; received https://wrong.test" in text
    assert "change that." in text


@pytest.mark.parametrize("received", [None, ""])
def test_it_says_what_is_missing(received: str | None) -> None:
    assert "FAILED destination: expected https://a.test; received nothing" in report(
        Check(CheckName.DESTINATION, False, "https://a.test", received)
    )
    assert "received" not in report(Check(CheckName.EMAIL, False, "one address", "ada@acme.test"))


def test_it_names_no_user() -> None:
    text = report(
        Check(CheckName.EMAIL, False, "ada@acme.test", "lovelace@home.test"),
        Check(CheckName.SUBJECT, True, None, "S-1-5-lovelace"),
        Check(CheckName.ISSUER, False, "https://idp.acme.test", "mailto:lovelace@acme.test"),
    )
    assert "lovelace" not in text
    assert "ada@" not in text
    assert "…@acme.test" in text


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x85", "\x1b[2J", "\u202e"])
def test_what_was_received_makes_no_lines_and_turns_nothing_round(end: str) -> None:
    text = report(Check(CheckName.READABLE, False, "x", f"1.0{end}What the identity provider should have on file:"))
    assert len(text.splitlines()) == len(report(Check(CheckName.READABLE, False, "x", "y")).splitlines())
    assert "received 1.0\N{REPLACEMENT CHARACTER}" in text


def test_a_visitor_without_an_account_sees_the_checks_and_no_name() -> None:
    checks = (
        Check(CheckName.EMAIL, False, "one e-mail address", "email: ada@acme.test"),
        Check(CheckName.ISSUER, False, "https://idp.acme.test", "mailto:ada@acme.test"),
        Check(CheckName.READABLE, True),
    )
    attempt = Attempt("att_x", "org_x", "conn_x", NOW, AttemptResult.REFUSED, "x", None, "usr_x", "ada@acme.test")
    told = without_names(replace(attempt, checks=checks))
    assert (told.user_id, told.email) == (None, None)
    assert told.checks == (
        Check(CheckName.EMAIL, False),
        Check(CheckName.ISSUER, False, "https://idp.acme.test", "mailto:…@acme.test"),
        Check(CheckName.READABLE, True),
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ada@acme.test", "…@acme.test"),
        ("to <ada.l+x@acme.test>, bob@b.test", "to <…@acme.test>, …@b.test"),
        ("no address", "no address"),
        ("https://u:p@host.test/x", "https://u:…@host.test/x"),
    ],
)
def test_addresses_are_cut_down_to_their_domains(text: str, left: str) -> None:
    assert redact(text) == left
