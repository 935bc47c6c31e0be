"""GitHub's workflows: pinned, with the least rights, and with commands that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RIGHTS: Final = {
    ("deploy.yml", "checked"): {"actions": "read", "contents": "read"},
    ("deploy.yml", "deploy"): {"contents": "read", "id-token": "write"},
    ("release.yml", "release"): {"attestations": "write", "contents": "write", "id-token": "write"},
}
"""Jobs that need more than to read the code: earlier results of CI, AWS's role, a release with its attestation."""
MAKEFILE: Final = (ROOT / "Makefile").read_text()


def _workflow(file: Path) -> dict[Any, Any]:
    document: dict[Any, Any] = yaml.safe_load(file.read_text())
    return document


def _triggers(file: Path) -> set[str]:
    on = _workflow(file)[True]  # YAML 1.1 takes `on` for a truth value
    return {on} if isinstance(on, str) else set(on)


def _jobs(file: Path) -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = _workflow(file)["jobs"]
    return jobs


def _steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in _jobs(file).values():
        yield from job.get("steps", ())


def test_there_is_one_that_tests_and_one_that_deploys() -> None:
    assert {"ci.yml", "deploy.yml"} <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_action_is_pinned_by_commit_and_says_its_version(file: Path) -> None:
    used = [line.strip() for line in file.read_text().splitlines() if re.match(r"\s*-? *uses:", line)]
    foreign = [line for line in used if "uses: ./" not in line]
    assert foreign or file.name == "deploy.yml"
    for line in foreign:
        assert re.fullmatch(r"(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_has_one_commit_everywhere() -> None:
    pins = {match for file in FILES for match in re.findall(r"uses: ([\w/-]+)@([0-9a-f]{40})", file.read_text())}
    assert len(pins) == len({name for name, _ in pins})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_fork_runs_with_our_permissions(file: Path) -> None:
    assert not _triggers(file) & {"pull_request_target", "workflow_run", "issue_comment"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_rights_are_given_job_by_job(file: Path) -> None:
    assert _workflow(file)["permissions"] == {}
    for name, job in _jobs(file).items():
        assert job["permissions"] == RIGHTS.get((file.name, name), {"contents": "read"}), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_command_is_put_together_from_what_others_wrote(file: Path) -> None:
    for step in _steps(file):
        assert "${{" not in step.get("run", "")
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_is_there(file: Path) -> None:
    for command in (line for step in _steps(file) for line in step.get("run", "").splitlines()):
        for target in re.findall(r"\bmake ([a-z-]+)", command):
            assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
        for script in re.findall(r"(?:^|\s)(\.ci/\S+)", command):
            assert (ROOT / script).is_file(), script


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_job_runs_for_ever(file: Path) -> None:
    for name, job in _jobs(file).items():
        assert "uses" in job or job["timeout-minutes"] <= 120, name


def test_a_deployment_waits_for_the_checks_for_approval_and_for_the_one_before() -> None:
    job = _jobs(ROOT / ".github" / "workflows" / "deploy.yml")["deploy"]
    stage = "${{ inputs.stage || 'dev' }}"
    assert "check" in job["needs"]
    assert job["environment"] == stage
    assert job["env"]["STAGE"] == stage
    assert job["concurrency"] == {"group": f"deploy-{stage}", "cancel-in-progress": False}


def test_a_deployment_has_no_stored_key() -> None:
    for file in FILES:
        assert "secrets." not in file.read_text()
        assert "aws-access-key-id" not in file.read_text()


def test_what_is_shipped_is_listed_and_looked_up_for_known_vulnerabilities() -> None:
    jobs = _jobs(ROOT / ".github" / "workflows" / "ci.yml")
    assert [step["run"] for step in jobs["vulnerabilities"]["steps"] if "run" in step] == ["make audit"]
    for file, job in (("ci.yml", "package"), ("deploy.yml", "deploy")):
        kept = [
            step["with"]["path"]
            for step in _jobs(ROOT / ".github" / "workflows" / file)[job]["steps"]
            if "path" in step.get("with", {})
        ]
        assert any("dist/" in path for path in kept), job


def test_a_deployment_takes_its_role_before_it_begins() -> None:
    steps = _jobs(ROOT / ".github" / "workflows" / "deploy.yml")["deploy"]["steps"]
    (taken,) = [number for number, step in enumerate(steps) if "role-to-assume" in step.get("with", {})]
    assert [step["run"] for step in steps[taken:] if "run" in step] == ["make deploy"]
    assert not any("run" in step for step in steps[:taken])
