"""The preflight reports each problem with its remedy before anything is changed."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ops.deploy.live_function import LiveFunction
from ops.deploy.preflight import check_libraries, check_python, check_runtime, check_settings, uncommitted_files
from ops.deploy_error import DeployError
from ops.stage import BASE_URL, Stage

STAGE = Stage("prod", "gatehouse", "api", "REGIONAL", {"GATEHOUSE_STAGE": "prod", BASE_URL: "auto"})


def _with(**environment: str) -> Stage:
    return replace(STAGE, environment={**STAGE.environment, **environment})


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_a_python_that_lambda_lacks_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(DeployError, match="PYTHON="):
        check_python(version, None)


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_a_python_that_lambda_has_is_taken(version: tuple[int, int]) -> None:
    check_python(version, None)


def test_another_python_than_the_pinned_one_is_refused() -> None:
    check_python((3, 12), "3.12")
    with pytest.raises(DeployError, match=r"pins lambda_python to 3\.12"):
        check_python((3, 13), "3.12")


def test_functions_keep_the_python_that_they_have() -> None:
    live = {"api_handler": LiveFunction("python3.12", "", None, None, {})}
    check_runtime("python3.12", live)
    check_runtime("python3.13", {})
    with pytest.raises(DeployError, match=r"run on python3\.12, and this environment is python3\.13") as stopped:
        check_runtime("python3.13", live)
    assert "--change-runtime" in stopped.value.remedy


def test_two_versions_of_libxml2_are_refused() -> None:
    check_libraries((2, 14, 6), (2, 14, 6))
    with pytest.raises(DeployError, match="built from source"):
        check_libraries((2, 14, 6), (2, 9, 14))


@pytest.mark.parametrize(
    "url",
    ["https://sso.example.com", "https://example.org/api", "https://x.test", "https://localhost", "https://a.invalid"],
)
def test_the_address_of_an_example_is_refused(url: str) -> None:
    with pytest.raises(DeployError, match="example's address"):
        check_settings(_with(**{BASE_URL: url}), None)


@pytest.mark.parametrize("url", ["", "http://sso.acme.io", "sso.acme.io"])
def test_an_address_without_tls_is_refused(url: str) -> None:
    with pytest.raises(DeployError, match=BASE_URL):
        check_settings(_with(**{BASE_URL: url}), None)


def test_an_address_on_the_command_line_stands_in_for_the_configured_one() -> None:
    check_settings(_with(**{BASE_URL: "https://sso.example.com"}), "https://sso.acme.io/")


def test_api_gateways_own_address_may_be_asked_for() -> None:
    check_settings(STAGE, None)


def test_a_stage_that_calls_itself_another_is_refused() -> None:
    with pytest.raises(DeployError, match="is another"):
        check_settings(_with(GATEHOUSE_STAGE="dev"), None)


def test_a_setting_that_the_product_would_refuse_is_refused_here() -> None:
    with pytest.raises(DeployError, match="RESPONSE_BYTES"):
        check_settings(_with(GATEHOUSE_RESPONSE_BYTES="many"), None)


def test_the_custom_domain_is_the_public_address() -> None:
    stage = replace(STAGE, custom_domain="sso.acme.io")
    check_settings(stage, "https://sso.acme.io")
    with pytest.raises(DeployError, match=r"custom domain is sso\.acme\.io"):
        check_settings(stage, "https://login.acme.io")


def test_what_is_not_committed_is_named(tmp_path: Path) -> None:
    assert uncommitted_files(tmp_path) == []
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "app.py").touch()
    assert uncommitted_files(tmp_path) == ["app.py"]
