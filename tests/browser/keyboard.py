"""A page without a mouse: Tab reaches everything that can be used, and what has the focus shows it and is seen."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

_MOST: Final = 300

# What Tab must reach. Of a group of radio buttons it reaches one.
_USABLE: Final = """() => {
  const found = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')];
  const shown = found.filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}));
  window.usable = shown.filter(e => !e.classList.contains('skip') && (e.type !== 'radio' || e.checked
    || !document.querySelector(`input[name="${e.name}"]:checked`)));
  window.reached = new Set();
  window.last = null;
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
}"""

# WCAG 2.2: 2.4.7 (a focus that shows) and 2.4.11 (not hidden behind something else).
_FOCUSED: Final = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const inside = e.type === 'date' && e === window.last;  // Tab stops at its day, month and year, too
  if (window.reached.has(e) && !inside) return null;
  window.reached.add(e); window.last = e;
  const box = e.getBoundingClientRect();
  const at = [.1, .5, .9].flatMap(x => [.1, .5, .9].map(y => [box.left + box.width * x, box.top + box.height * y]));
  const seen = at.some(([x, y]) => { const top = document.elementFromPoint(x, y);
    return top && (e.contains(top) || top.contains(e) && top.matches('a,button,label,summary')); });
  const shows = [e, e.closest('label')].filter(Boolean).map(x => getComputedStyle(x)).some(
    s => s.outlineStyle !== 'none' && s.outlineWidth !== '0px' || s.boxShadow !== 'none');
  return {what: e.outerHTML.slice(0, 140), seen, shows};
}"""

_LEFT: Final = """() => window.usable.filter(e => !window.reached.has(e)
  && !(e.type === 'radio' && [...window.reached].some(r => r.name === e.name))).map(e => e.outerHTML.slice(0, 140))"""


def faults(page: Page) -> list[str]:
    """Returns elements that cannot be used, or whose focus is invisible, with a keyboard alone."""
    page.evaluate(_USABLE)
    wrong: list[str] = []
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate(_FOCUSED)
        if focused is None:
            break
        if not focused["seen"]:
            wrong.append(f"hidden: {focused['what']}")
        if not focused["shows"]:
            wrong.append(f"no focus to see: {focused['what']}")
    left: list[str] = page.evaluate(_LEFT)
    return wrong + [f"never reached: {what}" for what in left]
