from __future__ import annotations

import base64
import json

import pytest

from chalicelib.sessions.remembered_account import RememberedAccount, parse_remembered_account


@pytest.mark.parametrize(
    "account",
    [
        RememberedAccount("lee@acme.test", "Acme", by_sso=True),
        RememberedAccount("lee@acme.test", "", by_sso=False),
        RememberedAccount("lee@acme.test", 'Büro "Müller"; & Söhne, 株式会社', by_sso=True),
    ],
)
def test_what_is_remembered_comes_back(account: RememberedAccount) -> None:
    assert parse_remembered_account(account.cookie()) == account
    assert not set(account.cookie()) & set(' ",;\\=')


def test_the_longest_account_fits_a_cookie() -> None:
    longest = RememberedAccount(f"{'l' * 64}@{'a' * 60}.{'b' * 60}.{'c' * 60}.test", "株" * 999, by_sso=True)
    assert len(longest.cookie()) < 2048
    found = parse_remembered_account(longest.cookie())
    assert found is not None
    assert found.organization == "株" * 200


def encoded(facts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "é",
        "%%%",
        "A",
        "x" * 5000,
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        encoded({}),
        encoded(None),
        encoded(["lee@acme.test", "Acme"]),
        encoded(["lee@acme.test", "Acme", True, 1]),
        encoded(["lee@acme.test", "Acme", 1]),
        encoded(["lee@acme.test", None, True]),
        encoded([["lee@acme.test"], "Acme", True]),
        encoded(["LEE@acme.test", "Acme", True]),
        encoded(["<b>@acme.test", "Acme", True]),
        encoded(["nobody", "Acme", True]),
        encoded(["lee@acme.test", "A\u202ecme", True]),
        encoded(["lee@acme.test", "A" * 201, True]),
        base64.urlsafe_b64encode(b"[" * 1400).decode().rstrip("="),
    ],
)
def test_what_we_would_not_have_written_is_forgotten(cookie: str) -> None:
    assert parse_remembered_account(cookie) is None


@pytest.mark.parametrize(
    ("email", "initials"), [("lee@a.test", "L"), ("lee.moss@a.test", "LM"), ("a-b_c@a.test", "AB"), ("+@a.test", "+")]
)
def test_an_account_is_recognized_by_its_initials(email: str, initials: str) -> None:
    assert RememberedAccount(email, "", by_sso=False).initials == initials
