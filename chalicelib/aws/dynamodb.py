"""The stage's DynamoDB table: strongly consistent batch reads, queries and transactions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from chalicelib.aws.clients import aws_failures
from chalicelib.aws.item import Item, Key, decode, encode, encode_key
from chalicelib.aws.transaction import Write
from chalicelib.errors import SsoError, Unavailable

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError
    from types_boto3_dynamodb import DynamoDBClient

_MAX_CONFLICT_ATTEMPTS: Final = 4
_CONFLICT_PAUSE: Final = 0.05  # seconds, doubled on each retry, with jitter
_MAX_BATCH_ATTEMPTS: Final = 5

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Lookup(Generic[T_co]):
    """A key and the parser of its item. `parse` may return None for an item that is no longer valid."""

    key: Key
    parse: Callable[[Item], T_co | None]


@dataclass(frozen=True, slots=True)
class Range(Generic[T_co]):
    """The items of one partition whose sort key starts with `prefix`, optionally of an index."""

    pk: str
    prefix: str
    parse: Callable[[Item], T_co | None]
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One page, newest first. `after` is the end of the sort key to continue from, None on the last page."""

    values: tuple[T_co, ...]
    after: str | None


class Table:
    """Reads and writes the table. AWS failures become `Unavailable`; a failed condition raises the error of its
    write.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    @overload
    def read(self, a: Lookup[A], /) -> tuple[A | None]: ...
    @overload
    def read(self, a: Lookup[A], b: Lookup[B], /) -> tuple[A | None, B | None]: ...
    @overload
    def read(self, a: Lookup[A], b: Lookup[B], c: Lookup[C], /) -> tuple[A | None, B | None, C | None]: ...
    @overload
    def read(
        self, a: Lookup[A], b: Lookup[B], c: Lookup[C], d: Lookup[D], /
    ) -> tuple[A | None, B | None, C | None, D | None]: ...
    def read(self, *lookups: Lookup[Any]) -> tuple[Any, ...]:
        """Reads all items in one strongly consistent BatchGetItem.

        Raises:
            Unavailable: DynamoDB did not return every item.
        """
        return self.read_all(lookups)

    def read_all(self, lookups: Sequence[Lookup[T]]) -> tuple[T | None, ...]:
        """Like `read`, for up to 100 lookups of the same type."""
        found = self._batch({lookup.key for lookup in lookups}) if lookups else {}
        return tuple(lookup.parse(found[lookup.key]) if lookup.key in found else None for lookup in lookups)

    def page(self, wanted: Range[T], *, limit: int, after: str | None = None) -> Page[T]:
        """Returns up to `limit` values that precede `after`, newest (highest sort key) first.

        Reads of the base table are strongly consistent; DynamoDB doesn't support that for global indexes.
        """
        pk, sk = ("pk", "sk") if wanted.index is None else (f"{wanted.index}_pk", f"{wanted.index}_sk")
        upper = wanted.prefix + (after if after is not None else "\x7f")
        values: list[T] = []
        last: str | None = None
        start: dict[str, Any] = {}
        while True:
            answer = self._query(wanted, (pk, sk), (wanted.prefix, upper), limit, start)
            items = [decode(raw) for raw in answer["Items"]]
            for item in items:
                if item[sk] == upper:  # BETWEEN includes the upper bound, `after` excludes it
                    continue
                if (value := wanted.parse(item)) is None:
                    continue
                if len(values) == limit:
                    return Page(tuple(values), last)
                values.append(value)
                last = item[sk].removeprefix(wanted.prefix)
            if "LastEvaluatedKey" not in answer:
                return Page(tuple(values), None)
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def page_forward(self, wanted: Range[T], *, limit: int, after: str = "") -> Page[T]:
        """Returns up to `limit` values of the base table that follow `after`, oldest (lowest sort key) first."""
        lower = wanted.prefix + after
        values: list[T] = []
        last: str | None = None
        start: dict[str, Any] = {}
        while True:
            bounds = (lower, f"{wanted.prefix}\x7f")
            answer = self._query(wanted, ("pk", "sk"), bounds, limit, start, is_forward=True)
            for item in map(decode, answer["Items"]):
                if item["sk"] == lower or (value := wanted.parse(item)) is None:
                    continue
                if len(values) == limit:
                    return Page(tuple(values), last)
                values.append(value)
                last = item["sk"].removeprefix(wanted.prefix)
            if "LastEvaluatedKey" not in answer:
                return Page(tuple(values), None)
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def write(self, *writes: Write) -> None:
        """Applies all writes in one transaction, or none.

        Raises:
            Unavailable: DynamoDB did not respond, or concurrent writes to the same items kept succeeding.
            SsoError: `refused` of the first write whose condition failed.
        """
        if len(writes) == 1 and writes[0].action != "ConditionCheck":
            self._write_one(writes[0])
        elif writes:
            self._transact(writes)

    def _query(
        self,
        wanted: Range[T],
        names: tuple[str, str],
        bounds: tuple[str, str],
        limit: int,
        start: dict[str, Any],
        *,
        is_forward: bool = False,
    ) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "KeyConditionExpression": f"{names[0]} = :pk AND {names[1]} BETWEEN :low AND :high",
            "ExpressionAttributeValues": encode({":pk": wanted.pk, ":low": bounds[0], ":high": bounds[1]}),
            "ScanIndexForward": is_forward,
            "Limit": limit + 2,  # one for `after` itself, one to detect whether more exist
        }
        arguments |= {"IndexName": wanted.index} if wanted.index else {"ConsistentRead": True}
        return self._call(lambda: dict(self._client.query(TableName=self._name, **arguments, **start)))

    def _batch(self, keys: set[Key]) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        request: Any = {self._name: {"Keys": [encode_key(key) for key in sorted(keys)], "ConsistentRead": True}}
        for attempt in range(_MAX_BATCH_ATTEMPTS):
            if attempt:
                _pause(attempt)
            answer = self._call(lambda: self._client.batch_get_item(RequestItems=request))  # noqa: B023
            for raw in answer["Responses"].get(self._name, []):
                item = decode(raw)
                found[Key(item["pk"], item["sk"])] = item
            request = answer.get("UnprocessedKeys")
            if not request:
                return found
        raise Unavailable(private="BatchGetItem kept leaving keys unprocessed")

    def _write_one(self, write: Write) -> None:
        operations: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        try:
            operations[write.action](TableName=self._name, **write.arguments)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise _refusal(write) from error
        except aws_failures() as error:
            raise _failure(error) from error

    def _transact(self, writes: Sequence[Write]) -> None:
        for attempt in range(_MAX_CONFLICT_ATTEMPTS):
            if attempt:
                _pause(attempt)
            met = self._try_write(writes)
            if met and any(write.skip_on_conflict for write in met):
                writes = [write for write in writes if not (write.skip_on_conflict and write in met)]
                met = self._try_write(writes)
            if met is None:
                return
        raise Unavailable(private="TransactWriteItems kept being cancelled by others' writes", retry_after=1)

    def _try_write(self, writes: Sequence[Write]) -> list[Write] | None:
        """Tries once. Returns None on success, else the writes that conflicted with another transaction."""
        items: Any = [{write.action: {"TableName": self._name, **write.arguments}} for write in writes]
        try:
            self._client.transact_write_items(TransactItems=items)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in codes:
                raise _refusal(writes[codes.index("ConditionalCheckFailed")]) from error
            if "ValidationError" in codes:
                raise
            return [write for write, code in zip(writes, codes, strict=False) if code == "TransactionConflict"]
        except aws_failures() as error:
            raise _failure(error) from error
        return None

    def _call(self, operation: Callable[[], T]) -> T:
        try:
            return operation()
        except aws_failures() as error:
            raise _failure(error) from error


def _failure(error: ClientError | BotoCoreError) -> Exception:
    """A malformed request is a bug and stays as it is; every other failure becomes `Unavailable`."""
    response = getattr(error, "response", None) or {}  # on a timeout the attribute exists but is empty
    if response.get("Error", {}).get("Code") == "ValidationException":
        return error
    return Unavailable(private=str(error))


def _refusal(write: Write) -> SsoError:
    return write.refused or Unavailable(private=f"{write.action} was refused without a condition of ours")


def _pause(attempt: int) -> None:
    time.sleep(_CONFLICT_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311
