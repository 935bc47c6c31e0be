"""Services on embedded AWS."""

from __future__ import annotations

from threading import Lock
from typing import Any

import pytest
from botocore.client import BaseClient


@pytest.fixture
def atomic_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call at a time: the threads of a test race between calls, as in AWS, not inside the embedded one."""
    lock, call = Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def locked(client: Any, name: str, arguments: dict[str, Any]) -> Any:
        with lock:
            return call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", locked)
