"""The package of a stage: that Chalice takes it, that it is the same every time, and what is in it."""

from __future__ import annotations

import json
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops.package.archive import write_archive
from ops.package.build import QUIET, architecture_of, build
from ops.package.failure import PackagingError
from ops.package.verify import verify_package
from tests.support.built_package import STAGE, BuiltPackage, copy_project

_OURS = {"app.py", "chalicelib", "chalice", "__pycache__"}
_NEVER = {"ops", "tests", "moto", "pip", "setuptools", "click", "werkzeug", "requests", "yaml", "awslambdaric"}


def test_chalice_takes_it_instead_of_making_its_own(built_package: BuiltPackage, tmp_path: Path) -> None:
    chalice = Path(sys.executable).with_name("chalice")
    command = [str(chalice), "--project-dir", str(built_package.project), "package", "--stage", STAGE]
    environment = {**os.environ, **QUIET, "AWS_DEFAULT_REGION": "eu-west-1"}
    done = subprocess.run([*command, str(tmp_path / "out")], env=environment, capture_output=True, text=True)
    assert "Reusing existing deployment package." in done.stdout, done.stdout + done.stderr
    assert (tmp_path / "out/deployment.zip").read_bytes() == built_package.file.read_bytes()


def test_another_checkout_gives_the_same_octets(built_package: BuiltPackage, tmp_path: Path) -> None:
    other = copy_project(tmp_path / "elsewhere")
    for file in other.rglob("*.py"):
        os.utime(file, (1, 1))
    (other / "chalicelib/__pycache__").mkdir()
    (other / "chalicelib/__pycache__/settings.cpython-311.pyc").write_bytes(b"old")
    assert build(other, STAGE, "x86_64").read_bytes() == built_package.file.read_bytes()


def test_it_holds_the_product_and_its_libraries_and_no_development_files(built_package: BuiltPackage) -> None:
    here = {path.relative_to(built_package.folder).as_posix() for path in built_package.folder.rglob("*.*")}
    ours = {
        path.relative_to(built_package.project).as_posix() for path in built_package.project.rglob("chalicelib/**/*.*")
    }
    assert {path for path in ours if "__pycache__" not in path} <= here
    top = {path.partition("/")[0] for path in here}
    assert top & _NEVER == set()
    assert not [name for name in here if name.endswith((".pyi", ".h", ".pxd")) or "/tests/" in name]
    assert {name for name in here if name.startswith("chalice/") and name.endswith(".py")} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }
    assert {path.name for path in (built_package.folder / "botocore/data").iterdir() if path.is_dir()} == {
        "dynamodb",
        "secretsmanager",
    }


def test_no_code_of_the_local_run_is_in_it(built_package: BuiltPackage) -> None:
    for file in built_package.folder.glob("chalicelib/**/*.py"):
        text = file.read_text()
        assert "mock_aws" not in text
        assert re.search(r"\blocal=True", text) is None


def test_every_module_has_bytecode_that_lambda_takes_unchecked(built_package: BuiltPackage) -> None:
    modules = list(built_package.folder.rglob("*.py"))
    assert len(modules) > 500
    for module in modules:
        (compiled,) = (module.parent / "__pycache__").glob(f"{module.stem}.{sys.implementation.cache_tag}.pyc")
        assert compiled.read_bytes()[4:8] == (1).to_bytes(4, "little")  # PEP 552: a hash, not to be checked


def test_bytecode_names_lambdas_folder_and_not_ours(built_package: BuiltPackage) -> None:
    (compiled,) = (built_package.folder / "chalicelib/__pycache__").glob("settings.*.pyc")
    assert marshal.loads(compiled.read_bytes()[16:]).co_filename == "/var/task/chalicelib/settings.py"


@pytest.mark.parametrize("missing", ["jinja2", "botocore/data/secretsmanager", "argon2/_utils.py"])
def test_a_missing_file_fails_before_a_deployment(built_package: BuiltPackage, missing: str) -> None:
    part, away = built_package.folder / missing, built_package.folder.parent / "away"
    part.rename(away)
    try:
        with pytest.raises(PackagingError):
            verify_package(built_package.folder, "x86_64")
    finally:
        away.rename(part)


def test_what_no_lock_file_knows_is_refused(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    (project / "vendor").mkdir()
    with pytest.raises(PackagingError, match="vendor"):
        build(project, STAGE, "x86_64")


def test_the_architecture_is_the_stages(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    config = {"lambda_architecture": "arm64", "stages": {"a": {}, "b": {"lambda_architecture": "x86_64"}}}
    (tmp_path / ".chalice/config.json").write_text(json.dumps(config))
    assert [architecture_of(tmp_path, stage) for stage in "ab"] == ["arm64", "x86_64"]
    with pytest.raises(PackagingError, match="no stage c"):
        architecture_of(tmp_path, "c")


def test_an_archive_depends_on_its_content_alone(tmp_path: Path) -> None:
    for name, order, mode in (("one", "ab", 0o600), ("two", "ba", 0o755)):
        for letter in order:
            (tmp_path / name / letter).mkdir(parents=True)
            file = tmp_path / name / letter / "file.py"
            file.write_text(letter)
            file.chmod(mode)
            os.utime(file, (len(name) + mode, len(name) + mode))
        write_archive(tmp_path / name, tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
