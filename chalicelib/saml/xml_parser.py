"""Parses untrusted XML without retaining anything of a document.

libxml2 interns every name and namespace URI, and short runs of white space, in a dictionary. lxml keeps one dictionary
per thread and never empties it. Names from untrusted documents would fill it up to libxml2's limit; from then on no
document with a new name could be parsed until the process ends. Here each document gets a dictionary of its own, which
is freed with the document.

lxml stores the dictionary of a thread in CPython's thread state (`PyThreadState_GetDict`). A parser that is created
while that entry is absent creates a new dictionary. A new thread for each document has the same effect and takes ten
times as long.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self
from xml.sax.saxutils import quoteattr

from lxml import etree
from lxml.etree import _Element as Element

_LXML_KEY: Final = "_ParserDictionaryContext"

DEFAULT_PREFIX: Final = "#default"
"""In the PrefixList of a canonicalization. lxml passes on only the prefixes that the dictionary has."""

_thread_state = ctypes.pythonapi.PyThreadState_GetDict
# Declared as a pointer: this is a borrowed reference, and ctypes would release a Python object once too often.
_thread_state.restype = ctypes.c_void_p
_thread_state.argtypes = []


_open = threading.local()


def is_dictionary_open() -> bool:
    """Returns True if this thread is inside a `NewDictionary`, so that the names parsed there are available."""
    return getattr(_open, "dictionary", None) is not None


class NewDictionary:
    """Gives this thread an empty name dictionary, and restores the previous one at the end of the block.

    Documents that are parsed inside share the dictionary and keep it alive. Parse a message and its signed parts in one
    block: that saves half the cost of a dictionary per document.

    Args:
        names: the initial names in the dictionary.

    Raises:
        lxml.etree.XMLSyntaxError: a name can't be a namespace URI. The previous dictionary is back.
        RuntimeError: this lxml keeps its dictionary elsewhere. Raised at the end of the block.
    """

    __slots__ = ("_kept", "_names", "_outer", "_state", "parser")

    def __init__(self, names: Iterable[str] = (), *, remove_comments: bool = False) -> None:
        self._names = names
        # The first parser used in a thread determines its dictionary.
        self.parser = _new_parser(remove_comments)

    def __enter__(self) -> Self:
        self._state = _state_of_this_thread()
        self._kept = self._state.pop(_LXML_KEY, None)
        try:
            for name in self._names:
                self.intern(name)
        except BaseException:
            self._restore()
            raise
        self._outer, _open.dictionary = getattr(_open, "dictionary", None), self
        return self

    def intern(self, name: str) -> None:
        """Adds a name to the dictionary."""
        etree.fromstring(f"<a xmlns:b={quoteattr(name)}/>", self.parser)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        _open.dictionary = self._outer
        is_new = self._restore()
        if not is_new and error is None:
            raise RuntimeError("lxml keeps the names of parsed documents in an unknown place")

    def _restore(self) -> bool:
        """Puts the thread's previous dictionary back. False if lxml never created a new one."""
        is_new = self._state.pop(_LXML_KEY, None) is not None
        if self._kept is not None:
            self._state[_LXML_KEY] = self._kept
        etree.clear_error_log()
        return is_new


def parse_untrusted(octets: bytes, *, remove_comments: bool = False) -> Element:
    """Parses UTF-8 XML without network, external entities or DTD, and returns the root element.

    Raises:
        lxml.etree.XMLSyntaxError: not well-formed, or too deep for libxml2.
    """
    names = (DEFAULT_PREFIX,) if DEFAULT_PREFIX.encode() in octets else ()
    shared: NewDictionary | None = getattr(_open, "dictionary", None)
    if shared is not None and not remove_comments:
        for name in names:
            shared.intern(name)
        return etree.fromstring(octets, shared.parser)
    with NewDictionary(names, remove_comments=remove_comments) as own:
        return etree.fromstring(octets, own.parser)


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
