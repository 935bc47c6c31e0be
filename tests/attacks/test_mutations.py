"""No mutation of a valid response may change the identity and be accepted; a second verifier must agree on the rest."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from tests.attacks.mutation import OCTET_MOVES, TREE_MOVES, OctetMove, TreeMove
from tests.support.identity_provider import (
    GOOD,
    Description,
    Encryption,
    Layout,
    Signing,
    document,
    key,
    names,
    service_key,
    trust,
)
from tests.support.second_reader import Unreadable, second_reading
from tests.support.verification import verify_response

BASES: Final[dict[str, Description]] = {
    "assertion-signed": GOOD,
    "response-signed": replace(GOOD, sign_assertion=None, sign_response=Signing()),
    "both-signed": replace(GOOD, sign_response=Signing()),
    "default-namespaces": replace(
        GOOD, layout=Layout(protocol=None, assertion=None), sign_assertion=Signing(prefix=None)
    ),
    "no-key-info": replace(GOOD, sign_assertion=Signing(certificate=None)),
    "encrypted": replace(GOOD, encryption=Encryption()),
    "encrypted-cbc": replace(GOOD, encryption=Encryption(content=names.AES128_CBC)),
    "encrypted-in-a-signed-response": replace(GOOD, sign_response=Signing(), encryption=Encryption()),
}


@cache
def _octets(base: str) -> bytes:
    return document(BASES[base])


def _posted(octets: bytes) -> UnverifiedResponse:
    return UnverifiedResponse(base64.b64encode(octets).decode())


def _accepted(sent: UnverifiedResponse) -> Assertion | None:
    """The assertion; None if refused. Anything else that is raised is a defect."""
    try:
        return verify_response(sent, trust())
    except SignInRefused:
        return None


def _identity(assertion: Assertion) -> Assertion:
    """All but what an unsigned Response says of itself, and how it was checked."""
    return replace(assertion, response_id="", checks=(), clock_difference=0.0)


@cache
def _original(base: str) -> Assertion:
    return _identity(verify_response(_posted(_octets(base)), trust()))


def _assert_harmless(base: str, sent: UnverifiedResponse) -> None:
    assertion = _accepted(sent)
    if assertion is None:
        return
    assert _identity(assertion) == _original(base)
    try:
        reading = second_reading(sent, (key("acme"),), service_key())
    except Unreadable:
        return
    assert reading.id == assertion.id
    assert reading.name_id == (assertion.name_id and assertion.name_id.value)
    assert reading.attributes == assertion.attributes


@given(base=st.sampled_from(sorted(BASES)), moves=TREE_MOVES)
def test_no_move_in_the_tree_changes_the_identity(base: str, moves: list[TreeMove]) -> None:
    root = etree.fromstring(_octets(base))
    for move in moves:
        move(root)
    _assert_harmless(base, _posted(etree.tostring(root)))


@given(base=st.sampled_from(sorted(BASES)), moves=OCTET_MOVES)
def test_no_change_of_octets_changes_the_identity(base: str, moves: list[OctetMove]) -> None:
    octets = _octets(base)
    for move in moves:
        octets = move(octets)
    _assert_harmless(base, _posted(octets))


@given(base=st.sampled_from(sorted(BASES)), at=st.floats(0, 1), text=st.text(max_size=4), length=st.integers(0, 4))
def test_no_change_of_the_form_value_changes_the_identity(base: str, at: float, text: str, length: int) -> None:
    posted = _posted(_octets(base))
    start = int(at * len(posted))
    changed = posted[:start] + text + posted[start + length :]
    assertion = _accepted(UnverifiedResponse(changed))
    assert assertion is None or _identity(assertion) == _original(base)


@given(moves=TREE_MOVES)
def test_no_move_inside_an_encrypted_assertion_changes_the_identity(moves: list[TreeMove]) -> None:
    """An attacker can encrypt to our public key: a signed response is decrypted, changed and encrypted again."""

    def change(plaintext: bytes) -> bytes:
        root = etree.fromstring(plaintext)
        for move in moves:
            move(root)
        return etree.tostring(root)

    base = BASES["encrypted"]
    changed = replace(base, changes=replace(base.changes, plaintext=change))
    _assert_harmless("encrypted", _posted(document(changed)))


@given(data=st.binary(max_size=400))
def test_octets_at_random_are_refused_in_order(data: bytes) -> None:
    assert _accepted(_posted(data)) is None


@given(text=st.text(max_size=400))
def test_text_at_random_is_refused_in_order(text: str) -> None:
    assert _accepted(UnverifiedResponse(text)) is None


def test_the_bases_are_accepted_as_they_are() -> None:
    """Otherwise the properties would hold for nothing."""
    assert {base: _original(base).id for base in BASES} == dict.fromkeys(BASES, "_assertion-1")
