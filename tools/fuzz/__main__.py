"""Runs one fuzz target under atheris: `python -m tools.fuzz TARGET [libFuzzer options]`.

Inputs that break a target are written to `build/fuzz/`; pass such a file as the last argument to reproduce it.
"""

from __future__ import annotations

import importlib
import logging
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Final

import atheris

from tools.fuzz.target import Broken, Target

ARTIFACTS: Final = Path(__file__).parents[2] / "build" / "fuzz"
# Module, class, and the packages whose coverage guides the fuzzer.
TARGETS: Final = {
    "form_value": ("tools.fuzz.form_value", "FormValue", ("chalicelib",)),
    "signed_document": ("tools.fuzz.signed_document", "SignedDocument", ("chalicelib",)),
    "certificates": ("tools.fuzz.certificates", "Certificates", ("chalicelib.connections", "chalicelib.saml")),
    "browser_input": ("tools.fuzz.browser_input", "BrowserInput", ("chalicelib.http", "chalicelib.sign_in")),
}
_SURGERY_SHARE: Final = 0.7  # of the mutations; libFuzzer makes the others


def main() -> None:
    """Fuzzes until libFuzzer's own options end it; exits non-zero when an input breaks the target."""
    module, class_name, packages = TARGETS[sys.argv[1]]
    logging.disable()
    with atheris.instrument_imports(include=list(packages), enable_loader_override=False):
        target: Target = getattr(importlib.import_module(module), class_name)()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus, dictionary = Path(folder) / "corpus", Path(folder) / "dictionary"
        corpus.mkdir()
        for number, seed in enumerate(target.seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        dictionary.write_text("".join(f'"{_escape(word)}"\n' for word in target.words))
        options = ["-timeout=20", "-max_len=60000", f"-dict={dictionary}", f"-artifact_prefix={ARTIFACTS}/"]
        reproduces = any(not argument.startswith("-") for argument in sys.argv[2:])
        inputs = [] if reproduces else [str(corpus)]
        atheris.Setup(
            [sys.argv[0], *options, *sys.argv[2:], *inputs],
            lambda octets: run_bounded(target, octets),
            custom_mutator=lambda octets, limit, seed: _mutate(target, octets, limit, seed),
        )
        atheris.Fuzz()


def run_bounded(target: Target, octets: bytes) -> None:
    """Runs one input and checks its CPU time.

    Raises:
        Broken: the target's check failed, or the input took too long.
    """
    before = time.process_time()
    target.run(octets)
    seconds = time.process_time() - before
    if seconds > target.seconds_most:
        raise Broken(f"took {seconds:.2f} s")


def _mutate(target: Target, octets: bytes, limit: int, seed: int) -> bytes:
    random = Random(seed)  # noqa: S311 libFuzzer's own seed, so that a run can be repeated
    if random.random() < _SURGERY_SHARE:
        moved = target.mutate(octets, random)
        if moved != octets:
            return moved[:limit]
    return bytes(atheris.Mutate(octets[:limit], limit))


def _escape(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


if __name__ == "__main__":
    main()
