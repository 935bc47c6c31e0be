"""The whole of it, on a package that is made for it: a rule with a test, a rule without, and a loop without end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RULE = """
LISTED = frozenset({"a", "b"})


def allowed(name, size):
    while size > 100:
        size -= 50
    return name in LISTED and size < 10
"""
TESTS = """
from chalicelib.rule import allowed

import pytest


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_listed_name_is_allowed(name):
    assert allowed(name, 9)


def test_another_name_is_not():
    assert not allowed("c", 9)


def test_a_great_size_is_halved_until_it_is_not(capsys):
    assert not allowed("a", 200)
"""
RUN = """
import sys
from pathlib import Path
import pytest
from ops.mutation.court import Court
from ops.mutation.equivalent import Equivalents
from ops.mutation.mutant import mutants_of

root = Path(sys.argv[1])
sys.path.insert(0, str(root))
mutants = list(mutants_of("chalicelib/rule.py", (root / "chalicelib/rule.py").read_text()))
court = Court(root, ["chalicelib/rule.py"], mutants, 2, None, Equivalents({}), lambda text: None)
plain = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:terminal", "-c", "/dev/null", f"--rootdir={root}"]
pytest.main([*plain, str(root)], plugins=[court])
assert not court.broken, court.broken
for mutant, verdict in court.verdicts.items():
    print(f"{mutant.name} = {verdict}")
"""

BREAKS = {
    "a-test-file-that-cannot-be-read": "TESTS = ({passing!r}, {broken!r})",
    "a-defect-of-the-runner": "TESTS = ({passing!r},); main.Court._judge_all = None",
    "no-test-at-all": 'TESTS = ("tests/ops/mutation/__init__.py",)',
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_run_that_breaks_off_is_no_success(name: str, tmp_path: Path) -> None:
    broken = tmp_path / "test_broken.py"
    broken.write_text("import nothing_of_this_name\n")
    passing = tmp_path / "test_passing.py"
    passing.write_text("def test_a_sum() -> None:\n    assert 1 + 1 == 2\n")
    lines = [
        "import sys",
        "from ops.mutation import __main__ as main",
        f"main.{BREAKS[name].format(broken=str(broken), passing=str(passing))}",
    ]
    lines += ["main.sources = lambda: ['chalicelib/adapters/saml/refused.py']", "sys.exit(main.main())"]
    root = Path(__file__).parents[3]
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 1, answer.stdout
    assert "nothing is proven" in answer.stdout or "none was found" in answer.stdout


def test_a_mutant_is_killed_by_a_test_that_touches_it_or_survives(tmp_path: Path) -> None:
    package = tmp_path / "chalicelib"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "rule.py").write_text(RULE)
    (tmp_path / "test_rule.py").write_text(TESTS)
    (tmp_path / "run.py").write_text(RUN)
    root = Path(__file__).parents[3]
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path)]
    answer = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={"PYTHONPATH": str(root), "PATH": ""}
    )
    assert answer.returncode == 0, answer.stderr
    verdicts = dict(line.rsplit(" = ", 1) for line in answer.stdout.splitlines())
    assert verdicts["allowed: name in LISTED → name not in LISTED"] == "killed"
    assert verdicts["module: {'a', 'b'} → {'a'}"] == "killed"
    assert verdicts["allowed: size -= 50 → pass"] == "killed by time"
    assert verdicts["allowed: size < 10 → size <= 10"] == "survived"
