"""axe-core in a page: what WCAG 2.2 AA finds wrong with it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from playwright.sync_api import Page

_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_COLORS: Final = ("color-contrast", "link-in-text-block")
"""The rules of WCAG 2.2 AA whose result a color scheme can change."""


def prepare(page: Page) -> None:
    """Put axe into this document. It comes past the page's policy, as a browser's extension does."""
    page.evaluate(_script())


def findings(page: Page, *, colors_only: bool = False) -> list[str]:
    """Returns each broken rule with the elements that break it."""
    rules = {"type": "rule", "values": _COLORS} if colors_only else {"type": "tag", "values": _TAGS}
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [f"{found['id']}: {found['help']}: {_elements(found['nodes'])}" for found in result["violations"]]


def _elements(nodes: list[dict[str, Any]]) -> str:
    return "; ".join(f"{node['target']} {node['html'][:120]}" for node in nodes)


@cache
def _script() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
