"""Request and response models of trusted signing certificates."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.connections.model import MAX_CERTIFICATES

Url = Annotated[str, Field(min_length=1, max_length=2048)]


def _require_few_items(texts: object) -> object:
    """Limits the number of items before any item is validated."""
    if isinstance(texts, list) and len(texts) > MAX_CERTIFICATES:
        raise PydanticCustomError(
            "too_many_certificates",
            "A connection trusts {most} certificates at most; these are {given}",
            {"most": MAX_CERTIFICATES, "given": len(texts)},
        )
    return texts


Certificates = Annotated[
    list[Annotated[str, Field(max_length=100_000)]],
    Field(min_length=1, max_length=MAX_CERTIFICATES, fail_fast=True),
    BeforeValidator(_require_few_items),
]
