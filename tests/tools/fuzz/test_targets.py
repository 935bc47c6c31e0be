"""The oracles: what they call broken. The fuzzer itself is atheris'."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from chalicelib.saml.assertion import Assertion, NameID
from tools.fuzz import form_value, signed_document
from tools.fuzz.__main__ import run_bounded
from tools.fuzz.browser_input import BrowserInput
from tools.fuzz.certificates import Certificates
from tools.fuzz.form_value import FormValue
from tools.fuzz.signed_document import SignedDocument
from tools.fuzz.surgery import mutate_document
from tools.fuzz.target import Broken, Target


@pytest.mark.parametrize("kind", [FormValue, SignedDocument])
def test_every_good_seed_is_accepted(kind: type[Target]) -> None:
    target = kind()
    assert {target.run(seed) for seed in target.seeds()} == {"accepted"}


@pytest.mark.parametrize("kind", [Certificates, BrowserInput])
def test_every_other_seed_ends_without_a_defect(kind: type[Target]) -> None:
    target = kind()
    assert len({target.run(seed) for seed in target.seeds()}) > 1


@pytest.mark.parametrize("module", [form_value, signed_document])
def test_an_unsigned_identity_is_a_defect(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    target = FormValue() if module is form_value else SignedDocument()
    honest = form_value.verify_value

    def confused(*arguments: object) -> object:
        answer = honest(*arguments)  # type: ignore[arg-type]
        assert isinstance(answer, Assertion)
        return replace(answer, name_id=NameID("admin@acme.test", "f"))

    monkeypatch.setattr(module, "verify_value", confused)
    with pytest.raises(Broken):
        target.run(target.seeds()[0])


def test_a_path_that_leads_away_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.fuzz.browser_input.safe_return_path", lambda text: text)
    with pytest.raises(Broken, match="leads away"):
        BrowserInput().run(b"//evil.example")


def test_an_input_that_takes_too_long_is_a_defect() -> None:
    class Slow(Certificates):
        seconds_most = -1.0

    with pytest.raises(Broken, match="took"):
        run_bounded(Slow(), b"")


def test_surgery_can_be_repeated_by_its_seed_and_changes_most_documents() -> None:
    seed = SignedDocument().seeds()[0]
    made = [mutate_document(seed, Random(number)) for number in range(40)]
    assert made == [mutate_document(seed, Random(number)) for number in range(40)]
    assert len(set(made)) > 30
    assert mutate_document(b"no document", Random(1)) == b"no document"
