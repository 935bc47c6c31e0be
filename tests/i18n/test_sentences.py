"""Nothing that people read stands in a template or a page's route: it stands in the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from chalicelib.i18n import catalog as words

PRODUCT = Path(words.__file__).parents[1]
PAGES = PRODUCT / "templates"
TEMPLATES = sorted(PAGES.rglob("*.html"))
PAGE_ROUTES = sorted(file for file in PRODUCT.rglob("*.py") if "chalicelib.http.rendering import" in file.read_text())
READ_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
# Names and codes that are the same in every language; the vendor's page and the contract name the four fields.
SAME_EVERYWHERE = (
    *("Identity Provider URL", "Identity Provider Issuer", "Key x509 certificate", "Single Sign-On URL", "URL"),
    *("BEGIN CERTIFICATE", "SHA-256", "SHA-1", "NameID", "SAML", "PEM", "XML", "https", "metadata", "UTC"),
)

_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
_ATTRIBUTE = re.compile(r'\b[a-z-]+="[^"]*"')
_SENTENCE = re.compile(r"^[A-Z][a-z]+(?:[ ,.:!?'’-]|$)|[a-z] [a-z]+[.!?…]")
_PROSE = re.compile(r"\b[A-Z][a-z']+(?: [a-z']+){2,}")


class _Read(HTMLParser):
    """The text that a browser shows, out of a template whose expressions are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"code", "script", "style"}
        self.found += [value for name, value in attrs if name in READ_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"code", "script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def written_out(source: str) -> list[str]:
    """The literal text of a template: between tags, in spoken attributes and in expressions."""
    tokens = list(Environment(autoescape=True).lex(source))
    reader = _Read()
    reader.feed("".join(value for _, kind, value in tokens if kind == "data"))
    texts = [text for text in reader.found if _WORD.search(_without_names(text))]
    strings = [ast.literal_eval(value) for _, kind, value in tokens if kind == "string"]
    return [" ".join(text.split()) for text in (*texts, *(s for s in strings if _SENTENCE.search(_without_names(s))))]


def _without_names(text: str) -> str:
    for name in SAME_EVERYWHERE:
        text = text.replace(name, "")
    return _ATTRIBUTE.sub("", text)  # of a tag that goes on in another block


def prose(tree: ast.Module) -> Iterator[str]:
    """Sentences in a module that are neither documentation nor what an error tells programs."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            silent.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield from _PROSE.findall(node.value)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(PAGES)))
def test_a_template_holds_no_words_of_its_own(file: Path) -> None:
    assert written_out(file.read_text()) == []


@pytest.mark.parametrize("file", PAGE_ROUTES, ids=lambda file: file.stem)
def test_a_pages_route_holds_no_sentences(file: Path) -> None:
    assert list(prose(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{{ name }} is there</p>",
        '<img alt="A cat">',
        '<button aria-label="Copy {{ what }}">',
        '{{ "Expired" if old }}',
        "{{ 'Not yet saved' }}",
        '{% set x = "it ends here." %}',
    ],
)
def test_the_rule_finds_words(source: str) -> None:
    assert written_out(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="note bad">{{ t("page.copy") }}</p>',
        "<code>entityID</code> · ›",
        '{{ "btn pri wide" if first else " after" }}',
        "<dt>SHA-256</dt>",
        '<script src="{{ script }}"></script>',
        '{% block width %} class="mid"{% endblock %}',
        "<label>Identity Provider URL</label>",
        "{# A comment for readers of the template. #}",
    ],
)
def test_the_rule_leaves_the_rest_alone(source: str) -> None:
    assert not written_out(source)


def test_the_rule_finds_sentences_in_routes() -> None:
    tree = ast.parse('"""About this file."""\nx = "Nobody was invited here."\nraise E("Nothing was done at all.")')
    assert len(list(prose(tree))) == 1
