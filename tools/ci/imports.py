"""Imports every module, so that import errors appear in CI instead of in a request."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import chalicelib
import ops
import tools


def main() -> int:
    """Imports all modules and returns the exit status."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")  # the app that ours is measured against makes its clients
    names = ["app"]
    for package in (chalicelib, ops, tools):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        names += [module.name for module in found if not module.name.endswith("__main__")]
    for name in names:
        importlib.import_module(name)
    print(f"{len(names)} modules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
