"""Parses XML that others wrote. Nothing of a document outlives the document.

libxml2 interns every name and namespace URI, and short runs of white space, in a dictionary. lxml keeps one dictionary
for each thread and never empties it. Names that strangers invent would fill it up to libxml2's limit; from then on no
document with a new name could be parsed until the process ends. Here each document gets a dictionary of its own, which
is freed with the document.

lxml stores the dictionary of a thread in CPython's thread state (`PyThreadState_GetDict`). A parser that is created
while that entry is absent creates a new dictionary. A new thread for each document has the same effect and takes ten
times as long.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from lxml import etree
from lxml.etree import _Element as Element

_LXML_KEY: Final = "_ParserDictionaryContext"

_thread_state = ctypes.pythonapi.PyThreadState_GetDict
# A borrowed reference: ctypes would release it once too often if it were declared as an object.
_thread_state.restype = ctypes.c_void_p
_thread_state.argtypes = []


def parse_untrusted(octets: bytes, *, remove_comments: bool = False) -> Element:
    """Parses UTF-8 XML without network, external entities or DTD, and returns the root element.

    Raises:
        lxml.etree.XMLSyntaxError: not well-formed, or too deep for libxml2.
        RuntimeError: this lxml keeps its names elsewhere; nothing is parsed with it.
    """
    state = _state_of_this_thread()
    kept = state.pop(_LXML_KEY, None)
    try:
        root = etree.fromstring(octets, _new_parser(remove_comments))
    finally:
        is_isolated = state.pop(_LXML_KEY, None) is not None
        if kept is not None:
            state[_LXML_KEY] = kept
        etree.clear_error_log()
    if not is_isolated:
        raise RuntimeError("lxml keeps the names of parsed documents in an unknown place")
    return root


def _new_parser(remove_comments: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_blank_text=False,
        remove_comments=remove_comments,
        remove_pis=False,
        strip_cdata=True,
    )


def _state_of_this_thread() -> dict[str, Any]:
    state: dict[str, Any] = ctypes.cast(_thread_state(), ctypes.py_object).value
    return state
