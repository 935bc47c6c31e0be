"""The one table: batches, pages, transactions, and AWS's failures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.aws import dynamodb as table_module
from chalicelib.aws.condition import absent, at_least, below, equals, present, unexpired, without
from chalicelib.aws.dynamodb import Lookup, Range, Table
from chalicelib.aws.item import Item, Key
from chalicelib.aws.transaction import Write, check, delete, put, update
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.i18n.catalog import in_english
from tests.support.deployment import Deployment

NO = Conflict("no")


def key(name: str) -> Key:
    """A key in one partition."""
    return Key("P#1", f"N#{name}")


def lookup(name: str) -> Lookup[Item]:
    """The whole item."""
    return Lookup(key(name), lambda item: item)


def names(table: Table, **page: Any) -> tuple[list[str], str | None]:
    """Names on a page, and where it goes on."""
    found = table.page(Range("P#1", "N#", lambda item: None if item.get("gone") else str(item["name"])), **page)
    return list(found.values), found.after


def test_what_is_written_is_read_in_the_order_asked_for(table: Table) -> None:
    table.write(put(key("a"), {"name": "a", "none": None, "list": ["x"], "flag": True}), put(key("b"), {"name": "b"}))
    b, missing, a = table.read(lookup("b"), lookup("c"), lookup("a"))
    assert (b and b["name"], missing, a and a["name"]) == ("b", None, "a")
    assert a is not None
    assert "none" not in a
    assert (a["list"], a["flag"]) == (["x"], True)


def test_one_item_may_be_looked_up_twice_in_a_batch(table: Table) -> None:
    table.write(put(key("a"), {"name": "a"}))
    first, second = table.read(lookup("a"), lookup("a"))
    assert first == second != None  # noqa: E711


def test_pages_are_newest_first_and_go_on_where_they_ended(table: Table) -> None:
    for name in "abcde":
        table.write(put(key(name), {"name": name}))
    table.write(put(Key("P#1", "M#x"), {"name": "other kind"}), put(Key("P#2", "N#x"), {"name": "other partition"}))
    assert names(table, limit=2) == (["e", "d"], "d")
    assert names(table, limit=2, after="d") == (["c", "b"], "b")
    assert names(table, limit=2, after="b") == (["a"], None)
    assert names(table, limit=5) == (["e", "d", "c", "b", "a"], None)


def test_a_page_is_full_even_where_items_no_longer_count(table: Table) -> None:
    for name in "abcdefgh":
        table.write(put(key(name), {"name": name, "gone": name in "hgfe"}))
    assert names(table, limit=2) == (["d", "c"], "c")
    assert names(table, limit=2, after="c") == (["b", "a"], None)


def test_a_transaction_is_all_or_nothing_and_raises_the_error_of_what_failed(table: Table) -> None:
    table.write(put(key("taken"), {"name": "taken"}))
    with pytest.raises(Conflict) as refused:
        table.write(
            put(key("new"), {"name": "new"}, absent(), NotFound()), put(key("taken"), {"name": "x"}, absent(), NO)
        )
    assert refused.value is NO
    assert table.read(lookup("new")) == (None,)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (present(), True),
        (absent(), False),
        (equals(number=3), True),
        (equals(number=4), False),
        (equals(number=3, missing=None), True),
        (equals(name=None), False),
        (without("missing"), True),
        (without("name"), False),
        (at_least("number", 3), True),
        (at_least("number", 4), False),
        (below("number", 4), True),
        (below("number", 3), False),
        (below("missing", 0), True),
        (absent() | equals(name="a"), True),
        (present() & equals(name="b"), False),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_a_write_happens_if_its_condition_holds(table: Table, condition: Any, holds: bool, alone: bool) -> None:
    table.write(put(key("a"), {"name": "a", "number": 3}))
    writes = [update(key("a"), {"changed": True}, condition=condition, refused=NO)]
    if not alone:
        writes.append(put(key("b"), {"name": "b"}))
    if holds:
        table.write(*writes)
    else:
        with pytest.raises(Conflict):
            table.write(*writes)
    (found,) = table.read(lookup("a"))
    assert found is not None
    assert ("changed" in found) is holds


def test_an_update_sets_removes_and_adds(table: Table) -> None:
    table.write(put(key("a"), {"name": "a", "old": 1, "count": 1, "map": {"x": {"n": 1}}}))
    table.write(update(key("a"), {"name": "b", "old": None, "map.y": {"n": 2}, "map.x": None}, add={"count": 2}))
    (found,) = table.read(lookup("a"))
    assert found is not None
    assert {n: found.get(n) for n in ("name", "old", "count", "map")} == {
        "name": "b",
        "old": None,
        "count": 3,
        "map": {"y": {"n": 2}},
    }


def test_a_check_alone_guards_a_transaction(table: Table, deployment: Deployment) -> None:
    table.write(put(key("a"), {"name": "a", "expires_at": int(deployment.now.timestamp())}))
    with pytest.raises(Conflict):
        table.write(check(key("a"), unexpired(deployment.now), NO))
    table.write(check(key("a"), present(), NO), put(key("b"), {"name": "b"}))
    table.write(delete(key("a")))
    assert table.read(lookup("a")) == (None,)


def test_many_lookups_are_one_batch_and_none_is_no_call(table: Table) -> None:
    assert table.read_all([]) == ()
    table.write(*(put(key(str(n)), {"name": str(n)}) for n in range(100)))
    found = table.read_all([lookup(str(n)) for n in range(100)])
    assert [item and item["name"] for item in found] == [str(n) for n in range(100)]


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "x"}}, "x"),
        ClientError({"Error": {"Code": "InternalServerError", "Message": "x"}}, "x"),
        EndpointConnectionError(endpoint_url="https://dynamodb.test"),
    ],
)
def test_aws_that_does_not_answer_is_unavailable(
    table: Table, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(type(table._client), "_make_api_call", fail)
    acts = (
        lambda: table.read(lookup("a")),
        lambda: table.page(Range("P#1", "N#", lambda item: item), limit=1),
        lambda: table.write(put(key("a"), {})),
        lambda: table.write(put(key("a"), {}), put(key("b"), {})),
    )
    for act in acts:
        with pytest.raises(Unavailable) as refused:
            act()
        assert "dynamodb" not in in_english(refused.value.public).lower()


def _cancelled(*codes: str) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "x"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


def test_a_transaction_that_met_anothers_is_tried_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    call, tries = table._client.transact_write_items, []

    def sometimes(**arguments: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise table._client.exceptions.TransactionCanceledException(
                _cancelled("None", "TransactionConflict").response,
                "TransactWriteItems",
            )
        return call(**arguments)

    monkeypatch.setattr(table_module, "_CONFLICT_PAUSE", 0)
    monkeypatch.setattr(table._client, "transact_write_items", sometimes)
    writes: tuple[Write, ...] = (put(key("a"), {"name": "a"}), put(key("b"), {"name": "b"}))
    table.write(*writes)
    assert len(tries) == 3
    monkeypatch.setattr(table._client, "transact_write_items", lambda **_: sometimes_never(table))
    with pytest.raises(Unavailable):
        table.write(*writes)


def sometimes_never(table: Table) -> None:
    """A conflict that never ends."""
    raise table._client.exceptions.TransactionCanceledException(
        _cancelled("TransactionConflict").response,
        "TransactWriteItems",
    )


def _meet(table: Table, monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """The next transaction is cancelled for these reasons."""
    call, reasons = table._client.transact_write_items, [codes]

    def once(**arguments: Any) -> Any:
        if reasons:
            raise table._client.exceptions.TransactionCanceledException(
                _cancelled(*reasons.pop()).response, "TransactWriteItems"
            )
        return call(**arguments)

    monkeypatch.setattr(table._client, "transact_write_items", once)


def test_a_spare_write_that_met_anothers_is_left_out_at_once(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    _meet(table, monkeypatch, "None", "TransactionConflict")

    def no_pause(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(table_module, "_pause", no_pause)
    table.write(put(key("a"), {"name": "a"}), replace(put(key("b"), {"name": "b"}), skip_on_conflict=True))
    assert [found is not None for found in table.read(lookup("a"), lookup("b"))] == [True, False]


def test_a_spare_write_is_kept_where_others_are_in_the_way(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    _meet(table, monkeypatch, "TransactionConflict", "None")
    monkeypatch.setattr(table_module, "_CONFLICT_PAUSE", 0)
    table.write(put(key("a"), {"name": "a"}), replace(put(key("b"), {"name": "b"}), skip_on_conflict=True))
    assert [found is not None for found in table.read(lookup("a"), lookup("b"))] == [True, True]
