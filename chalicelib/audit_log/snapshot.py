"""Snapshots of objects for audit events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from chalicelib.audit_log.model import Snapshot, moment_text
from chalicelib.saml.certificate import CertificateFacts

_NEVER: Final = frozenset({"secret_version"})


def snapshot(value: object, names: Sequence[str]) -> Snapshot:
    """Returns the named fields of an object as JSON values, certificates as SHA-256 fingerprints.

    The events of a capability list the fields, so that no new field is included by accident.
    """
    return {name: _to_json_value(getattr(value, name)) for name in names}


def diff(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Returns the differing fields, before and after."""
    differing = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in differing}, {name: after[name] for name in differing}


def _to_json_value(value: Any) -> Any:
    if isinstance(value, CertificateFacts):
        return value.sha256
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_to_json_value(part) for part in value]
    if is_dataclass(value):
        return {f.name: _to_json_value(getattr(value, f.name)) for f in fields(value) if f.name not in _NEVER}
    return value
