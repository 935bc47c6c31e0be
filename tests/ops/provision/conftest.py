from __future__ import annotations

import itertools
from collections.abc import Iterator

import boto3
import pytest

from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys import new_key
from tests.ops.provision.account import empty_account


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with empty_account() as session:
        yield session


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No prime numbers: each pair is only unlike all others."""
    numbers = itertools.count()
    monkeypatch.setattr(
        new_key, "new_key_pair", lambda name, now: KeyPair(f"{name} {next(numbers)}".encode(), str(now).encode())
    )
