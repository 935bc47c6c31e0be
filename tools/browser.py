"""Finds or installs a Chromium for the browser tests: the system's package, or else Playwright's."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_APPS: Final = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def find_installed() -> Path | None:
    """Returns the system's browser, or None."""
    on_path = (shutil.which(name) for name in _NAMES)
    named = next((Path(path) for path in on_path if path), None)
    return named or next((path for path in _APPS if path.exists()), None)


def executable() -> Path | None:
    """Returns the browser for tests: the system's, or else Playwright's, or None."""
    return find_installed() or _playwrights_own()


def install() -> None:
    """Installs a browser.

    Raises:
        subprocess.CalledProcessError: it can't be had.
    """
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=quiet)
        command = ["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", "chromium"]
        if subprocess.run(command, check=False, env=quiet).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def main() -> int:
    """Installs a browser if there is none and returns the exit status."""
    if executable() is not None:
        return 0
    print("Getting a browser for the tests ...", flush=True)
    with contextlib.suppress(subprocess.CalledProcessError):  # what follows says it better
        install()
    if executable() is None:
        print("The browser tests need Chromium. Install it from your system's packages.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
