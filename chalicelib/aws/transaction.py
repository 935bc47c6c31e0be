"""One write of one item, with its condition and the error raised if the condition fails.

Services collect the writes of a use case and pass them to `Table.write` as one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.aws.condition import Condition
from chalicelib.aws.item import Item, Key, encode, encode_key
from chalicelib.errors import SsoError

Action = Literal["Put", "Update", "Delete", "ConditionCheck"]


@dataclass(frozen=True, slots=True)
class Write:
    """One write of one item.

    Attributes:
        arguments: of the DynamoDB call, without the table's name.
        refused: raised if the condition fails; None for an unconditional write.
        skip_on_conflict: on a transaction conflict, the transaction is retried without this write, because the
            concurrent writer makes the same change.
    """

    action: Action
    arguments: dict[str, Any]
    refused: SsoError | None = None
    skip_on_conflict: bool = False


def put(key: Key, item: Item, condition: Condition | None = None, refused: SsoError | None = None) -> Write:
    """Puts the whole item."""
    arguments = {"Item": encode_key(key) | encode(item), **_conditional(condition)}
    return Write("Put", arguments, refused)


def update(
    key: Key,
    values: Mapping[str, Any],
    *,
    add: Mapping[str, int] | None = None,
    condition: Condition | None = None,
    refused: SsoError | None = None,
) -> Write:
    """Sets some attributes (None removes one) and adds to some numbers. A name may be a path: `connections.conn_…`."""
    add = add or {}
    removed = [name for name, value in values.items() if value is None]
    kept = {name: value for name, value in values.items() if value is not None}
    clauses = [
        _clause("SET", (f"{_alias(name)} = {_placeholder(name)}" for name in kept)),
        _clause("REMOVE", (_alias(name) for name in removed)),
        _clause("ADD", (f"{_alias(name)} {_placeholder(name)}" for name in add)),
    ]
    names = {f"#{part}": part for name in (*values, *add) for part in name.split(".")}
    numbers = {_placeholder(name): value for name, value in {**kept, **add}.items()}
    conditional = _conditional(condition)
    arguments = {
        "Key": encode_key(key),
        "UpdateExpression": " ".join(clause for clause in clauses if clause),
        **conditional,
        "ExpressionAttributeNames": names | conditional.get("ExpressionAttributeNames", {}),
    }
    if every_value := encode(numbers) | conditional.get("ExpressionAttributeValues", {}):
        arguments["ExpressionAttributeValues"] = every_value
    return Write("Update", arguments, refused)


def delete(key: Key, condition: Condition | None = None, refused: SsoError | None = None) -> Write:
    """Deletes the item."""
    return Write("Delete", {"Key": encode_key(key), **_conditional(condition)}, refused)


def check(key: Key, condition: Condition, refused: SsoError) -> Write:
    """Writes nothing, but makes the transaction depend on this item."""
    return Write("ConditionCheck", {"Key": encode_key(key), **_conditional(condition)}, refused)


def as_check(write: Write) -> Write | None:
    """The write's condition without its change, for a dry run that fails exactly where the write would."""
    condition = write.arguments.get("ConditionExpression")
    if condition is None:
        return None
    key = write.arguments.get("Key") or {name: write.arguments["Item"][name] for name in ("pk", "sk")}
    spoken = {name: value for name, value in write.arguments.items() if name.startswith("ExpressionAttribute")}
    used = {
        kind: {name: value for name, value in values.items() if re.search(rf"{re.escape(name)}\b", condition)}
        for kind, values in spoken.items()
    }
    arguments = {"Key": key, "ConditionExpression": condition, **{kind: found for kind, found in used.items() if found}}
    return Write("ConditionCheck", arguments, write.refused)


def _clause(word: str, parts: Iterable[str]) -> str:
    joined = ", ".join(parts)
    return f"{word} {joined}" if joined else ""


def _alias(name: str) -> str:
    return ".".join(f"#{part}" for part in name.split("."))


def _placeholder(name: str) -> str:
    return f":{name.replace('.', '_')}"


def _conditional(condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    arguments: dict[str, Any] = {"ConditionExpression": condition.expression}
    if condition.names:
        arguments["ExpressionAttributeNames"] = condition.names
    if condition.values:
        arguments["ExpressionAttributeValues"] = encode(condition.values)
    return arguments
