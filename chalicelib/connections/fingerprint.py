"""Recognizes the fingerprint of a certificate, which consoles show beside the certificate or instead of it."""

from __future__ import annotations

import re
from typing import Final

_MAX_LENGTH: Final = 2_000
_RUN: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}(?:[: -]?[0-9A-Fa-f]{2}){15,31}(?![: -]?[0-9A-Fa-f]{2}\b)(?![0-9A-Za-z])"
)
_LABEL: Final = re.compile(r"finger ?print|thumb ?print|sha-?(?:1|256)\b|md5", re.IGNORECASE)
_OF_SHA: Final = (40, 64)
_OF_MD5: Final = 32
_AROUND: Final = " \t\r\n:;,.\"'"


def is_fingerprint(text: str) -> bool:
    """True if a text consists of fingerprints: SHA-1 or SHA-256, or with a label also MD5."""
    if len(text) > _MAX_LENGTH:
        return False
    lengths = [sum(map(str.isalnum, run)) for run in _RUN.findall(text)]
    if not _RUN.sub("", text).strip(_AROUND):
        return bool(lengths) and all(length in _OF_SHA for length in lengths)
    is_labeled = _LABEL.search(text) is not None
    return is_labeled and any(length in (*_OF_SHA, _OF_MD5) for length in lengths)
