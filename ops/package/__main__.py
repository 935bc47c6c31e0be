"""`python -m ops.package --stage prod`: the deployment package, and the list of what is in it."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from ops.package.build import architecture_of, build
from ops.package.failure import PackagingError
from ops.package.native_module import strip_tool


def main() -> int:
    """Build; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops.package", description=__doc__)
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--architecture", choices=["x86_64", "arm64"], help="that of the stage if none is given")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder with app.py")
    options = parser.parse_args()
    try:
        architecture = options.architecture or architecture_of(options.project, options.stage)
        if strip_tool(architecture) is None:
            print(f"No strip for {architecture} here: native modules keep their symbols, the package works the same.")
        package = build(options.project, options.stage, architecture)
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{package} ({package.stat().st_size / 1e6:.1f} MB)")
    print(f"sha256 {hashlib.sha256(package.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
