"""`python -m ops.fuzz`: every target for a while, its counts, and the input that broke it if one did."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "build" / "fuzz"
SHARES: Final = {"form value": 0.4, "signed document": 0.3, "certificates": 0.15, "browser input": 0.15}
_PROGRESS: Final = re.compile(r"#(\d+)\s+\S+\s+cov: (\d+) ft: (\d+) corp: (\d+)")
_NOISE: Final = re.compile(r"#\d+\s|INFO: |WARNING: |Dictionary: ")


@dataclass(frozen=True)
class Outcome:
    """What a run of one target said.

    Attributes:
        edges: of the code under test.
        crash: what it printed, if an input broke it.
    """

    name: str
    executions: int
    edges: int
    inputs: int
    slowest: float
    endings: dict[str, int]
    crash: str


def main() -> int:
    """Run, print, and answer 0 if nothing broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="0 takes another one each time")
    parser.add_argument("--only", default="", help="one target")
    options = parser.parse_args()
    shares = {name: share for name, share in SHARES.items() if options.only in name}
    whole = sum(shares.values()) / options.jobs
    with ThreadPoolExecutor(options.jobs) as pool:
        lasting = {name: max(3, round(options.seconds * share / whole)) for name, share in shares.items()}
        outcomes = list(pool.map(lambda name: _run(name, lasting[name], options.seed), lasting))
    print(f"{'target':16} executions  edges  inputs kept  slowest   endings")
    for one in outcomes:
        endings = ", ".join(f"{ending} {count}" for ending, count in sorted(one.endings.items(), key=lambda e: -e[1]))
        row = f"{one.name:16} {one.executions:10} {one.edges:6} {one.inputs:12} {one.slowest:6.3f} s"
        print(f"{row}   {endings}")
    for one in outcomes:
        if one.crash:
            print(f"\n{one.name} broke; the input is kept in {KEPT.relative_to(ROOT)}/:\n{one.crash}")
    return 1 if any(one.crash for one in outcomes) else 0


def _run(name: str, seconds: int, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        options = [
            f"-max_total_time={seconds}",
            "-timeout=20",
            "-max_len=60000",
            f"-seed={seed}",
            "-print_final_stats=0",
        ]
        process = subprocess.run(
            [sys.executable, "-m", "ops.fuzz.process", name, str(folder), *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + 120,
            check=False,
        )
        said = _PROGRESS.findall(process.stderr)
        executions, edges, _, inputs = map(int, said[-1]) if said else (0, 0, 0, 0)
        counts = folder / "counts.json"
        noted: dict[str, Any] = json.loads(counts.read_text()) if counts.exists() else {"slowest": 0.0, "endings": {}}
        crash = ""
        if process.returncode or not executions:
            said_last = [line for line in (process.stdout + process.stderr).splitlines() if not _NOISE.match(line)]
            crash = "\n".join(said_last)[-3000:]
            _keep(folder)
        return Outcome(name, executions, edges, inputs, noted["slowest"], noted["endings"], crash)


def _keep(folder: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name.startswith(("crash-", "timeout-", "oom-")):
            (KEPT / path.name).write_bytes(path.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
