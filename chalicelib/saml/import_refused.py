"""The refusal of an import: each wrong thing has its own code and its own text."""

from __future__ import annotations

from chalicelib.i18n.message import Message, message


class ImportRefused(Exception):
    """The input can't be used. Never quotes the input.

    Attributes:
        code: of `IMPORT_REFUSALS`, of a refused certificate, or of a failed fetch.
        message: what the input is, and what to do; by default the import text of the code.
    """

    def __init__(self, code: str, text: Message | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = text or message(f"fault.import.{code}")
