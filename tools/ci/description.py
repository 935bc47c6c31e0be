"""Fuzzes the running product with schemathesis, based on /openapi.json."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from ops.local.launch import LocalRun

_SECONDS: Final = 180
_EXPECTATIONS: Final = Path(__file__).resolve().parent / "schemathesis.toml"


def main() -> int:
    """Fuzzes an empty deployment with its API key and returns the exit status."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalRun(Path(folder) / "data", {"GATEHOUSE_DEMO": "0"}) as product,
    ):
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={_EXPECTATIONS}",
            "run",
            f"{product.base_url}/openapi.json",
            f"--header=Authorization: Bearer {product.run['api_key']}",
            f"--max-time={_SECONDS}",
            "--max-examples=40",
            "--generation-deterministic",
            "--no-color",
            *sys.argv[1:],
        ]
        return subprocess.run(command, check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
