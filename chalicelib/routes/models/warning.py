"""Warnings."""

from __future__ import annotations

from chalicelib.routes.models.body import Answer


class WarningAnswer(Answer):
    """What was accepted although it may not be meant."""

    pointer: str
    code: str
    detail: str
