"""A load is bounded, leaves nothing behind, and tells every sign-in that failed."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ops.local.launch import LocalRun
from tools.load.__main__ import main
from tools.load.customer import IdentityProvider, new_customer
from tools.load.http_client import Client, UnexpectedReply
from tools.load.sign_in import sign_in

pytestmark = pytest.mark.journey

TINY = ["--organizations", "3", "--sign-ins", "6", "--browsers", "2"]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_correct_answers_make_a_load_without_errors_that_cleans_up(
    temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(TINY) == 0
    printed = capsys.readouterr().out
    assert "3 organizations, 6 of 6 sign-ins" in printed
    assert "errors: 0" in printed
    assert re.search(r"2 browsers: \d+\.\d sign-ins/s", printed)
    assert re.search(r"p50 \d+\.\d × and p95 \d+\.\d ×", printed)
    (calls,) = re.findall(r"([\d.]+) calls to AWS a sign-in", printed)
    assert 3 <= float(calls) <= 5
    assert list(temporary.iterdir()) == []


def test_every_wrong_answer_is_an_error_and_the_load_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--scenario", "other_signer"]) == 1
    assert "errors: 9\n  9 × acs: 403 saml_certificate_mismatch\n" in capsys.readouterr().out


def test_a_load_ends_when_its_time_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    main(["--organizations", "1000", "--sign-ins", "100000", "--browsers", "2", "--seconds", "1"])
    assert time.monotonic() - began < 60
    assert "STOPPED after 1 s" in capsys.readouterr().out


@pytest.mark.parametrize(
    "beyond", [["--browsers", "65"], ["--sign-ins", "100001"], ["--seconds", "3601"], ["--organizations", "0"]]
)
def test_a_load_without_bounds_is_refused(beyond: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(beyond)
    assert ended.value.code == 2


def test_finding_oneself_in_another_organization_is_an_error(product: LocalRun) -> None:
    identity_provider = IdentityProvider.new("correct")
    with Client(product.base_url) as client:
        mine = new_customer(client, product.base_url, product.run["api_key"], identity_provider.metadata_xml)
    sign_in(product.base_url, mine, identity_provider, f"lee@{mine.domain}")
    elsewhere = replace(mine, organization_id="org_of_others")
    with pytest.raises(UnexpectedReply, match="of somebody else"):
        sign_in(product.base_url, elsewhere, identity_provider, f"lee@{mine.domain}")
