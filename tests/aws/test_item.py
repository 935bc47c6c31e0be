"""Items as DynamoDB wants them, against boto3's own encoding of the same values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.item import decode, encode

_NUMBERS = st.integers(-(10**37), 10**37)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | _NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), _VALUES, max_size=4))
def test_items_are_encoded_and_read_as_boto3_does_it(item: dict[str, Any]) -> None:
    theirs = {name: TypeSerializer().serialize(value) for name, value in item.items() if value is not None}
    assert encode(item) == theirs
    assert decode(theirs) == {name: TypeDeserializer().deserialize(value) for name, value in theirs.items()}


def test_numbers_come_back_exactly() -> None:
    assert decode({"n": {"N": "1763890200"}}) == {"n": Decimal(1763890200)}


@pytest.mark.parametrize("value", [1.5, b"octets", {"a set"}, [1.5], {"inside": object()}])
def test_what_no_item_holds_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode({"name": value})


@pytest.mark.parametrize("tagged", [{"B": b"octets"}, {"SS": ["a"]}, {"L": [{"NS": ["1"]}]}])
def test_what_we_never_write_is_not_read(tagged: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        decode({"name": tagged})
