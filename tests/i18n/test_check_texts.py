"""Checks as they are shown: raw values unchanged, our own words in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.i18n.catalog import set_language
from chalicelib.i18n.check_texts import localize_told, tell_in_english
from chalicelib.i18n.message import Message, message
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.schemas import AttemptAnswer
from chalicelib.sign_in_attempts.store import attempt_lookup, record_attempt
from tests.support.deployment import Deployment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MISSING = message("check.times.missing", name="SubjectConfirmationData/NotOnOrAfter")
ATTEMPT = Attempt(
    "att_x",
    "org_x",
    "conn_x",
    NOW,
    AttemptResult.REFUSED,
    "saml_expired",
    checks=(Check(CheckName.TIMES, False, "2026", MISSING),),
)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    set_language("de")
    yield
    set_language(None)


@pytest.fixture
def table(deployment: Deployment) -> Table:
    return deployment.container.table


def test_words_of_ours_are_shown_in_the_readers_language() -> None:
    assert localize_told(MISSING) == "SubjectConfirmationData/NotOnOrAfter fehlt"


@pytest.mark.parametrize("text", ["no signature", "none", "<b>x</b>", "urn:x missing"])
def test_a_raw_value_that_reads_like_our_words_is_never_translated(text: str) -> None:
    assert localize_told(text) == text
    assert tell_in_english(text) == text


def test_a_received_value_inside_our_words_is_escaped_on_a_page_and_plain_in_the_api() -> None:
    hostile = message("check.times.missing", name="<b>{x}</b>")
    assert "<b>" not in localize_told(hostile)
    assert tell_in_english(hostile) == "<b>{x}</b> missing"


def test_the_api_gives_english_whatever_language_was_asked_for() -> None:
    (check,) = AttemptAnswer.of(ATTEMPT).checks
    assert (check.expected, check.received) == ("2026", "SubjectConfirmationData/NotOnOrAfter missing")


@pytest.mark.parametrize("code", ["check.removed.since", "nowhere.at_all", "check.times.window"])
def test_a_stored_message_that_the_catalog_no_longer_fits_is_shown_by_its_code(code: str) -> None:
    stored = Message(code, (("value", "<x>"), ("inner", Message("check.gone.too"))))
    assert localize_told(stored) == f"{code}: <x>, check.gone.too"
    assert tell_in_english(stored) == f"{code}: <x>, check.gone.too"


def test_messages_raw_values_and_items_of_earlier_releases_are_read_back(table: Table) -> None:
    checks = (*ATTEMPT.checks, Check(CheckName.SUBJECT, False, "a Subject that is somebody", "a blank NameID"))
    kept = replace(ATTEMPT, checks=checks)
    table.write(record_attempt(kept))
    (read,) = table.read(attempt_lookup("conn_x", "att_x", NOW))
    assert read == kept
