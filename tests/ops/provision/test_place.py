"""A stage of the configuration, with the values that it shares with others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ops.provision.place import CONFIG, gateway_stage


@pytest.mark.parametrize(
    ("shared", "own", "name"),
    [
        ({}, {"api_gateway_stage": "v1"}, "v1"),
        ({"api_gateway_stage": "v1"}, {}, "v1"),
        ({"api_gateway_stage": "v1"}, {"api_gateway_stage": "v2"}, "v2"),
        ({}, {}, "api"),
    ],
)
def test_api_gateways_name_for_a_stage_is_found_where_chalice_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: dict[str, Any], own: dict[str, Any], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    CONFIG.parent.mkdir()
    CONFIG.write_text(json.dumps({**shared, "stages": {"test": own}}))
    assert gateway_stage("test") == name


def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"config\.json can't be read"):
        gateway_stage("test")
