"""Starts the local run and prints one line for each AWS call: `AWS GetItem`."""

from __future__ import annotations

import os
import sys
from typing import Any, Final

from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel

from ops.local.__main__ import main

MARK: Final = "AWS "

_STANDARD_OUTPUT: Final = 1


def _note(model: OperationModel, **_: Any) -> None:
    # One write, so that threads don't print into each other's lines.
    os.write(_STANDARD_OUTPUT, f"{MARK}{model.name}\n".encode())


if __name__ == "__main__":
    BUILTIN_HANDLERS.append(("before-call", _note))
    sys.exit(main())
