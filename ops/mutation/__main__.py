"""`python -m ops.mutation`: mutants of the verifier, killed and survived."""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from ops.mutation.court import Court, Verdict
from ops.mutation.equivalent import Equivalents
from ops.mutation.message_memory import remember_messages
from ops.mutation.mutant import Mutant, mutants_of

ROOT: Final = Path(__file__).parents[2]
DOMAIN: Final = (
    "subject",
    "email_address",
    "return_path",
    "pending_request",
    "login_policy",
    "certificate_input",
    "certificate_text",
)
# They write what we send and read what an admin gives us: no stranger's message.
NOT_VERIFYING: Final = frozenset({"authn_request.py", "metadata.py", "idp_metadata.py"})
TESTS: Final = ("tests/attacks", "tests/responses", "tests/adapters/saml", "tests/domain")
# Times and memory say nothing about one rule; properties are random, and would judge each mutant differently.
NOT_ASKED: Final = (
    "tests/attacks/test_cost.py",
    "tests/attacks/test_request_cost.py",
    "tests/attacks/test_mutations.py",
)


def main() -> int:
    """Judge, print, and answer 0 if every survivor is listed."""
    options = _options()
    started = time.monotonic()
    listed = Equivalents.read()
    every = [mutant for path in sources() for mutant in mutants_of(path, (ROOT / path).read_text())]
    chosen = [mutant for mutant in every if re.search(options.only, mutant.path)]
    if options.seconds is not None:
        chosen = [mutant for mutant in chosen if mutant not in listed]
        random.Random(options.seed).shuffle(chosen)  # noqa: S311 the same sample for the same commit
    court = Court(ROOT, sources(), chosen, options.jobs, options.seconds, listed, _say)
    ended = _run(court)
    if court.broken or not court.tests:
        _say(f"The tests fail already: {', '.join(court.broken) or 'none was found'}")
        return 1
    if ended != pytest.ExitCode.OK:
        _say("The run broke off: nothing is proven.")
        return 1
    unknown = listed.unknown(every)
    _print(court, listed, len(every), time.monotonic() - started)
    for name in unknown:
        _say(f"listed as equivalent, but there is no such mutant any more: {name}")
    return 1 if _unlisted(court, listed) or unknown else 0


def _run(court: Court) -> int:
    """How pytest ended: a test file that can't be read, or a defect of ours, must not look like a sentence passed."""
    ignored = [f"--ignore={path}" for path in NOT_ASKED]
    plain = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:terminal", "-o", "addopts="]
    return pytest.main([*plain, *ignored, *TESTS], plugins=[court, remember_messages()])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, help="judge a random sample for so long")
    parser.add_argument("--seed", default="", help="of the sample, such as a commit")
    parser.add_argument("--only", default="", help="a pattern in a file's path")
    return parser.parse_args()


def sources() -> list[str]:
    """Every file of the verifier, and what the domain decides with a stranger's words."""
    folder = ROOT / "chalicelib/adapters/saml"
    saml = sorted(path for path in folder.glob("*.py") if path.name not in NOT_VERIFYING)
    domain = [ROOT / f"chalicelib/domain/{name}.py" for name in DOMAIN]
    return [str(path.relative_to(ROOT)) for path in [*saml, *domain]]


def _unlisted(court: Court, listed: Equivalents) -> Sequence[Mutant]:
    bad = (Verdict.SURVIVED, Verdict.FAILED)
    return [mutant for mutant, verdict in court.verdicts.items() if verdict in bad and mutant not in listed]


def _print(court: Court, listed: Equivalents, every: int, seconds: float) -> None:
    table: dict[str, Counter[Verdict]] = {}
    for mutant, verdict in court.verdicts.items():
        if verdict is Verdict.SAME:
            continue
        table.setdefault(mutant.path, Counter())[verdict] += 1
    _say(f"\n{'file':44} mutants  killed  survived")
    for path, counts in sorted(table.items()):
        _say(f"{path:44} {counts.total():7} {_killed(counts):7} {counts.total() - _killed(counts):9}")
    total = sum(table.values(), Counter())
    survived = total.total() - _killed(total)
    unlisted = _unlisted(court, listed)
    _say(f"{'':44} {total.total():7} {_killed(total):7} {survived:9}")
    _say(
        f"\n{total.total()} of {every} mutants judged by {court.tests} tests in {seconds:.0f} s: "
        f"{_killed(total)} killed ({total[Verdict.KILLED_BY_TIME]} by time), {survived} survived, "
        f"{survived - len(unlisted)} of them equivalent with a reason ({len(listed.names)} listed)."
    )
    for mutant in (one for one in court.verdicts if one in listed and court.verdicts[one] is not Verdict.SURVIVED):
        _say(f"listed as equivalent, but {court.verdicts[mutant]}: {mutant.path} {mutant.name}")


def _killed(counts: Counter[Verdict]) -> int:
    return counts[Verdict.KILLED] + counts[Verdict.KILLED_BY_TIME]


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
