"""Which packages the product needs."""

from __future__ import annotations

from pathlib import Path

from ops.package.slimming import required_packages

_LAMBDA = {"extra": "", "sys_platform": "linux"}


def _installed(folder: Path, requirements: dict[str, list[str]]) -> Path:
    for name, wanted in requirements.items():
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir()
        lines = [f"Name: {name}", *(f"Requires-Dist: {text}" for text in wanted)]
        (info / "METADATA").write_text("\n".join(lines) + "\n\nA text: with colons\n")
    return folder


def test_what_is_needed_is_what_is_wanted_and_what_that_requires(tmp_path: Path) -> None:
    _installed(tmp_path, {"a": ["B_c>=1"], "b_c": ["d ; sys_platform == 'linux'"], "d": ["a"], "e": []})
    assert required_packages(tmp_path, ["a"], _LAMBDA) == {"a", "b-c", "d"}


def test_extras_and_other_systems_are_not_needed(tmp_path: Path) -> None:
    _installed(tmp_path, {"a": ["b ; extra == 'more'", "c ; sys_platform == 'win32'"]})
    assert required_packages(tmp_path, ["a"], _LAMBDA) == {"a"}


def test_the_framework_brings_its_router_and_not_what_its_command_needs(tmp_path: Path) -> None:
    _installed(tmp_path, {"chalice": ["click"], "click": [], "a": []})
    assert required_packages(tmp_path, ["chalice", "a"], _LAMBDA) == {"a"}


def test_botocore_takes_the_place_of_boto3(tmp_path: Path) -> None:
    _installed(tmp_path, {"boto3": ["botocore", "s3transfer"], "botocore": [], "s3transfer": []})
    assert required_packages(tmp_path, ["boto3"], _LAMBDA) == {"botocore"}
