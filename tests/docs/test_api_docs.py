"""The tables of codes in docs/api.md are made from the catalogs."""

from __future__ import annotations

from tools.api_docs import PAGE, with_code_tables

TEXT = PAGE.read_text()


def test_the_tables_of_codes_are_those_of_the_catalogs() -> None:
    assert with_code_tables(TEXT) == TEXT, "run: python -m tools.api_docs"


def test_a_changed_and_a_missing_row_are_put_right() -> None:
    lines = TEXT.splitlines(keepends=True)
    kept = [line.replace("There is no such field.", "Changed.") for line in lines if "`saml_unsigned`" not in line]
    assert len(kept) == len(lines) - 1
    assert with_code_tables("".join(kept)) == TEXT
