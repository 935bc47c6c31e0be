"""What a stranger can make us spend: at most three valid responses' CPU, at most 50 MB, whatever is posted."""

from __future__ import annotations

import base64
import gc
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Final

import pytest

from chalicelib.domain.assertion import UnverifiedResponse
from tests.attacks.memory import megabytes_taken
from tests.identity_provider import GOOD, Encryption, Signing, document, names, send, trust
from tests.verification import refusal

LIMIT: Final = 256_000
ROOM: Final = LIMIT * 3 // 4 - 8_000
"""Octets that fit into a form value of the largest size."""

DEAREST: Final = 3.0
MEGABYTES: Final = 50


def _filled(before: str, unit: str, after: str, *, rest: str = "") -> bytes:
    """A good document with `unit` repeated until the form value is full, in its unsigned part."""
    whole = document(replace(GOOD, sign_response=None)).decode()
    count = (ROOM - len(whole)) // (len(unit) + len(rest))
    hidden = before + "".join(unit.replace("#", f"{number:x}") for number in range(count)) + after
    return whole.replace("<samlp:Status>", f"<samlp:Extensions>{hidden}</samlp:Extensions><samlp:Status>").encode()


def _attributes(declaration: str) -> bytes:
    whole = document(GOOD).decode()
    count = (ROOM - len(whole)) // (len(declaration) + 3)
    many = "".join(declaration.replace("#", f"{number:x}") for number in range(count))
    return whole.replace("<samlp:Response ", f"<samlp:Response {many}").encode()


def _transforms() -> bytes:
    return document(replace(GOOD, sign_assertion=Signing(transforms=(names.EXC_C14N,) * 1_500)))


def _long_text() -> bytes:
    return document(GOOD).replace(b"member@acme.test", b"a" * (ROOM // 2), 1)


def _references() -> bytes:
    octets = document(GOOD)
    start, end = octets.index(b"<ds:Reference"), octets.index(b"</ds:SignedInfo>")
    return octets[:start] + octets[start:end] * 300 + octets[end:]


def _xslt() -> bytes:
    return document(
        replace(
            GOOD,
            sign_assertion=Signing(
                key="stranger", transforms=(names.ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116")
            ),
        )
    )


def _signatures() -> bytes:
    octets = document(GOOD)
    start, end = octets.index(b"<ds:Signature "), octets.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    return octets[:end] + octets[start:end] * 60 + octets[end:]


def _keys() -> bytes:
    octets = document(replace(GOOD, encryption=Encryption(key="stranger")))
    start, end = (
        octets.index(b"<xenc:EncryptedKey"),
        octets.index(b"</xenc:EncryptedKey>") + len(b"</xenc:EncryptedKey>"),
    )
    return octets[:end] + octets[start:end] * 150 + octets[end:]


def _entities() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "a" * 1_000 + '">]>'
    return document(GOOD).replace(b"<samlp:Response", bomb.encode() + b"<samlp:Response", 1)


HOSTILE: Final[dict[str, Callable[[], bytes]]] = {
    "many-elements": lambda: _filled("", "<x/>", ""),
    "many-named-elements": lambda: _filled("", "<e#####/>", ""),
    "deep": lambda: _filled("", "<x>", "") + b"",
    "nested": lambda: _filled("<x>" * 200, "<y/>", "</x>" * 200),
    "many-attributes": lambda: _attributes('a#="" '),
    "same-attribute": lambda: _attributes('a="" '),
    "many-namespaces": lambda: _attributes('xmlns:n#="u" '),
    "many-ids": lambda: _filled("", '<x ID="i#"/>', ""),
    "same-ids": lambda: _filled("", '<x ID="i"/>', ""),
    "many-comments": lambda: _filled("", "<!---->", ""),
    "many-instructions": lambda: _filled("", "<?x?>", ""),
    "many-references": lambda: _filled("", "&amp;", ""),
    "cdata": lambda: _filled("", "<![CDATA[]]>", ""),
    "equal-signs": lambda: _filled("", "=", ""),
    "long-text-in-the-assertion": _long_text,
    "many-transforms": _transforms,
    "many-signed-references": _references,
    "many-signatures": _signatures,
    "xslt-by-a-stranger": _xslt,
    "many-encrypted-keys": _keys,
    "entities": _entities,
    "spaces": lambda: document(GOOD) + b" " * ROOM,
    "zeros": lambda: bytes(ROOM),
    "brackets": lambda: b"<" * ROOM,
}
RAW: Final[dict[str, Callable[[], str]]] = {
    "megabytes-of-letters": lambda: "A" * 6_000_000,
    "megabytes-of-padding": lambda: "=" * 6_000_000,
    "megabytes-of-lines": lambda: "\r\n" * 3_000_000,
    "not-ascii": lambda: "é" * 255_000,
    "lines-within-the-limit": lambda: "\r\n" * 127_000,
}


def _sent(name: str) -> UnverifiedResponse:
    if name in RAW:
        return UnverifiedResponse(RAW[name]())
    return UnverifiedResponse(base64.b64encode(HOSTILE[name]()).decode())


def _valid() -> UnverifiedResponse:
    return send(replace(GOOD, sign_response=Signing()))


def _spent(sent: UnverifiedResponse) -> float:
    """Seconds of CPU for one."""
    under = trust()
    began = time.process_time()
    refusal(sent, under)
    return time.process_time() - began


@pytest.mark.parametrize("name", [*HOSTILE, *RAW])
def test_no_hostile_response_costs_more_than_three_valid_ones(name: str) -> None:
    """Interleaved, so that a busy machine slows both; the best of three rounds, so that one hiccup proves nothing."""
    hostile, valid = _sent(name), _valid()
    assert refusal(valid, trust()) is None
    _spent(hostile)
    gc.collect()
    ratios = []
    for _ in range(3):
        pairs = [(_spent(hostile), _spent(valid)) for _ in range(9)]
        ratios.append(median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs))
    assert min(ratios) <= DEAREST


def test_no_hostile_response_takes_more_than_fifty_megabytes() -> None:
    taken = megabytes_taken({name: _sent(name) for name in [*HOSTILE, *RAW]})
    assert set(taken) == {*HOSTILE, *RAW}
    assert {name: megabytes for name, megabytes in taken.items() if megabytes > MEGABYTES} == {}
