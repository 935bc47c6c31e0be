"""The commands of docs/runbook.md work as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from app import app
from chalicelib.http.problem_types import PROBLEM_TYPES
from chalicelib.metrics import Metric
from chalicelib.saml.refusal import RefusalCode
from ops.cli.parser import operator_parser
from ops.provision.functions import SCHEDULED
from tests.support.cloudformation import Resolved

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/runbook.md").read_text()
PAGES = dict(re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)+)", TEXT, re.MULTILINE))
_JOINED = TEXT.replace("\\\n", " ")
OPERATOR = sorted(set(re.findall(r"python -m ops ([a-z][^\n`#]*)", TEXT)))
AWS = sorted(set(re.findall(r"\baws ([a-z][^\n`]*)", _JOINED)))
QUERIES = sorted(set(re.findall(r"insights '([^'\n]+)'", TEXT)))
ALARMS = {
    alarm["AlarmName"].removeprefix("gatehouse-prod-")
    for alarm in Resolved("prod").of_type("AWS::CloudWatch::Alarm").values()
}
SOURCE = "\n".join(path.read_text() for path in sorted((ROOT / "chalicelib").rglob("*.py")))
_LANGUAGE = {"filter", "fields", "stats", "count", "by", "bin", "pct", "like", "in", "and", "ispresent", "limit", "m"}
_WRITTEN_BY_CLOUDWATCH = {"@timestamp", "@message"}


def test_the_situations_are_all_there() -> None:
    words = ["One tenant", "All sign-ins", "rotated", "keys leaked", "locked out", "AWS trouble", "forged"]
    words += ["Roll back", "Restore", "region"]
    assert len(PAGES) == len(words)
    assert all(word in title for word, title in zip(words, PAGES, strict=True))


@pytest.mark.parametrize("title", PAGES)
def test_a_page_is_one_screen_and_begins_with_what_to_type(title: str) -> None:
    assert PAGES[title].startswith("    ")
    assert len(PAGES[title].splitlines()) <= 45


@pytest.mark.parametrize("command", OPERATOR)
def test_an_operators_command_parses(command: str) -> None:
    assert operator_parser().parse_args(shlex.split(command)).run


@pytest.mark.parametrize("command", AWS)
def test_a_command_of_aws_names_an_operation_and_its_options(command: str) -> None:
    service, operation, *_ = command.split()
    session = botocore.session.get_session()
    if operation == "wait":
        waiters = session.get_waiter_model(service).waiter_names
        assert command.split()[2] in {xform_name(name, "-") for name in waiters}
        return
    model = session.get_service_model(service)
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
    shape = operations[operation].input_shape
    known = {xform_name(name, "-") for name in (shape.members if shape else ())}
    for option in re.findall(r"--([a-z-]+)", command):
        plain = option.removeprefix("no-")
        assert {option, plain} & (known | {"query", "output"}), option


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_fields_that_a_log_line_has(query: str) -> None:
    for text in re.findall(r'"([^"]+)"', query):
        named = text in {code.value for code in RefusalCode} | set(PROBLEM_TYPES)
        assert (
            named
            or text in {"ERROR", "api_key", "POST /saml/{connection_id}/acs"}
            or "_…" in text
            or f'"{text}' in SOURCE
        )
    bare = re.sub(r'"[^"]*"|/\w+/', "", query)
    for word in set(re.findall(r"@?[A-Za-z_]+", bare)) - _LANGUAGE - _WRITTEN_BY_CLOUDWATCH - set(Metric):
        assert f'"{word}"' in SOURCE, word


def test_every_alarm_leads_to_a_page_and_no_other_is_named() -> None:
    named = re.findall(r"[Aa]larms? ((?:`[\w-]+`(?:, )?)+)", TEXT)
    assert {name for names in named for name in re.findall(r"`([\w-]+)`", names)} == ALARMS


@pytest.mark.parametrize(
    "code", sorted(set(re.findall(r"`((?:saml|email|user|subject|connection|sso)_[a-z_]+)`", TEXT)))
)
def test_a_code_is_one_that_is_answered(code: str) -> None:
    assert code in set(RefusalCode) | set(PROBLEM_TYPES)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake (\w+) STAGE", TEXT))))
def test_a_make_target_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_a_function_whose_log_is_asked_for_is_there() -> None:
    assert set(re.findall(r"' '-(\w+)'", TEXT)) <= {each.handler for each in SCHEDULED}


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", TEXT))))
def test_a_link_leads_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    text = (ROOT / "docs" / path).read_text() if path else TEXT
    assert not anchor or anchor in _anchors(text)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(?:POST|GET) (/v1/[^`]+|/saml/[^`]+)`", TEXT))))
def test_a_route_is_there(path: str) -> None:
    assert path in app.routes
