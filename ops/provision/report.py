"""The differences that a run found and the changes it made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class ChangeOutcome(StrEnum):
    """The result for one difference."""

    DRIFT = "drift"
    CREATED = "created"
    FIXED = "fixed"
    UNFIXABLE = "unfixable"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what is wanted and what was there.

    Attributes:
        property: None where the whole resource was missing.
        advice: what a person has to do, if a person has to.
    """

    type: str
    name: str
    property: str | None
    wanted: Any
    found: Any
    outcome: ChangeOutcome
    advice: str = ""

    def __str__(self) -> str:
        kind = self.type.rpartition("::")[2]
        if self.property is None:
            return f"{self.outcome:<9}  {kind} {self.name}"
        change = f"{self.found!r} instead of {self.wanted!r}"
        return f"{self.outcome:<9}  {kind} {self.name}: {self.property} was {change}{self.advice and '. '}{self.advice}"


@dataclass(frozen=True, slots=True)
class Report:
    """The whole run.

    Attributes:
        resources: how many were looked at.
        notes: what is no drift and worth knowing.
    """

    stage: str
    resources: int
    findings: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """True if no difference remains."""
        return all(finding.outcome in (ChangeOutcome.CREATED, ChangeOutcome.FIXED) for finding in self.findings)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "settled": self.settled}

    def lines(self) -> tuple[str, ...]:
        """For people."""
        count = f"{self.resources} resources of stage {self.stage}, {len(self.findings)} differences"
        return (*map(str, self.findings), *self.notes, f"{count}, {'all settled' if self.settled else 'NOT settled'}")
