"""Warnings."""

from __future__ import annotations

from chalicelib.domain.message import Message
from chalicelib.routes.models.body import ResponseModel
from chalicelib.routes.words import in_english


class WarningAnswer(ResponseModel):
    """What was accepted although it may not be meant."""

    pointer: str
    code: str
    detail: str

    @classmethod
    def of(cls, pointer: str, code: str, message: Message) -> WarningAnswer:
        """Renders a warning in English, as the whole API is."""
        return cls(pointer=pointer, code=code, detail=in_english(message))
