"""The table of HTTP statuses, and what stands behind each code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from chalicelib import errors
from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.errors import SsoError
from chalicelib.http.problem_details import STATUSES, STATUSES_BY_CODE
from chalicelib.http.problem_types import FIELD_CODES, PROBLEM_TYPES
from chalicelib.saml.refusal import RefusalCode

_CODE_PLACES = {"Invalid": 0, "Unreadable": 0, "WrongContentType": 0, "NotSignedIn": 0, "NotAllowed": 0, "NotFound": 0,
                "Conflict": 0, "Stale": 0, "PreconditionMissing": 0, "TooManyRequests": 0}  # fmt: skip


def _subclasses(kind: type[SsoError]) -> Iterator[type[SsoError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def _called(names: set[str]) -> Iterator[ast.Call]:
    for path in Path("chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in names:
                    yield node


def _literal(node: ast.Call, place: int) -> str | None:
    found = node.args[place] if len(node.args) > place else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None


def test_every_class_of_error_has_a_status_of_its_own() -> None:
    assert {kind for kind in _subclasses(SsoError) if kind.__module__ == errors.__name__} == STATUSES.keys()


def test_every_code_that_is_raised_is_explained() -> None:
    raised = {code for call in _called(set(_CODE_PLACES)) if (code := _literal(call, 0))}
    assert {"invalid_request", "last_admin", "test_required"} <= raised
    assert raised <= PROBLEM_TYPES.keys()


def test_every_refused_sign_in_is_explained() -> None:
    assert {code.value for code in RefusalCode} <= PROBLEM_TYPES.keys()


def test_statuses_by_code_are_of_codes_that_exist() -> None:
    assert STATUSES_BY_CODE.keys() <= PROBLEM_TYPES.keys()


def test_every_code_of_a_single_field_is_explained() -> None:
    named = {code for call in _called({"FieldError"}) if (code := _literal(call, 1))}
    assert {"required", "own_url", "public_domain"} <= named | FIELD_CODES.keys()
    assert named <= FIELD_CODES.keys() | PROBLEM_TYPES.keys() | set(CERTIFICATE_REFUSALS)
