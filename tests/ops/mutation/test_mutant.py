from __future__ import annotations

import pytest

from ops.mutation.mutant import mutants_of


def names(source: str) -> set[str]:
    return {mutant.name for mutant in mutants_of("a.py", source)}


@pytest.mark.parametrize(
    ("body", "mutant"),
    [
        ("if a < b: c()", "f: a < b → a <= b"),
        ("if a < b: c()", "f: a < b → True"),
        ("if a < b: c()", "f: a < b → False"),
        ("if a < b: c()", "f: c() → pass"),
        ("return a is None", "f: a is None → a is not None"),
        ("return a and b", "f: a and b → b"),
        ("return not a", "f: not a → a"),
        ("return a + b", "f: a + b → a - b"),
        ("return a + b", "f: return a + b → return None"),
        ("return a(strict=True)", "f: True → False"),
        ("return a.get('ID')", "f: 'ID' → 'ID~'"),
        ("return a.lower()", "f: a.lower() → a"),
        ("return any(a)", "f: any(a) → all(a)"),
        ("return a.iter(b, c)", "f: a.iter(b, c) → a.iter(b)"),
        ("return a in {b, c}", "f: {b, c} → {b}"),
        ("return RefusalCode.A", "f: RefusalCode.A → RefusalCode.SAML_EXPIRED"),
        ("a()\n    raise b", "f: raise b → pass"),
        ("return [a for a in b if a]", "f: a → True"),
    ],
)
def test_a_rule_is_taken_out_in_every_way_there_is(body: str, mutant: str) -> None:
    assert mutant in names(f"def f(a, b, c):\n    {body}\n")


def test_constants_and_lists_of_a_module_are_changed_too() -> None:
    assert {"module: 3 → 4", "module: {'a': 1} → {}", "module: {'a'} → set()"} <= names(
        "A = 3\nB = {'a': 1}\nC = {'a'}\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import a\n",
        '"""Doc."""\n',
        "def f(a: int = b) -> int: ...\n",
        "T = TypeVar('T')\n",
        "Alias = tuple[int, 'str']\n",
        "if TYPE_CHECKING:\n    A = 1\n",
        "@lru_cache(maxsize=8)\ndef f(): ...\n",
    ],
)
def test_what_decides_nothing_is_left_alone(source: str) -> None:
    assert not names(source)


def test_a_sentence_for_people_is_left_alone_but_not_its_code() -> None:
    source = "def f():\n    return Refused(RefusalCode.A, expected='one' if a else 'two')\n"
    assert {name.partition(": ")[2].partition(" →")[0] for name in names(source)} == {
        "RefusalCode.A",
        "return Refused(RefusalCode.A, expected='one' if a else 'two')",
    }


def test_a_name_stays_when_lines_move_and_equal_ones_are_told_apart() -> None:
    source = "def f(a):\n    return a.get('x') or a.get('x')\n"
    assert names(source) == names(f"import b\n\n\n{source}")
    assert {"f: 'x' → 'x~'", "f: 'x' → 'x~' (no. 2)"} <= names(source)
