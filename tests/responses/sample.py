"""One good response with the trust under which it must be accepted."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.identity_provider import Description, Trust, trust


@dataclass(frozen=True, slots=True)
class Sample:
    """A good response. `email` is where its address stands: an attribute's name, or `NameID`."""

    name: str
    description: Description
    trust: Trust = field(default_factory=trust)
    email: str = "email"

    def __str__(self) -> str:
        return self.name
