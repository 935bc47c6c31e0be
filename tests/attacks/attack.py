"""One hostile response: a good one with one named change, and the codes with which it may be refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import pytest

from chalicelib.saml.refusal import RefusalCode
from tests.support.identity_provider import GOOD, Changes, Description, Trust, send, trust
from tests.support.verification import refusal

FORGED: Final = frozenset(
    {
        RefusalCode.SAML_MALFORMED,
        RefusalCode.SAML_UNSIGNED,
        RefusalCode.SAML_SIGNATURE_INVALID,
        RefusalCode.SAML_CERTIFICATE_MISMATCH,
        RefusalCode.SAML_WEAK_ALGORITHM,
    }
)
"""Where the contract leaves open which of the signature's rules speaks first."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A hostile response under the trust that it tries to abuse."""

    name: str
    description: Description
    codes: frozenset[RefusalCode]
    trust: Trust = field(default_factory=trust)


def attack(
    name: str,
    codes: RefusalCode | frozenset[RefusalCode],
    *,
    base: Description = GOOD,
    under: Trust | None = None,
    changes: Changes | None = None,
    **said: object,
) -> Attack:
    """`base` with fields replaced by `said`, and surgery by `changes`."""
    description = replace(base, changes=changes or base.changes, **said)  # type: ignore[arg-type]
    allowed = frozenset({codes}) if isinstance(codes, RefusalCode) else codes
    return Attack(name, description, allowed, under or trust())


def table(attacks: Iterable[Attack]) -> pytest.MarkDecorator:
    """Parametrize a test with attacks, named."""
    return pytest.mark.parametrize("hostile", [pytest.param(one, id=one.name) for one in attacks])


def assert_refused(hostile: Attack) -> None:
    """Refused, with an allowed code."""
    refused = refusal(send(hostile.description), hostile.trust)
    assert refused is not None, "accepted"
    assert refused.reason in hostile.codes
