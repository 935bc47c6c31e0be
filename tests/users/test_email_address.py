from __future__ import annotations

import pytest

from chalicelib.users.email_address import canonical_address, canonical_domain, domain_of


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("lee@acme.test", "lee@acme.test"),
        ("Lee.Moss+sso@ACME.Test", "lee.moss+sso@acme.test"),
        ("o'neil@a-b.acme.test", "o'neil@a-b.acme.test"),
        ("a@" + ".".join(["b" * 63] * 3) + ".co", "a@" + ".".join(["b" * 63] * 3) + ".co"),
        ("a" * 64 + "@acme.test", "a" * 64 + "@acme.test"),
    ],
)
def test_an_address_has_one_spelling(text: str, canonical: str) -> None:
    assert canonical_address(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lee",
        "@acme.test",
        "lee@",
        "lee@acme",
        "lee%evil.test@acme.test",
        "evil.test!lee@acme.test",
        "=?utf-8?q?m?=@acme.test",
        "lee=?utf-8?b?bQ==?=@acme.test",
        "lee@@acme.test",
        "lee@acme.test@evil.test",
        " lee@acme.test",
        "lee@acme.test ",
        "lee@acme.test\u00a0",
        "lee@acme.test\n",
        "lee\x00@acme.test",
        "l\u0435e@acme.test",
        "lee@acme\u3002test",
        "\u212aelvin@acme.test",
        "lee@\u212aacme.test",
        '"lee"@acme.test',
        "lee@[127.0.0.1]",
        "lee@127.0.0.1",
        "lee@acme.1",
        "lee@acme.1-2",
        "lee..moss@acme.test",
        ".lee@acme.test",
        "lee.@acme.test",
        "lee@acme..test",
        "lee@-acme.test",
        "lee@acme-.test",
        "lee@acme.test.",
        "lee <lee@acme.test>",
        "lee@acme.test,eve@acme.test",
        "a" * 65 + "@acme.test",
        "a@" + "b" * 64 + ".test",
        "a@" + ".".join(["b" * 63] * 4),
        "a@b." + "c" * 251,
    ],
)
def test_everything_else_is_not_an_address(text: str) -> None:
    assert canonical_address(text) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("ACME.test", "acme.test"),
        ("xn--bcher-kva.test", "xn--bcher-kva.test"),
        ("acme", None),
        ("b\u00fccher.test", None),
        ("acme.test.", None),
        ("*.acme.test", None),
        ("", None),
        ("a" * 253 + ".b", None),
    ],
)
def test_a_domain_has_one_spelling(text: str, canonical: str | None) -> None:
    assert canonical_domain(text) == canonical


def test_the_domain_is_what_stands_behind_the_at_sign() -> None:
    assert domain_of("lee@acme.test") == "acme.test"


def test_an_address_has_254_characters_at_most() -> None:
    most = f"{'a' * 64}@{'.'.join(['b' * 63, 'c' * 63, 'd' * 61])}"
    assert len(most) == 254
    assert canonical_address(most) == most
    assert canonical_address(f"{most}d") is None


def test_a_domain_has_252_characters_at_most() -> None:
    most = ".".join(["b" * 63, "c" * 63, "d" * 63, "e" * 60])
    assert len(most) == 252
    assert canonical_domain(most) == most
    assert canonical_domain(f"{most}e") is None


def test_a_kelvin_sign_in_a_domain_is_not_a_k() -> None:
    assert canonical_domain("\u212aelvin.test") is None
