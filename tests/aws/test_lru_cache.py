from __future__ import annotations

from chalicelib.aws.lru_cache import LRUCache


def remembered(memory: LRUCache[str, int], keys: str) -> str:
    return "".join(key for key in keys if memory.get(key) is not None)


def test_the_one_that_was_not_used_longest_goes_first_and_no_other() -> None:
    memory = LRUCache[str, int](3)
    for key in "abc":
        memory.put(key, 1)
    assert memory.get("a") == 1
    memory.put("d", 1)
    assert remembered(memory, "abcd") == "acd"


def test_replacing_an_entry_evicts_none() -> None:
    memory = LRUCache[str, int](2)
    for key, value in (("a", 1), ("b", 2), ("a", 3)):
        memory.put(key, value)
    assert (memory.get("b"), memory.get("a")) == (2, 3)
    memory.put("c", 4)
    assert remembered(memory, "abc") == "ac"


def test_what_is_dropped_is_gone_and_what_never_was_does_no_harm() -> None:
    memory = LRUCache[str, int](2)
    memory.put("a", 1)
    memory.remove("a")
    memory.remove("b")
    assert remembered(memory, "ab") == ""
