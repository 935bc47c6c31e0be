"""No hostile message changes what the next one on the same thread is answered."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree

from chalicelib.saml import canonical_xml, response, verify_signature, xml_parser
from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.refusal import RefusalCode
from tests.support.identity_provider import GOOD, Signing, send, trust
from tests.support.verification import refusal

LISTS: Final = (None, "xs", "#default", "xs #default saml", "nobody", "ds xsi xs")
PREFIXES: Final = ("é", "中", "aé", "_é", "a:b", "1a", "-", "\u2028", '"<', "#other", "x" * 101, "urn:x y")
STEPS: Final[list[tuple[Any, str]]] = [
    (xml_parser, "_new_parser"),
    (xml_parser.NewDictionary, "intern"),
    (canonical_xml, "_exclusive"),
    (response, "parse_xml"),
    (verify_signature, "canonical"),
    (verify_signature, "xmlsec_verifies"),
]


def signed_with(prefixes: str | None) -> UnverifiedResponse:
    return send(replace(GOOD, sign_assertion=Signing(inclusive_prefixes=prefixes)))


def hostile(prefix: str) -> UnverifiedResponse:
    octets = base64.b64decode(signed_with("xs"))
    changed = octets.replace(b'PrefixList="xs"', b"PrefixList=" + quoteattr(prefix).encode())
    assert changed != octets
    return UnverifiedResponse(base64.b64encode(changed).decode())


@contextmanager
def thread_unchanged() -> Iterator[None]:
    """The thread has the same dictionary afterwards, and every shape of PrefixList still signs in."""
    etree.fromstring("<a/>")
    before = xml_parser._state_of_this_thread()[xml_parser._LXML_KEY]
    yield
    assert xml_parser._state_of_this_thread().get(xml_parser._LXML_KEY) is before
    assert not xml_parser.is_dictionary_open()
    for prefixes in LISTS:
        refused = refusal(signed_with(prefixes), trust())
        assert refused is None, (prefixes, refused.reason)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_prefix_that_is_no_ascii_name_is_refused_and_poisons_nothing(prefix: str) -> None:
    with thread_unchanged():
        refused = refusal(hostile(prefix), trust())
        assert refused is not None
        assert refused.reason is RefusalCode.SAML_SIGNATURE_INVALID
        assert [check.received for check in refused.checks if not check.passed] == [prefix.split(" ")[0][:100]]


@pytest.mark.parametrize("name", ["é", "a\x00", "\x01"])
def test_a_name_that_no_dictionary_takes_leaves_the_previous_dictionary(name: str) -> None:
    with thread_unchanged(), pytest.raises((etree.XMLSyntaxError, ValueError)), xml_parser.NewDictionary(["xs", name]):
        pytest.fail("the dictionary was opened")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
def test_an_error_at_any_step_leaves_the_previous_dictionary(
    owner: Any, step: str, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = signed_with("xs #default")
    with thread_unchanged():
        with monkeypatch.context() as patched:
            patched.setattr(owner, step, _raising(error))
            try:
                refused = refusal(sent, trust())
            except error:
                refused = None
            else:
                assert refused is not None
        assert refusal(sent, trust()) is None


def _raising(error: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail
