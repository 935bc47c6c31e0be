"""A parsed document leaves nothing behind, and everything that others wrote is parsed in one place."""

from __future__ import annotations

import ast
import threading
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from chalicelib.saml import xml_parser as parsing
from chalicelib.saml.xml_parser import parse_untrusted

ROOT: Final = Path(__file__).parents[2]
PARSERS: Final = frozenset({"fromstring", "fromstringlist", "XML", "parse", "iterparse", "XMLParser", "XMLPullParser"})


def test_only_the_parsing_module_makes_a_parser() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "chalicelib").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in PARSERS
        and isinstance(node.value, ast.Name)
        and node.value.id == "etree"
    }
    assert found == {"chalicelib/saml/xml_parser.py"}


def test_a_document_survives_the_dictionary_of_its_names() -> None:
    roots = [parse_untrusted(f'<n{number} xmlns:p{number}="u" a{number}="v"/>'.encode()) for number in range(100)]
    assert [etree.QName(root).localname for root in roots] == [f"n{number}" for number in range(100)]
    assert etree.tostring(roots[7]) == b'<n7 xmlns:p7="u" a7="v"/>'


def test_names_of_documents_that_others_parse_stay_as_they_were() -> None:
    ours = etree.fromstring("<own-name/>")
    parse_untrusted(b"<a/>")
    assert etree.fromstring("<own-name/>").tag == ours.tag == "own-name"


def test_elements_can_be_moved_between_documents() -> None:
    first, second = parse_untrusted(b'<a xmlns:x="urn:x"><x:b/></a>'), parse_untrusted(b"<c/>")
    second.append(first[0])
    del first
    assert etree.tostring(second) == b'<c><x:b xmlns:x="urn:x"/></c>'


@pytest.mark.parametrize("octets", [b"<a>", b"", b"<a></b>"])
def test_a_failure_leaves_the_thread_as_it_was(octets: bytes) -> None:
    before = parsing._state_of_this_thread().get(parsing._LXML_KEY)
    with pytest.raises(etree.XMLSyntaxError):
        parse_untrusted(octets)
    assert parsing._state_of_this_thread().get(parsing._LXML_KEY) is before


def test_a_thread_that_never_parsed_has_nothing_of_lxml_afterwards() -> None:
    left: list[bool] = []

    def parse() -> None:
        parse_untrusted(b"<a/>")
        left.append(parsing._LXML_KEY in parsing._state_of_this_thread())

    thread = threading.Thread(target=parse)
    thread.start()
    thread.join()
    assert left == [False]


def test_an_lxml_that_keeps_its_names_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_LXML_KEY", "elsewhere")
    with pytest.raises(RuntimeError):
        parse_untrusted(b"<a/>")


def test_documents_inside_one_dictionary_share_it_and_the_thread_has_its_own_back() -> None:
    before = parsing._state_of_this_thread().get(parsing._LXML_KEY)
    assert not parsing.is_dictionary_open()
    with parsing.NewDictionary():
        assert parsing.is_dictionary_open()
        first, second = parse_untrusted(b"<a/>"), parse_untrusted(b"<b/>")
        assert parsing._state_of_this_thread()[parsing._LXML_KEY] is not before
    assert not parsing.is_dictionary_open()
    assert (first.tag, second.tag) == ("a", "b")
    assert parsing._state_of_this_thread().get(parsing._LXML_KEY) is before


def test_comments_go_only_where_that_is_asked_for() -> None:
    assert len(parse_untrusted(b"<a><!--b--></a>")) == 1
    assert len(parse_untrusted(b"<a><!--b--></a>", remove_comments=True)) == 0
