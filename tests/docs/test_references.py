"""Links and file names in the documentation lead to something that exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FILE: Final = re.compile(
    r"`((?:chalicelib|infrastructure|ops|requirements|tests|tools)/[\w./-]+|[\w/]+/\w+\.py)(?:::\w+|:[^`]*)?`"
)
MADE_LATER: Final = {"chalicelib/templates/compiled", "chalicelib/static/brand/"}
"""By a build, or by operators."""
_CODE: Final = re.compile(r"`[^`\n]*`")


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", page.read_text())):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target.read_text()), link


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = {name for name in _FILE.findall(page.read_text()) if "<" not in name} - MADE_LATER
    roots = (ROOT, ROOT / "chalicelib")
    assert [name for name in sorted(named) if not any((root / name).exists() for root in roots)] == []
