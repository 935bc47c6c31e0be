"""A new file that only its owner may read: what is written there names people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def new_private_file(path: Path) -> IO[bytes]:
    """The file, open for writing.

    Raises:
        ValueError: there is one already, or it can't be written.
    """
    try:
        return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except FileExistsError:
        raise ValueError(f"{path} is there already; nothing was written.") from None
    except OSError as error:
        raise ValueError(f"{path} can't be written: {error.strerror}.") from None
