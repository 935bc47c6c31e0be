"""DynamoDB condition expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition expression with its names and values. `&` and `|` combine two."""

    expression: str
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def __and__(self, other: Condition) -> Condition:
        return self._join("AND", other)

    def __or__(self, other: Condition) -> Condition:
        return self._join("OR", other)

    def _join(self, word: str, other: Condition) -> Condition:
        return Condition(
            f"({self.expression}) {word} ({other.expression})", self.names | other.names, self.values | other.values
        )


def absent() -> Condition:
    """The item doesn't exist."""
    return Condition("attribute_not_exists(pk)")


def present() -> Condition:
    """The item exists."""
    return Condition("attribute_exists(pk)")


def without(name: str) -> Condition:
    """The attribute is absent, or the item doesn't exist."""
    return Condition(f"attribute_not_exists(#c_{name})", {f"#c_{name}": name})


def equals(**wanted: Any) -> Condition:
    """Each attribute has exactly this value; None means absent."""
    parts, names, values = [], {}, {}
    for name, value in wanted.items():
        names[f"#c_{name}"] = name
        if value is None:
            parts.append(f"attribute_not_exists(#c_{name})")
        else:
            parts.append(f"#c_{name} = :c_{name}")
            values[f":c_{name}"] = value
    return Condition(" AND ".join(parts), names, values)


def at_least(name: str, minimum: int) -> Condition:
    """The number is at least `minimum`."""
    return Condition(f"#c_{name} >= :least_{name}", {f"#c_{name}": name}, {f":least_{name}": minimum})


def fewer_than(name: str, most: int) -> Condition:
    """The map or list has fewer than `most` members."""
    return Condition(f"size(#c_{name}) < :fewer_{name}", {f"#c_{name}": name}, {f":fewer_{name}": most})


def below(name: str, bound: int) -> Condition:
    """The number is less than `bound`, or absent."""
    return without(name) | Condition(f"#c_{name} < :below_{name}", {f"#c_{name}": name}, {f":below_{name}": bound})


def empty(name: str) -> Condition:
    """The map or list is empty."""
    return Condition(f"size(#c_{name}) = :zero", {f"#c_{name}": name}, {":zero": 0})


def absent_or_expired(now: datetime) -> Condition:
    """The item doesn't exist, or has expired and TTL hasn't deleted it yet."""
    return absent() | Condition(
        "#c_expires_at <= :now", {"#c_expires_at": "expires_at"}, {":now": int(now.timestamp())}
    )


def unexpired(now: datetime) -> Condition:
    """The item exists and hasn't expired."""
    return Condition("#c_expires_at > :now", {"#c_expires_at": "expires_at"}, {":now": int(now.timestamp())})
