"""Every setting of a connection reaches the API, the service, the item and the audit log."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from enum import Enum
from pathlib import Path

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.events import SNAPSHOT_FIELDS
from chalicelib.connections.model import Connection
from chalicelib.connections.schemas import ConnectionAnswer, ConnectionChange

SETTINGS = ConnectionChange.model_fields.keys()
OF_METADATA = {"metadata_xml"}
"""Not stored: it fills other fields."""
FIELD_OF = {"x509_certificates": "certificates"}
"""Settings whose field of the model has another name."""


def _fields_of(settings: set[str]) -> set[str]:
    return {FIELD_OF.get(name, name) for name in settings - OF_METADATA}


def test_the_service_changes_every_setting_that_the_api_takes() -> None:
    from_metadata = {"metadata_binding"}  # accompanies a URL, never given by a caller
    assert ConnectionChanges.__annotations__.keys() - from_metadata == SETTINGS


def test_every_setting_is_a_field_of_the_connection() -> None:
    assert _fields_of(set(SETTINGS)) <= {field.name for field in fields(Connection)}


def test_the_audit_log_shows_every_setting() -> None:
    assert _fields_of(set(SETTINGS)) <= set(SNAPSHOT_FIELDS)


def test_the_api_answers_every_setting() -> None:
    assert ConnectionAnswer.model_fields.keys() >= SETTINGS - OF_METADATA


def test_the_api_reference_describes_every_setting_with_its_default() -> None:
    table = Path("docs/api.md").read_text().partition("### Settings")[2].partition("\n###")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    described = {name: default.strip() for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert described.keys() == SETTINGS
    for field in fields(Connection):
        if field.name in described and field.name != "attribute_mapping":
            default = field.default.value if isinstance(field.default, Enum) else field.default
            assert described[field.name].strip("`") == json.dumps(default).strip('"'), field.name
