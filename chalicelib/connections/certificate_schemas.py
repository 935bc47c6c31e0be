"""Request and response models of trusted signing certificates."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.connections.model import MAX_CERTIFICATES
from chalicelib.http.schemas import refused_value

Url = Annotated[str, Field(min_length=1, max_length=2048)]


def _require_few_items(texts: object) -> object:
    """Limits the number of items before any item is validated."""
    if isinstance(texts, list) and len(texts) > MAX_CERTIFICATES:
        raise refused_value("too_many_certificates", most=MAX_CERTIFICATES, given=len(texts))
    return texts


Certificates = Annotated[
    list[Annotated[str, Field(max_length=100_000)]],
    Field(min_length=1, max_length=MAX_CERTIFICATES, fail_fast=True),
    BeforeValidator(_require_few_items),
]
