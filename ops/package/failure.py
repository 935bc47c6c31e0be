"""Why there is no package."""

from __future__ import annotations


class PackagingError(Exception):
    """No package was made; the message is a sentence for people."""
