"""Describes the machine that measured a table."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend
from lxml import etree

_LIBRARIES = ("python3-saml", "xmlsec", "lxml", "cryptography", "boto3")


def machine() -> list[str]:
    """Returns lines with the processor and the versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    return [
        f"{os.cpu_count()} cores, {_processor()}; {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {libraries}, libxml2 {libxml2}, {backend.openssl_version_text()}",
    ]


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)
    return model or platform.processor() or "unknown processor"
