from __future__ import annotations

from pathlib import Path

import pytest

from ops.mutation import equivalent
from ops.mutation.__main__ import ROOT, sources
from ops.mutation.equivalent import Equivalents
from ops.mutation.mutant import mutants_of


def test_every_entry_names_a_mutant_that_there_is() -> None:
    every = [mutant for path in sources() for mutant in mutants_of(path, (ROOT / path).read_text())]
    assert Equivalents.read().unknown(every) == []


@pytest.mark.parametrize(
    "text",
    ['[[same]]\nfile = "a"\nreason = " "\nmutants = ["x"]', '[[same]]\nfile = "a"\nreason = "r"\nmutants = ["x", "x"]'],
)
def test_an_entry_has_a_reason_and_stands_once(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "equivalent.toml"
    listed.write_text(text)
    monkeypatch.setattr(equivalent, "FILE", listed)
    with pytest.raises(ValueError, match="without a reason, or twice"):
        Equivalents.read()
