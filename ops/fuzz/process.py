"""One target in a process of its own: `python -m ops.fuzz.process NAME FOLDER [libFuzzer's options]`."""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from pathlib import Path
from random import Random
from typing import Final

import atheris

from ops.fuzz.target import Broken, Target

# Module, class, and what reports coverage: tests would count as coverage too, and cost.
TARGETS: Final = {
    "form value": ("ops.fuzz.form_value", "FormValue", ("chalicelib",)),
    "signed document": ("ops.fuzz.signed_document", "SignedDocument", ("chalicelib",)),
    "certificates": ("ops.fuzz.certificates", "Certificates", ("chalicelib.domain",)),
    "browser input": ("ops.fuzz.browser_input", "BrowserInput", ("chalicelib.domain", "chalicelib.routes")),
}
_NOTED_EVERY: Final = 50
_OPERATED_OF_TEN: Final = 7


class Watched:
    """A target whose inputs are timed and whose endings are counted into a file."""

    def __init__(self, target: Target, counts: Path) -> None:
        self._target = target
        self._counts = counts
        self._executions = 0
        self._slowest = 0.0

    def run(self, octets: bytes) -> None:
        """One input.

        Raises:
            Broken: the target's oracle, or its time.
        """
        before = time.process_time()
        self._target.endings[self._target.run(octets)] += 1
        took = time.process_time() - before
        if took > self._target.seconds_most:
            raise Broken(f"took {took:.2f} s")
        self._executions += 1
        self._slowest = max(self._slowest, took)
        if self._executions % _NOTED_EVERY == 0:
            self._note()

    def mutated(self, octets: bytes, most: int, seed: int) -> bytes:
        """The target's own mutation, or libFuzzer's."""
        random = Random(seed)  # noqa: S311 libFuzzer's own seed: a run can be repeated
        if random.randrange(10) < _OPERATED_OF_TEN:
            moved = self._target.mutated(octets, random)
            if moved != octets:
                return moved[:most]
        return bytes(atheris.Mutate(octets[:most], most))

    def _note(self) -> None:
        counts = {"slowest": self._slowest, "endings": self._target.endings}
        self._counts.write_text(json.dumps(counts))


def main() -> None:
    """Fuzz until libFuzzer says that it is enough."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    module, class_name, packages = TARGETS[name]
    logging.disable()
    with atheris.instrument_imports(include=list(packages), enable_loader_override=False):
        target: Target = getattr(importlib.import_module(module), class_name)()
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = folder / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    watched = Watched(target, folder / "counts.json")
    options = [sys.argv[0], *sys.argv[3:], f"-dict={words}", f"-artifact_prefix={folder}/", str(corpus)]
    atheris.Setup(options, watched.run, custom_mutator=watched.mutated)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


if __name__ == "__main__":
    main()
