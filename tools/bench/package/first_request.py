"""Answers one request in a new process, as Lambda does after a cold start: `first_request.py FOLDER EVENT STATUS`.

Prints the seconds of CPU since the process began. Without a folder it is a bare interpreter.
"""

from __future__ import annotations

import sys
import time


def main(folder: str, event: str, status: str) -> None:
    """Imports the application and answers one request."""
    sys.path.insert(0, folder)
    import importlib
    import json

    answer = importlib.import_module("app").app(json.loads(event), None)
    if answer["statusCode"] != int(status):
        raise SystemExit(f"{answer['statusCode']} instead of {status}: {str(answer)[:500]}")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(*sys.argv[1:])
    print(time.process_time())
